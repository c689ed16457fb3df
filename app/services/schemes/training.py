"""Whether a scheme lets people begin only once trained, against what the county has decided."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import ROLE_WORDS, Role
from app.models.training import TrainingRule
from app.services import access, presets
from app.services.schemes.changes import Change, Part, Step, Verb, merged
from app.services.schemes.shape import Scheme

_OFF = "不要求"


async def gate(session: AsyncSession, scheme: Scheme, base: Scheme | None) -> list[Step]:
    """Switched on for a day some weeks ahead: nobody has a record on the day of the scheme.

    One that is on already keeps its day: another choice of roles must not suspend it.
    """
    row = await session.get(TrainingRule, 1)
    had, wanted = _present(row), _wanted(scheme)
    before = _wanted(base) if base else None
    if had is None and wanted == _OFF:
        return []
    verb = merged(before if row else None, had, wanted)
    if verb is None:
        return []
    if verb is Verb.CHANGE and wanted == _OFF:
        verb = Verb.SWITCH_OFF
    day = _first_day(row, scheme)
    write = partial(_put, session, scheme, day)
    change = Change(Part.TRAINING, verb, "先培训后上岗", _told(had, day), _told(wanted, day))
    return [Step(change, None if verb is Verb.KEEP else write)]


def _present(row: TrainingRule | None) -> str | None:
    """None: nobody has decided yet."""
    if row is None:
        return None
    return _said([Role(role) for role in row.roles]) if row.is_on else _OFF


def _wanted(scheme: Scheme) -> str:
    return _said(scheme.training.roles) if scheme.training.gate else _OFF


def _said(roles: Collection[Role]) -> str:
    return "、".join(ROLE_WORDS[role][0] for role in ROLE_WORDS if role in roles)


def _first_day(row: TrainingRule | None, scheme: Scheme) -> date:
    if row and row.is_on and row.starts_on:
        return row.starts_on
    return access.today() + timedelta(days=scheme.training.after_days)


def _told(said: str | None, day: date) -> str | None:
    return said if said in (None, _OFF) else f"{said}，{day} 起"


async def _put(session: AsyncSession, scheme: Scheme, day: date) -> None:
    asked = scheme.training
    row = await session.get(TrainingRule, 1) or TrainingRule(id=1, **presets.read("trainings"))
    row.is_on = asked.gate
    if asked.gate:
        row.roles = [role.value for role in asked.roles]
        row.starts_on = day
    session.add(row)
    await session.flush()
