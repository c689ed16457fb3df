"""The verifier's own path: what it imports, what it says, and what receipts tell years later."""

import ast
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.event import Event
from app.models.hazard import State
from app.schema import ROOT
from app.services import receipts, verification
from app.services.events import chain
from app.services.verification import Fault, Shown, canonical, faults
from tests.factories import county
from tests.walking import Walk

HERE = ROOT / "app" / "services" / "verification"
MAY_USE = re.compile(r"app\.(services\.verification|storage)\b")


def test_the_verifier_shares_no_code_with_what_it_verifies() -> None:
    used = {
        node.module
        for path in HERE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app")
    }
    assert used
    assert [name for name in used if not MAY_USE.match(name)] == []


@pytest.mark.parametrize(
    "value",
    [{"b": 1, "a": [None, True, '引号"\\\n\x01🔥']}, {"": {"ä": "\u2028"}}, [], "/"],
)
def test_both_programs_write_the_same_canonical_form(value: Any) -> None:
    assert canonical.jcs(value) == chain.canonical(value)


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    raised = set()
    for path in HERE.glob("*.py"):
        raised |= set(re.findall(r'Fault\(\s*"(\w+)"', path.read_text()))
        raised |= set(
            re.findall(
                r'^        "(\w+)": .*(?:==|holds|_in_time|_is_ours)',
                path.read_text(),
                re.MULTILINE,
            )
        )
    assert raised <= set(faults.SENTENCES)
    assert len(raised) > 10
    for what in faults.SENTENCES:
        zh, en = verification.sentence(Fault(what, seal_id=3))
        assert zh.startswith("封印第 3 号：")
        assert en.startswith("seal 3: ")


@pytest.fixture
async def shown(session: AsyncSession, settings: Settings) -> Shown:
    """The receipt of a report, as a phone keeps it."""
    walk = Walk(session, settings, await county(session))
    hazard = await walk.to(State.REPORTED)
    event = (await session.scalars(select(Event).where(Event.hazard_id == hazard.id))).first()
    assert event is not None
    made = receipts.make(settings, event.id, event.body_sha256, event.seq, event.at)
    return Shown.model_validate(vars(made))


async def test_a_receipt_is_known_again(
    session: AsyncSession, settings: Settings, shown: Shown
) -> None:
    secret = settings.secret.get_secret_value()
    assert await verification.verify_receipt(session, secret, shown) == []


@pytest.mark.parametrize("field", ["id", "sha256", "seq", "received_at", "mac"])
async def test_a_receipt_with_anything_changed_is_none_of_ours(
    session: AsyncSession, settings: Settings, shown: Shown, field: str
) -> None:
    other: dict[str, Any] = {
        "id": new_id(),
        "sha256": "0" * 64,
        "seq": shown.seq + 1,
        "received_at": shown.received_at + timedelta(microseconds=1),
        "mac": "0" * 64,
    }
    changed = {**shown.model_dump(), field: other[field]}
    found = await verification.verify_receipt(
        session, settings.secret.get_secret_value(), Shown.model_validate(changed)
    )
    assert [fault.what for fault in found] == ["receipt_mac"]


async def test_a_receipt_of_something_that_is_gone_or_changed_says_so(
    session: AsyncSession, settings: Settings, shown: Shown
) -> None:
    secret = settings.secret.get_secret_value()
    cases = {"receipt_differs": (shown.id, shown.seq + 1), "receipt_unknown": (new_id(), 1)}
    for what, (id_, seq) in cases.items():
        made = receipts.make(settings, id_, shown.sha256, seq, shown.received_at)
        found = await verification.verify_receipt(session, secret, Shown.model_validate(vars(made)))
        assert [fault.what for fault in found] == [what]
