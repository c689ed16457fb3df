"""网格范围图: the grid and what lies around it, north up, with a scale and its bounds in words."""

import math

from app.api.shapes.sheets.ink import BRAND, EDGE, GREY, INNER, TINT, WIDTH, Sheet
from app.services.documents import Drawing, Notice

_TALLEST = 190.0
_BODY, _SMALL = 3.9, 3.2
_KM2 = 1_000_000
_ROUGH = 10
_STEPS = (5, 2, 1)


def drawn(found: Notice, drawing: Drawing) -> str:
    sheet = Sheet()
    title = f"{found.grid.name} 网格范围图"
    sheet.middle(found.county, _BODY)
    sheet.middle(title, 7, is_bold=True)
    sheet.y += 4
    _map(sheet, drawing)
    facts = [
        ("网格编号", found.grid.official_code),
        ("所属", " · ".join(one.name for one in (found.township, found.runner) if one)),
        ("区域范围", found.grid.bounds),
        ("面积", f"约 {_square_km(found.square_metres)} 平方公里" if found.square_metres else None),
    ]
    for name, text in facts:
        if text:
            sheet.words(name, (EDGE, sheet.y), _BODY, is_grey=True)
            sheet.y += sheet.lines(text, (EDGE + 22, sheet.y), INNER - 22, _BODY) + 1.5
    sheet.words(f"{found.as_of:%Y-%m-%d} 的内容", (EDGE, sheet.y + 2), _SMALL, is_grey=True)
    sheet.y += 2 + _SMALL
    return sheet.svg(title)


def _map(sheet: Sheet, drawing: Drawing) -> None:
    scale = min(INNER / drawing.width, _TALLEST / drawing.height)
    width, height = drawing.width * scale, drawing.height * scale
    left, top = (WIDTH - width) / 2, sheet.y
    around = "".join(
        f'<path d="{one.path}" fill="none" stroke="{GREY}" stroke-width="{0.25 / scale:.2f}" '
        f'stroke-dasharray="{1.6 / scale:.2f} {1 / scale:.2f}"/>'
        for one in drawing.around
    )
    own = (
        f'<path d="{drawing.own}" fill="{TINT}" stroke="{BRAND}" stroke-width="{0.8 / scale:.2f}" '
        f'fill-rule="evenodd" stroke-linejoin="round"/>'
    )
    sheet.raw(
        f'<g transform="translate({left:.2f} {top:.2f}) scale({scale:.4f})">{own}{around}</g>'
    )
    for one in drawing.around:
        at = (left + one.x * scale, top + one.y * scale - _SMALL / 2)
        sheet.words(one.name, at, _SMALL, is_grey=True, anchor="middle")
    sheet.box(left, top, width, height)
    _north(sheet, left + width - 6, top + 3)
    _scale(sheet, (left + 4, top + height - 4), drawing.metres / width)
    sheet.y = top + height + 5


def _north(sheet: Sheet, x: float, y: float) -> None:
    sheet.words("北", (x, y), _BODY, is_bold=True, anchor="middle")
    sheet.line(x, y + 6, x, y + 14, 0.5)
    sheet.line(x - 1.8, y + 9, x, y + 6, 0.5)
    sheet.line(x + 1.8, y + 9, x, y + 6, 0.5)


def _scale(sheet: Sheet, at: tuple[float, float], metres_a_mm: float) -> None:
    """A round length of about a fifth of the map's width."""
    x, y = at
    length = _round(metres_a_mm * INNER / 5)
    end = x + length / metres_a_mm
    sheet.line(x, y, end, y, 0.6)
    sheet.words(f"{length} 米", ((x + end) / 2, y - 5.5), _SMALL, anchor="middle")


def _round(most: float) -> int:
    power = 10.0 ** math.floor(math.log10(most))
    return round(next(step * power for step in _STEPS if step * power <= most))


def _square_km(metres: int) -> str:
    """0.42, 3.7, 38: as exact as an outline drawn by hand."""
    km = metres / _KM2
    digits = 0 if km >= _ROUGH else 1 if km >= 1 else 2
    return f"{km:.{digits}f}"
