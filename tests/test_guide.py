"""The users' guide shows what there is: no picture is missing, none lies about unused."""

import re

from tests.e2e import gallery
from tests.e2e.gallery import GUIDE, SECTIONS

_PICTURE = re.compile(r'(?:\]\(|src=")images/([\w-]+)\.png')


def _shown() -> set[str]:
    pages = GUIDE.glob("*.md")
    return {name for page in pages for name in _PICTURE.findall(page.read_text())}


def test_every_picture_is_shown_and_every_shown_one_is_there() -> None:
    assert _shown() == {path.stem for path in (GUIDE / "images").glob("*.png")}


def test_the_page_of_all_screens_is_what_the_table_says() -> None:
    """Written by `python -m tests.e2e.gallery`."""
    assert gallery.PAGE.read_text() == gallery.page()


def test_every_screen_that_the_sweep_takes_has_a_title() -> None:
    titled = {name for screens in SECTIONS.values() for name in screens}
    assert gallery.wanted() <= titled
