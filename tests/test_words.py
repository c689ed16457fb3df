"""One word per step and per role, in whatever people read, and in both languages."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.models.person import ROLE_WORDS, Role
from app.services import lists
from app.services.audit.words import KIND_WORDS, SUBJECT_WORDS
from app.services.ledger.importing import LEDGER
from app.services.lists.checklist_words import ITEM_WORDS, PICTURE_WORDS
from app.services.lists.places import CHECK_WORDS
from app.services.lists.registers import REGISTERS
from app.services.lists.sheet import Sheet
from app.services.roster.declaring import PEOPLE
from tests.test_architecture import tracked

READ = ("app/*.py", "app/presets/*.toml", "pwa/src/words/zh/*.ts", "docs/guide/*.md")
# The loser → what is said instead. Documents of the field say the loser; the glossary names both.
SAID = {"交办": "派发", "签收": "接收"}
# A document that is delivered is 签收, by whoever takes it: no step of a case.
DELIVERY = re.compile("errand|文书|送达|签收凭证")


@pytest.mark.parametrize("loser", SAID)
def test_nobody_reads_two_words_for_one_step(loser: str) -> None:
    strays = [
        f"{path.name}: {line.strip()}"
        for path in tracked(*READ)
        for line in path.read_text().splitlines()
        if loser in line and not DELIVERY.search(f"{path} {line}")
    ]
    assert strays == [], f"say {SAID[loser]}"


def test_the_winners_are_what_the_buttons_say() -> None:
    words = "".join(path.read_text() for path in tracked("pwa/src/words/zh/common/*.ts"))
    assert "'action.assign': '派发'" in words
    assert "'action.sign_for': '接收'" in words


@pytest.mark.parametrize("place", [0, 1], ids=["zh", "en"])
def test_lists_of_accounts_call_a_role_as_the_screens_do(place: int) -> None:
    language = ("zh", "en")[place]
    text = "".join(path.read_text() for path in tracked(f"pwa/src/words/{language}/*.ts"))
    shown = dict(re.findall(r"'role\.(\w+)': '([^']+)'", text))
    assert shown == {role.value: words[place] for role, words in ROLE_WORDS.items()}
    introduced = set(re.findall(r"'welcome\.role\.(\w+)'", text))
    assert introduced == {role.value for role in Role}


@pytest.mark.parametrize(
    ("file", "key", "words"),
    [
        ("audit", "desk.audit.kind", {str(kind): word for kind, word in KIND_WORDS.items()}),
        ("audit", "desk.audit.subject", SUBJECT_WORDS),
        ("patrols", "desk.checklist.kind", {str(kind): word for kind, word in ITEM_WORDS.items()}),
        ("patrols", "desk.checklist.picture", PICTURE_WORDS),
        ("grids", "check", {str(check): word for check, word in CHECK_WORDS.items()}),
    ],
)
def test_files_call_things_as_the_screens_do(file: str, key: str, words: dict[str, str]) -> None:
    (path,) = tracked(f"pwa/src/words/zh/desk/{file}.ts")
    shown = re.findall(rf"'{re.escape(key)}\.([\w.]+)': '([^']+)'", path.read_text())
    assert dict(shown) == words


def test_whatever_an_entry_is_about_has_its_word() -> None:
    """Else the list of entries cannot be shown or exported from the day of the first one."""
    literal = {
        kind
        for path in tracked("app/*.py")
        for kind in re.findall(r'Subject\(\s*"(\w+)"', path.read_text())
    }
    listed = {sheet.key for sheet in (*_sheets(), *REGISTERS.values())}
    assert len(literal) > 20
    assert len(listed) > 15
    assert (literal | listed | {LEDGER.subject, PEOPLE.subject}) - set(SUBJECT_WORDS) == set()


def _sheets() -> Iterator[Sheet[Any, Any]]:
    for module in pkgutil.iter_modules(lists.__path__, f"{lists.__name__}."):
        found = vars(importlib.import_module(module.name)).values()
        yield from (one for one in found if isinstance(one, Sheet))


def test_the_glossary_calls_a_role_as_the_screens_do() -> None:
    (glossary,) = tracked("docs/glossary.md")
    lines = glossary.read_text()
    for role, (zh, _) in ROLE_WORDS.items():
        assert f"| {zh} | `{role}` |" in lines
