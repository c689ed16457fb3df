"""责任网络示意图: from the county down to this grid, what hangs below it, who has which hazards."""

from collections.abc import Sequence

from app.api.shapes.sheets.ink import EDGE, INNER, WIDTH, Sheet, tall
from app.services.documents import Competent, Network, Node
from app.services.ledger import Unit
from app.services.ledger.units import WORDS
from app.services.slots import Holder

_CHAIN, _PART, _GAP = 120.0, 42.0, 4.0
_COLUMNS = 4
_PAD = 2.5
_SMALL, _BODY, _HEAD = 3.2, 3.9, 4.6
_TREE, _INDENT = (WIDTH - _CHAIN) / 2 + 8, 16.0  # where the tree of units begins, and a step of it
_STEP = 6.0  # between one level and the next


def drawn(county: str, found: Network) -> str:
    sheet = Sheet()
    here = found.chain[-1]
    title = f"{here.grid.name} 责任网络示意图"
    sheet.middle(county, _BODY)
    sheet.middle(title, 7, is_bold=True)
    sheet.y += 4
    for node in found.chain:
        if node is not found.chain[0]:
            sheet.line(WIDTH / 2, sheet.y, WIDTH / 2, sheet.y + _STEP)
            sheet.y += _STEP
        _node(sheet, node, ((WIDTH - _CHAIN) / 2, sheet.y), _CHAIN, is_here=node is here)
        sheet.y += _height(node, _CHAIN)
    if found.parts:
        _parts(sheet, found.parts)
    if found.units:
        _units(sheet, found.units)
    if found.departments:
        _departments(sheet, found.departments)
    sheet.y += 4
    sheet.words(f"{found.as_of:%Y-%m-%d} 的内容", (EDGE, sheet.y), _SMALL, is_grey=True)
    sheet.y += _SMALL
    return sheet.svg(title)


def _rows(node: Node) -> list[tuple[str, float, bool, bool]]:
    """Words of a box with their size, whether they are bold, and whether they are grey."""
    level = [(node.manned.level_name, _SMALL, False, True)] if node.manned.level_name else []
    places = [
        (f"{place.name}：{_people(place.holders)}", _BODY, False, False)
        for place in node.manned.places
    ]
    head = [(node.grid.name, _HEAD, True, False), (node.runner.short_name, _SMALL, False, True)]
    return [*level, *head, *places]


def _people(holders: Sequence[Holder]) -> str:
    names = (" ".join(filter(None, (one.name, one.title))) for one in holders)
    return "、".join(names) or "暂缺"


def _height(node: Node, width: float) -> float:
    rows = _rows(node)
    return sum(tall(text, width - 2 * _PAD, size) for text, size, _, _ in rows) + 2 * _PAD


def _node(
    sheet: Sheet, node: Node, at: tuple[float, float], width: float, *, is_here: bool = False
) -> None:
    x, y = at
    sheet.box(x, y, width, _height(node, width), 1.0 if is_here else 0.3)
    y += _PAD
    for text, size, is_bold, is_grey in _rows(node):
        room = width - 2 * _PAD
        y += sheet.lines(text, (x + _PAD, y), room, size, is_bold=is_bold, is_grey=is_grey)


def _parts(sheet: Sheet, parts: Sequence[Node]) -> None:
    """In rows of four under a bar; the first row hangs on it."""
    sheet.line(WIDTH / 2, sheet.y, WIDTH / 2, sheet.y + _STEP)
    sheet.y += _STEP
    rows = [parts[n : n + _COLUMNS] for n in range(0, len(parts), _COLUMNS)]
    lefts = [EDGE + n * (_PART + _GAP) for n in range(_COLUMNS)]
    middles = [left + _PART / 2 for left in lefts[: len(rows[0])]]
    sheet.line(min(middles[0], WIDTH / 2), sheet.y, max(middles[-1], WIDTH / 2), sheet.y)
    for middle in middles:
        sheet.line(middle, sheet.y, middle, sheet.y + _GAP)
    for row in rows:
        sheet.y += _GAP
        for left, node in zip(lefts, row, strict=False):
            _node(sheet, node, (left, sheet.y), _PART)
        sheet.y += max(_height(node, _PART) for node in row)


def _units(sheet: Sheet, units: Sequence[Unit]) -> None:
    """A tree that hangs on the enterprise's grid; each unit on the line of what it belongs to."""
    sheet.y += _STEP
    trunk = {0: sheet.y - _STEP}  # by depth: from where the next line down to a unit is drawn
    for one in units:
        left = _TREE + one.depth * _INDENT
        room = EDGE + INNER - left
        words = f"{WORDS[one.kind]}　{one.name}：{one.person or '暂缺'}"
        high = tall(words, room - 2 * _PAD, _BODY) + 2 * _PAD
        middle = sheet.y + high / 2
        sheet.line(left - _INDENT / 2, trunk[one.depth], left - _INDENT / 2, middle)
        sheet.line(left - _INDENT / 2, middle, left, middle)
        sheet.box(left, sheet.y, room, high, 0.3)
        sheet.lines(words, (left + _PAD, sheet.y + _PAD), room - 2 * _PAD, _BODY)
        sheet.y += high
        trunk |= {one.depth: middle, one.depth + 1: sheet.y}
        sheet.y += _GAP / 2


def _departments(sheet: Sheet, departments: Sequence[Competent]) -> None:
    sheet.y += 7
    sheet.words("各类隐患由谁处理", (EDGE, sheet.y), _HEAD, is_bold=True)
    sheet.y += 8
    for one in departments:
        sheet.line(EDGE, sheet.y, EDGE + INNER, sheet.y, 0.2)
        top = sheet.y + 1.2
        sheet.words("县级" if one.is_county else "镇街", (EDGE, top), _BODY, is_grey=True)
        name = sheet.lines(one.name, (EDGE + 14, top), 58, _BODY)
        what = sheet.lines("、".join(one.categories), (EDGE + 76, top), INNER - 76, _BODY)
        sheet.y = top + max(name, what) + 1
