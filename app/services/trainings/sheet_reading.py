"""A sheet of people into the list of a training, by name and number, with what each has shown.

Everybody is looked for among those whom the reader may put on the list anyway. A trial says, cell
by cell, what is wrong and changes nothing; taken in are the rows without a fault.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.base import new_id
from app.models.person import Person
from app.models.training import Training, TrainingRecord
from app.services import access, rules, sheets
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.personal import masked_number
from app.services.sheets import Checking, Fault
from app.services.trainings import reach
from app.services.trainings.commands import (
    MOST,
    AddTrainees,
    Judged,
    JudgeTrainees,
    RegisterTrainee,
)
from app.services.trainings.sheet import COLUMNS, MOBILE, NAME
from app.services.trainings.taking_part import (
    add_trainees,
    judge,
    months_after,
    register,
    require_right,
)

_RESULTS = tuple(name for name in Judged.model_fields if name != "person_id")
# The cell that a refusal of `require_right` is about.
_TITLES = {"starts_on": "到场", "attended": "到场", "valid_until": "有效到"}
_NOTHING = UUID(int=0)


@dataclass(frozen=True)
class ReadTrainees:
    """`added`: not on the list before; `judged`: with results; `newcomers`: not known before."""

    rows: int
    added: int
    judged: int
    newcomers: Sequence[str]
    faults: Sequence[Fault]
    is_taken: bool


@dataclass(frozen=True)
class _Entry:
    """A row without a fault. `person_id` None: somebody new, who has a whole number."""

    line: int
    person_id: UUID | None
    name: str
    mobile: str
    said: Judged | None


@dataclass(frozen=True)
class _Known:
    """`by_name`: those who may be put on the list; `taken`: numbers of whomever."""

    by_name: Mapping[str, Sequence[Person]]
    taken: Collection[str]


@dataclass(frozen=True)
class _Ground:
    """What every row is held against. `usual`: the last day of what is passed here."""

    training: Training
    records: Mapping[UUID, TrainingRecord]
    known: _Known
    usual: date
    with_newcomers: bool


async def read_sheet(
    session: AsyncSession,
    actor: Actor,
    training_id: UUID,
    body: bytes,
    *,
    is_taken: bool = False,
    with_newcomers: bool = False,
) -> ReadTrainees:
    """A trial, or (`is_taken`) the good rows taken in. `with_newcomers`: the unknown registered."""
    training = await reach.locked(session, actor, training_id)
    if with_newcomers:
        access.require(actor, Permission.EDIT_PEOPLE)
    titles = [column.title for column in COLUMNS]
    table = await sheets.opened(body, titles, (NAME,), MOST)
    checking = Checking(table, COLUMNS)
    rows = [
        (line, values) for line, texts in table.rows if (values := checking.values(line, texts))
    ]
    ground = _Ground(
        training,
        await _records(session, training_id),
        await _known(session, actor, [values for _, values in rows]),
        months_after(training.ends_on, (await rules.training(session)).valid_months),
        with_newcomers,
    )
    entries = _entries(checking, ground, rows)
    fresh = [entry for entry in entries if entry.person_id not in ground.records]
    if is_taken:
        await _take(session, actor, training_id, entries, fresh)
    return ReadTrainees(
        rows=len(table.rows),
        added=len(fresh),
        judged=sum(entry.said is not None for entry in entries),
        newcomers=[entry.name for entry in fresh if entry.person_id is None],
        faults=sorted(checking.faults, key=lambda fault: fault.line),
        is_taken=is_taken,
    )


async def _records(session: AsyncSession, training_id: UUID) -> dict[UUID, TrainingRecord]:
    query = select(TrainingRecord).where(TrainingRecord.training_id == training_id)
    return {row.person_id: row for row in await session.scalars(query)}


async def _known(session: AsyncSession, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> _Known:
    """Everybody of these names who may be put on the list, and which numbers are taken."""
    names = {row["name"] for row in rows}
    numbers = {row["mobile"] for row in rows if "mobile" in row}
    query = select(Person).where(reach.trainable(actor), Person.name.in_(names))
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in await session.scalars(query.order_by(Person.id)):
        by_name[person.name].append(person)
    taken = await session.scalars(select(Person.mobile).where(Person.mobile.in_(numbers)))
    return _Known(by_name, {number for number in taken if number})


def _entries(
    checking: Checking, ground: _Ground, rows: Sequence[tuple[int, Mapping[str, Any]]]
) -> list[_Entry]:
    """Each row a person, each person once; what cannot be told apart is a fault of its cell."""
    found: dict[UUID | str, _Entry] = {}
    for line, values in rows:
        entry = _entry(checking, ground, line, values)
        if entry is None:
            continue
        first = found.setdefault(entry.person_id or entry.mobile, entry)
        if first is not entry:
            checking.note(line, NAME, entry.name, f"第 {first.line} 行已经有他")
    return list(found.values())


def _entry(
    checking: Checking, ground: _Ground, line: int, values: Mapping[str, Any]
) -> _Entry | None:
    name, mobile = values["name"], values.get("mobile", "")
    namesakes = ground.known.by_name.get(name, ())
    fitting = [one for one in namesakes if mobile in ("", one.mobile, masked_number(one.mobile))]
    if len(fitting) != 1 and (why := _unfound(ground, mobile, len(fitting))):
        title = MOBILE if len(fitting) > 1 or (namesakes and mobile) else NAME
        checking.note(line, title, values.get("mobile" if title == MOBILE else "name", ""), why)
        return None
    person_id = fitting[0].id if fitting else None
    try:
        said = _said(ground, person_id, {key: values[key] for key in _RESULTS if key in values})
    except Invalid as error:
        why = str(error.details["reason_zh"]).rstrip("。")
        checking.note(line, _TITLES[error.fields[0]], "", why)
        return None
    return _Entry(line, person_id, name, mobile, said)


def _unfound(ground: _Ground, mobile: str, fitting: int) -> str | None:
    """Why a row is nobody; None: it is somebody new, and that is wanted."""
    if fitting > 1:
        return f"同名的有 {fitting} 位，把手机号填全"
    if mobile in ground.known.taken:
        return "这个手机号登记的不是这个姓名，或者不归你们管"
    if not ground.with_newcomers:
        return "没有这个人，或者不归你们管"
    if not mobile or "*" in mobile:
        return "没有这个人；登记新人要填完整的手机号"
    return None


def _said(ground: _Ground, person_id: UUID | None, results: Mapping[str, Any]) -> Judged | None:
    """An empty cell leaves what was noted before. Who has shown something was there."""
    if not results:
        return None
    record = ground.records.get(person_id or _NOTHING)
    was = {name: getattr(record, name) for name in _RESULTS} if record else {}
    shown = any(results.get(name) for name in ("can_inspect", "can_record", "can_report"))
    usually = {"attended": shown, "valid_until": ground.usual}
    said = Judged.model_validate({"person_id": person_id or new_id(), **usually, **was, **results})
    require_right(ground.training, said)
    return said


async def _take(
    session: AsyncSession,
    actor: Actor,
    training_id: UUID,
    entries: Sequence[_Entry],
    fresh: Sequence[_Entry],
) -> None:
    """By the same ways as one by one, so that the same stands on record."""
    known = [entry.person_id for entry in fresh if entry.person_id]
    if known:
        await add_trainees(session, actor, training_id, AddTrainees(person_ids=known))
    judged = [entry.said for entry in entries if entry.said and entry.person_id]
    for entry in fresh:
        if entry.person_id is None:
            new = RegisterTrainee(name=entry.name, mobile=entry.mobile)
            person_id = await register(session, actor, training_id, new)
            if entry.said:
                judged.append(entry.said.model_copy(update={"person_id": person_id}))
    if judged:
        await judge(session, actor, training_id, JudgeTrainees(records=judged))
