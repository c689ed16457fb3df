"""What a scheme says about routing and deadlines, against what the county has."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.rules import Category, DeadlineRule, RoutingRule
from app.services.schemes.bodies import Bodies
from app.services.schemes.changes import Change, Part, Step, Verb, merged, step
from app.services.schemes.shape import Deadline, Office, Scheme

_UNITS = {
    "working_hours": "个工作小时",
    "working_days": "个工作日",
    "calendar_hours": "小时",
    "calendar_days": "天",
}
_HOPS = {
    "triage": "受理",
    "sign_for": "接收",
    "rectify": "整改",
    "verify": "核验",
    "whole": "全程",
}
Where = tuple[str, UUID | None]  # a category, for the county or for one second-level desk


async def routing(
    session: AsyncSession, known: Bodies, scheme: Scheme, base: Scheme | None
) -> list[Step]:
    """Category to department, for the county, for every township, for every line's office."""
    names = dict((await session.execute(select(Category.code, Category.name))).all())
    rows = (await session.scalars(select(RoutingRule).order_by(RoutingRule.id.desc()))).all()
    present = {(row.category_code, row.township_id): row.department_id for row in rows}
    numbers = {(row.category_code, row.township_id): row.id for row in rows}
    old = _given(known, base, names) if base else {}
    steps = []
    for where, department, is_proposal in routes(known, scheme, names):
        of = _short(known, department)
        had, was = _short(known, present.get(where)), _short(known, old.get(where))
        verb = merged(was, had, of or "")
        if verb is None or of is None:
            continue
        if not _are_open(known, where, department):
            verb = Verb.KEEP
        name = f"{names[where[0]]} · {_short(known, where[1]) or '县级'}"
        values = {"category_code": where[0], "township_id": where[1], "department_id": department}
        write = partial(_put_route, session, numbers.get(where), values)
        change = Change(Part.ROUTING, verb, name, had, of, is_proposal=is_proposal)
        steps.append(step(change, write))
    return steps


class Given(NamedTuple):
    """A route of a scheme in this county. `is_proposal`: its document does not say so."""

    where: Where
    department_id: UUID
    is_proposal: bool


def routes(known: Bodies, scheme: Scheme, names: dict[str, str]) -> Iterator[Given]:
    """County first: their numbers are the short ones that people quote."""
    places = [
        *((route.category, None, route.county, route.is_proposal) for route in scheme.route),
        *(
            (
                route.category,
                township["id"],
                f"{township['id']}/{route.township}",
                route.is_proposal,
            )
            for township in known.townships()
            for route in scheme.route
        ),
        *(
            (category, known.ids[office.key], *_section(scheme, office, category))
            for office in scheme.office
            for category in names
        ),
    ]
    for category, desk, key, is_proposal in places:
        if category in names and key in known.ids:
            yield Given((category, desk), known.ids[key], is_proposal)


def _given(known: Bodies, base: Scheme, names: dict[str, str]) -> dict[Where, UUID]:
    """What the last scheme gave. It gave nothing to bodies that come only now."""
    given = routes(known, base, names)
    return {where: id_ for where, id_, _ in given if id_ not in known.added}


def _are_open(known: Bodies, where: Where, department: UUID) -> bool:
    """Neither the desk nor the department has been closed by the county."""
    _, desk = where
    return all(known.is_open(id_) for id_ in (desk, department) if id_)


def _section(scheme: Scheme, office: Office, category: str) -> tuple[str, bool]:
    """Which section of an office has a category, and whether that is proposed.

    As told, else its first one: of that no document says anything.
    """
    own = [section.key for section in office.section]
    rules = [rule for rule in scheme.office_route if rule.section in own]
    named = [rule for rule in rules if rule.category == category]
    others = [rule for rule in rules if rule.category is None]
    rule = next(iter([*named, *others]), None)
    section, is_proposal = (rule.section, rule.is_proposal) if rule else (own[0], True)
    return f"{office.key}/{section}", is_proposal


def _short(known: Bodies, id_: UUID | None) -> str | None:
    return known.rows[id_]["short_name"] if id_ in known.rows else None


async def _put_route(session: AsyncSession, number: int | None, values: dict[str, Any]) -> None:
    if number is None:
        await session.execute(insert(RoutingRule).values(**values))
    else:
        await session.execute(update(RoutingRule).where(RoutingRule.id == number).values(**values))


async def deadlines(session: AsyncSession, scheme: Scheme, base: Scheme | None) -> list[Step]:
    """One rule for a hop, a level and a category; clocks that run keep what they were given."""
    rows = (await session.scalars(select(DeadlineRule))).all()
    present = {(row.hop, row.level, row.category_code): row for row in rows}
    old = {_case(one): _time(one) for one in base.deadline} if base else {}
    steps = []
    for one in scheme.deadline:
        case = _case(one)
        row = present.get(case)
        had = _time(row) if row else None
        verb = merged(old.get(case), had, _time(one))
        if verb is None:
            continue
        parts = (_HOPS[one.hop], {"major": "重大", "serious": "较大"}.get(one.level or "", ""))
        name = " · ".join(part for part in (*parts, one.category or "") if part)
        write = partial(_put_deadline, session, row.id if row else None, one)
        steps.append(step(Change(Part.DEADLINES, verb, name, had, _time(one)), write))
    return steps


def _case(one: Deadline) -> tuple[Any, ...]:
    return one.hop, one.level, one.category


def _time(one: Deadline | DeadlineRule) -> str:
    return f"{one.amount} {_UNITS[one.unit]}"


async def _put_deadline(session: AsyncSession, id_: int | None, one: Deadline) -> None:
    values = {"amount": one.amount, "unit": one.unit}
    if id_ is not None:
        await session.execute(update(DeadlineRule).where(DeadlineRule.id == id_).values(**values))
        return
    case = {"hop": one.hop, "level": one.level, "category_code": one.category}
    await session.execute(insert(DeadlineRule).values(**case, **values))
