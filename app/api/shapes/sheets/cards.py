"""责任告知卡: one for each who walks the grid, below each other, to be cut out."""

from app.api.shapes.sheets.ink import EDGE, INNER, Sheet
from app.services.documents import Card, Cards

_BODY, _SMALL, _HEAD = 3.9, 3.2, 4.6
_PAD, _GAP = 6.0, 8.0
_HOW = (
    "看到隐患，用手机拍照上报。没信号也照样报，有网自动上传。",
    "当场能改的当场改，改好再拍一张。",
    "部门改完，到现场看。没改好就退回去。",
    "情况急的先打电话，再上报。",
)
_URGENT = "火情、人员被困 119 · 受伤 120"
# As the desk says it.
_MARK, _MEANS = "（建议）", "建议：文件没有写，是安格的建议，可以改。"
_NOBODY = "这个网格今天没有网格长，也没有网格员。"


def drawn(county: str, found: Cards) -> str:
    sheet = Sheet()
    if not found.cards:
        sheet.middle(_NOBODY, _BODY)
    for card in found.cards:
        top = sheet.y
        sheet.y += _PAD
        _card(sheet, county, found, card)
        sheet.y += _PAD
        sheet.box(EDGE, top, INNER, sheet.y - top)
        sheet.y += _GAP
    return sheet.svg(f"{found.grid.name} 责任告知卡")


def _card(sheet: Sheet, county: str, found: Cards, card: Card) -> None:
    township = found.township.short_name if found.township else ""
    where = " ".join(filter(None, (township, found.grid.name, "·", card.place)))
    sheet.middle(f"{county} 责任告知卡", _BODY)
    sheet.middle(card.name, 7, is_bold=True)
    sheet.middle(where, _BODY)
    if found.grid.official_code:
        sheet.middle(found.grid.official_code, _SMALL)
    _section(sheet, "做什么", [f"{t.name}{_MARK if t.is_proposal else ''}" for t in card.tasks])
    if any(task.is_proposal for task in card.tasks):
        sheet.y += sheet.lines(_MEANS, (EDGE + _PAD, sheet.y), INNER - 2 * _PAD, _SMALL)
    _section(sheet, "看什么", ["、".join(found.categories)])
    _section(sheet, "怎么报", _HOW)
    calls = [(call.office, call.phone) for call in found.calls]
    if found.complaint_phone:
        calls.append(("监督投诉电话", found.complaint_phone))
    sheet.y += 2
    for office, phone in calls:
        sheet.words(office, (EDGE + _PAD, sheet.y), _BODY, is_grey=True)
        sheet.words(phone, (EDGE + 60, sheet.y), _HEAD, is_bold=True)
        sheet.y += 6.6
    sheet.middle(_URGENT, _HEAD, is_bold=True)
    sheet.words(f"{found.as_of:%Y-%m-%d} 的内容", (EDGE + _PAD, sheet.y), _SMALL, is_grey=True)
    sheet.y += _SMALL


def _section(sheet: Sheet, head: str, lines: list[str] | tuple[str, ...]) -> None:
    if not any(lines):
        return
    sheet.y += 2
    sheet.words(head, (EDGE + _PAD, sheet.y), _HEAD, is_bold=True)
    sheet.y += 7
    for line in lines:
        mark = f"· {line}" if len(lines) > 1 else line
        sheet.y += sheet.lines(mark, (EDGE + _PAD, sheet.y), INNER - 2 * _PAD, _BODY)
