"""What a scheme says about duties, F1 to F13, against what the county has decided.

It counts from when a decision of the county would (decision 46).
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.obligation import Obligation, Period
from app.services import access, stages
from app.services.schemes.changes import Change, Part, Step, Verb, merged, step
from app.services.schemes.shape import Obligated, Scheme, number_of


class Origin(StrEnum):
    """Whose word a duty is."""

    SCHEME = "scheme"
    CHANGED = "changed"  # the scheme's, decided otherwise by the county
    EARLIER = "earlier"  # of a scheme that was in force before
    COUNTY = "county"


def origins(scheme: Scheme | None, rows: list[Obligation]) -> dict[str, Origin]:
    """By key, against the scheme in force; what waits for its day counts as decided."""
    given = {one.key: _said(_values(one, scheme)) for one in scheme.obligation} if scheme else {}
    return {row.key: _origin(row, given.get(row.key)) for row in rows}


def _origin(row: Obligation, given: str | None) -> Origin:
    if given is None:
        return Origin.EARLIER if row.seed else Origin.COUNTY
    is_as_given = given == _said(_present(row)) and _is_on(row)
    return Origin.SCHEME if is_as_given else Origin.CHANGED


async def obligations(session: AsyncSession, scheme: Scheme, base: Scheme | None) -> list[Step]:
    """F1 to F13. What a scheme no longer asks for is switched off: its past tasks remain."""
    rows = {row.key: row for row in await session.scalars(select(Obligation))}
    old = {one.key: _said(_values(one, base)) for one in base.obligation} if base else {}
    steps = []
    for one in scheme.obligation:
        values = _values(one, scheme)
        row = rows.pop(one.key, None)
        had = _said(_present(row)) if row else None
        verb = merged(old.get(one.key), had, _said(values))
        if row is not None and not _is_on(row):  # by a scheme, or by the county itself
            verb = Verb.CHANGE if row.switched_off_by else Verb.KEEP
        if verb is None:
            continue
        write = partial(_put_obligation, session, row is not None, values)
        change = _change(verb, row, one)
        if row is not None and verb is not Verb.KEEP:
            change = await _dated(session, change, row, _wanted(values))
        steps.append(step(change, write))
    for row in rows.values():
        steps += await _no_longer(session, row, old, scheme)
    return steps


async def _no_longer(
    session: AsyncSession, row: Obligation, old: dict[str, str], scheme: Scheme
) -> list[Step]:
    if not _is_on(row):
        return []
    is_ours = old.get(row.key) == _said(_present(row))
    verb = Verb.SWITCH_OFF if is_ours else Verb.KEEP
    change = _change(verb, row)
    words, wanted = {"switched_off_by": scheme.key}, {"is_active": False}
    if verb is Verb.SWITCH_OFF:
        change = await _dated(session, change, row, wanted)
    return [step(change, partial(_ask, session, row.key, words, wanted))]


def _change(verb: Verb, row: Obligation | None, one: Obligated | None = None) -> Change:
    """By the name that people know it by. Before and after: how it is called, else how often."""
    known = row or one
    assert known is not None
    told: tuple[str | None, str | None] = (None, None)
    if row and one:
        told = (row.name, one.name) if row.name != one.name else (_often(row), _often(one))
    number = number_of(known.key)
    is_proposal = one is not None and one.is_proposal
    named = (Part.OBLIGATIONS, verb, known.name)
    return Change(*named, *told, number=number, is_proposal=is_proposal)


_EACH = {
    Period.DAY: "每天", Period.WEEK: "每周", Period.DAYS_15: "每 15 天",
    Period.HALF_MONTH: "每半个月", Period.MONTH: "每月", Period.QUARTER: "每季度",
    Period.YEAR: "每年",
}  # fmt: skip


def _often(duty: Obligation | Obligated) -> str:
    """Of a row: as it will be once what the county has decided counts."""
    said = getattr(duty, "coming", None) or {}
    period, count = said.get("period", duty.period), said.get("min_count", duty.min_count)
    return f"{_EACH[Period(period)]} {count} 次"


async def _dated(
    session: AsyncSession, change: Change, duty: Obligation, wanted: dict[str, Any]
) -> Change:
    """With the day from which it counts, or the one before which it is refused."""
    if (day := await stages.undecided_until(session, duty, wanted)) is not None:
        return replace(change, not_before=day)
    begun, _ = await _turn(session, duty, wanted)
    since = max(begun, access.today())  # what counts at once keeps the day that it counts by
    return replace(change, since=since) if stages.differing(duty, wanted) else change


async def _turn(
    session: AsyncSession, duty: Obligation, wanted: dict[str, Any]
) -> tuple[date, bool]:
    """From which day it counts, and whether nothing has to end first."""
    today = access.today()
    if not duty.is_active:
        return await stages.beginning(session, duty, wanted, today), True
    if await stages.after_planned(session, duty.key, today) == today:
        return duty.starts_on, True
    return await stages.next_beginning(session, duty, today), False


_ASKED = (
    "key", "name", "role", "slot", "duty", "min_count", "period", "scope", "applies_to",
    "checklist_key", "seed", "basis", "is_proposal",
)  # fmt: skip
_WORDS = frozenset({"key", "name", "seed", "basis", "is_proposal"})


def _values(one: Obligated, scheme: Scheme) -> dict[str, Any]:
    own = one.model_dump(exclude={"checklist", "applies_to"})
    narrowed = one.applies_to.model_dump(mode="json", exclude_none=True)
    key = scheme.checklists[one.checklist] if one.checklist else None
    return {**own, "applies_to": narrowed, "checklist_key": key}


def _present(row: Obligation) -> dict[str, Any]:
    """With what the county has decided for its next period: that is its word."""
    return {name: getattr(row, name) for name in _ASKED} | (row.coming or {})


def _is_on(row: Obligation) -> bool:
    return bool((row.coming or {}).get("is_active", row.is_active))


def _said(values: dict[str, Any]) -> str:
    """To be compared: the same words for a row and for a line of a file."""
    return " ".join(f"{name}={values[name]!s}" for name in _ASKED)


async def _put_obligation(session: AsyncSession, is_there: bool, values: dict[str, Any]) -> None:
    if is_there:
        words = {name: values[name] for name in _WORDS} | {"switched_off_by": None}
        await _ask(session, values["key"], words, _wanted(values))
        return
    starts_on: date = access.today()
    row = {**values, "starts_on": starts_on, "is_active": True}
    await session.execute(insert(Obligation).values(**row))


async def _ask(
    session: AsyncSession, key: str, words: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """Words at once, the rest with the next period, or at once where no task is out.

    Raises NotYet: tasks of a change that waits are out.
    """
    duty = await session.get_one(Obligation, key, with_for_update={"key_share": True})
    await stages.require_undecided(session, duty, wanted)
    for name, value in words.items():
        setattr(duty, name, value)
    other = stages.differing(duty, wanted)
    if other == duty.coming:
        return
    since, is_at_once = await _turn(session, duty, wanted)
    (stages.at_once if is_at_once else stages.wait)(duty, other, since)


def _wanted(values: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, but for words, as JSON keeps it."""
    asked = {name: _plain(value) for name, value in values.items() if name not in _WORDS}
    return asked | {"is_active": True}


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return value.value if isinstance(value, StrEnum) else value
