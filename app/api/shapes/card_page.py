"""What a scanned work card says: valid today or not, and the family name to compare."""

from html import escape

from starlette.responses import HTMLResponse

from app.api.shapes.notice_page import framed, row
from app.services.documents import Verdict

_TITLE = "网格员工作证"


def page(found: Verdict | None) -> HTMLResponse:
    """Never kept anywhere: a post may end tomorrow."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if found is None:
        words = "<h1>这里不能核验</h1><p>本县没有开放扫码核验。</p>"
        return HTMLResponse(framed(_TITLE, words), 404, headers)
    words = _valid(found.name) if found.name else _INVALID
    head = f"<p>{escape(found.county)} {_TITLE}</p>"
    foot = f"<footer>现在显示的是 {found.as_of:%Y-%m-%d} 的。</footer>"
    call = row("有疑问请打", "", found.complaint_phone) if found.complaint_phone else ""
    body = f"{head}{words}<table>{call}</table>{foot}"
    return HTMLResponse(framed(_TITLE, body), 200 if found.name else 404, headers)


_INVALID = (
    "<h1>今天无效</h1><p>这张证今天不能用："
    "持证人已经不在这个岗位，上岗证到期，或者证不是本县发的。</p>"
)


def _valid(name: str) -> str:
    return f"<h1>今天有效</h1><p>持证人：{escape(name)}</p><p>和证上、和本人对一对。</p>"
