"""The public board as a page of its own: no script, a few KB, for whoever scans the code."""

from html import escape

from starlette.responses import HTMLResponse, Response

from app.services.documents import Drawing, Notice

STYLE = """
body { max-width: 36em; margin: 0 auto; padding: 1em; font: 18px/1.6 system-ui, sans-serif;
  color: CanvasText; background: Canvas; }
h1 { margin: 0; font-size: 26px; line-height: 1.3; }
table { width: 100%; margin: 1em 0; border-collapse: collapse; }
th, td { padding: .5em; border: 1px solid GrayText; text-align: start; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td a { display: inline-block; min-height: 48px; line-height: 48px; font-size: 20px; }
svg { display: block; width: 100%; max-height: 60vh; }
.own { fill: Highlight; fill-opacity: .18; stroke: Highlight; stroke-width: 3; }
.beside { fill: none; stroke: GrayText; stroke-width: 1; stroke-dasharray: 5 4; }
text { font-size: 15px; text-anchor: middle; fill: CanvasText; }
.urgent { padding: .75em; border: 2px solid CanvasText; font-weight: 600; }
footer { font-size: 16px; }
"""
_FRAME = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title><link rel="stylesheet" href="/notice/board.css"><body>{body}</body></html>"""
_URGENT = '<p class="urgent">火情、人员被困，请打 119；受伤请打 120。</p>'


def stylesheet() -> Response:
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def page(found: Notice | None) -> HTMLResponse:
    """Never kept anywhere: who it was yesterday is not who it is today."""
    headers = {"Cache-Control": "no-store"}
    if found is None:
        words = "<h1>这里没有公示内容</h1><p>网格已经调整，或者本县没有开放网上公示。</p>"
        return HTMLResponse(framed("网格公示", words + _URGENT), 404, headers)
    return HTMLResponse(framed(f"{found.grid.name}公示牌", _board(found)), 200, headers)


def framed(title: str, body: str) -> str:
    return _FRAME.format(title=escape(title), body=body)


def _board(found: Notice) -> str:
    facts = [
        ("网格编号", found.grid.official_code),
        ("网格级别", found.level_name),
        ("所属", " · ".join(one.name for one in (found.township, found.runner) if one)),
        ("区域范围", found.grid.bounds),
    ]
    people = [
        (line.place, " ".join(filter(None, (line.name or "暂缺", line.title))), line.phone)
        for line in found.lines
    ]
    calls = [("监督投诉电话", "", found.complaint_phone)] if found.complaint_phone else []
    return "".join(
        (
            f"<p>{escape(found.county)} 安全生产网格</p><h1>{escape(found.grid.name)}</h1><table>",
            *(row(name, text) for name, text in facts if text),
            *(row(place, name, phone) for place, name, phone in (*people, *calls)),
            "</table>",
            _map(found.drawing) if found.drawing else "",
            _URGENT,
            f"<footer>内容随时更新，现在显示的是 {found.as_of:%Y-%m-%d} 的。</footer>",
        )
    )


def row(name: str, text: str, phone: str | None = None) -> str:
    call = f' <a href="tel:{escape(phone)}">{escape(phone)}</a>' if phone else ""
    return f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}{call}</td></tr>'


def _map(drawing: Drawing) -> str:
    around = "".join(
        f'<path class="beside" d="{one.path}"/><text x="{one.x}" y="{one.y}">{escape(one.name)}'
        "</text>"
        for one in drawing.around
    )
    return (
        f'<svg viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-label="网格范围">'
        f'<path class="own" d="{drawing.own}"/>{around}</svg>'
    )
