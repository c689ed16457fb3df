"""A sheet of paper and what can be put on it; lengths in millimetres, written as SVG.

The file names Chinese typefaces that the systems of offices bring and embeds none, so widths are
reckoned: a Chinese character is as wide as its size, a Latin one a little more than half of it.
"""

import unicodedata
from dataclasses import dataclass, field
from html import escape

WIDTH = 210.0  # A4
EDGE = 15.0
INNER = WIDTH - 2 * EDGE
_HEIGHT = 297.0
_FACES = (
    "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, "
    "WenQuanYi Micro Hei, SimHei, sans-serif"
)
_LEADING = 1.45
_LATIN = 0.56
_NEVER_FIRST = "，。、；：！？）」』》%"

INK, GREY, BRAND, TINT = "#16202c", "#4a5868", "#0b5cad", "#e6f0fc"


@dataclass
class Sheet:
    """`y`: how far down it is written."""

    y: float = EDGE
    _marks: list[str] = field(default_factory=list)

    def svg(self, title: str) -> str:
        """As tall as it has become, at least a page."""
        height = max(_HEIGHT, self.y + EDGE)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{height:.1f}mm" '
            f'viewBox="0 0 {WIDTH:g} {height:.1f}" font-family="{_FACES}" fill="{INK}" '
            f'lang="zh-CN"><title>{escape(title)}</title>'
            f'<rect width="100%" height="100%" fill="white"/>'
            f"{''.join(self._marks)}</svg>"
        )

    def words(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        *,
        is_bold: bool = False,
        is_grey: bool = False,
        anchor: str = "start",
    ) -> None:
        """One line; `at`: its left end or middle, and its top."""
        x, top = at
        weight = ' font-weight="600"' if is_bold else ""
        fill = f' fill="{GREY}"' if is_grey else ""
        self._marks.append(
            f'<text x="{x:.2f}" y="{top + size * 1.1:.2f}" font-size="{size:g}" '
            f'text-anchor="{anchor}"{weight}{fill}>{escape(text)}</text>'
        )

    def lines(
        self,
        text: str,
        at: tuple[float, float],
        width: float,
        size: float,
        *,
        is_bold: bool = False,
        is_grey: bool = False,
    ) -> float:
        """As many lines as it takes, from the left; answers how tall they are."""
        broken = broken_into(text, width, size)
        for n, line in enumerate(broken):
            self.words(
                line, (at[0], at[1] + n * size * _LEADING), size, is_bold=is_bold, is_grey=is_grey
            )
        return len(broken) * size * _LEADING

    def middle(self, text: str, size: float, *, is_bold: bool = False) -> None:
        """Lines in the middle of the sheet, below all that is there."""
        for line in broken_into(text, INNER, size):
            self.words(line, (WIDTH / 2, self.y), size, is_bold=is_bold, anchor="middle")
            self.y += size * _LEADING

    def box(self, x: float, y: float, width: float, height: float, stroke: float = 0.3) -> None:
        self._marks.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="1.5" '
            f'fill="none" stroke="{INK}" stroke-width="{stroke:g}"/>'
        )

    def line(self, x: float, y: float, x2: float, y2: float, stroke: float = 0.4) -> None:
        self._marks.append(
            f'<path d="M{x:.2f} {y:.2f}L{x2:.2f} {y2:.2f}" fill="none" stroke="{INK}" '
            f'stroke-width="{stroke:g}"/>'
        )

    def raw(self, mark: str) -> None:
        """What only one kind of sheet has."""
        self._marks.append(mark)


def tall(text: str, width: float, size: float) -> float:
    """How tall these words are when they are broken into lines."""
    return len(broken_into(text, width, size)) * size * _LEADING


def broken_into(text: str, width: float, size: float) -> list[str]:
    lines, line, room = [], "", width
    for character in text:
        wide = _wide(character) * size
        if wide > room and line and character not in _NEVER_FIRST:
            lines.append(line)
            line, room = "", width
        line += character
        room -= wide
    return [*lines, line] if line else lines


def _wide(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else _LATIN
