"""Registers of what is watched by itself: major hazard sources and key units (S3-31, S3-38)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, any_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import OPEN_STATES, Hazard
from app.models.ledger import Basis
from app.models.slot import SlotRole
from app.models.supervised_object import SupervisedObject
from app.models.visit import LastLook
from app.services import access, cursors
from app.services.access import Actor
from app.services.commands import Input, Search
from app.services.ledger import reach
from app.services.ledger.commands import ObjectFilters
from app.services.ledger.exporting.gathering import Line, gathered
from app.services.ledger.filtering import conditions
from app.services.ledger.finding import FoundObject, found, selected
from app.services.permissions import Permission

_One = SupervisedObject


class Register(StrEnum):
    MAJOR_SOURCES = "major_sources"
    KEY_UNITS = "key_units"


class RegisterFilters(Input):
    of: Register = Register.MAJOR_SOURCES
    text: Search = ""
    township_id: UUID | None = None


class RegisterQuery(RegisterFilters):
    cursor: Annotated[str, Field(max_length=800)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@dataclass(frozen=True)
class Registered:
    """One line. `expires_on`: of the licence that ends first, `expired`: how many are over."""

    found: FoundObject
    line: Line
    last_look: datetime | None
    open_cases: int

    @property
    def in_charge(self) -> str:
        return self.line.departments.get(Basis.IN_CHARGE, "")

    @property
    def licensing(self) -> str:
        return self.line.departments.get(Basis.LICENSING, "")

    @property
    def chief(self) -> str:
        return self.line.people.get(SlotRole.GRID_CHIEF, "")

    @property
    def gridworker(self) -> str:
        """Whoever has it as a cadre, else all who go there."""
        return self.line.cadre or self.line.people.get(SlotRole.GRIDWORKER, "")

    @property
    def expires_on(self) -> date | None:
        days = [paper["expires_on"] for paper in self.line.licences if paper["expires_on"]]
        return date.fromisoformat(min(days)) if days else None

    @property
    def expired(self) -> int:
        today = access.today().isoformat()
        return sum((paper["expires_on"] or today) < today for paper in self.line.licences)


@dataclass(frozen=True)
class RegisterPage:
    items: list[Registered]
    next: str | None


async def register(session: AsyncSession, actor: Actor, query: RegisterQuery) -> RegisterPage:
    """The gravest first, then by name; of my own reach, confirmed and open."""
    access.require(actor, Permission.USE_DESK)
    keys = (func.coalesce(_One.major_source_level, 9), _One.name, _One.id)
    statement = selected(actor).where(reach.is_within(actor), *_conditions(actor, query))
    if query.cursor:
        after = cursors.decode(query.cursor, int, str, UUID)
        statement = statement.where(tuple_(*keys) > tuple_(*after))
    rows = (await session.execute(statement.order_by(*keys).limit(query.limit + 1))).all()
    page, onward = rows[: query.limit], None
    if len(rows) > query.limit:
        last: SupervisedObject = page[-1].SupervisedObject
        onward = cursors.encode(last.major_source_level or 9, last.name, last.id)
    lines = await gathered(session, page)
    ids = [line.object.id for line in lines]
    looks, cases = await _looks(session, ids), await _cases(session, ids)
    items = [
        Registered(found(line.row, None), line, looks.get(one.id), cases.get(one.id, 0))
        for line, one in ((line, line.object) for line in lines)
    ]
    return RegisterPage(items, onward)


def _conditions(actor: Actor, query: RegisterFilters) -> list[ColumnElement[bool]]:
    is_major = query.of is Register.MAJOR_SOURCES
    asked = ObjectFilters(
        text=query.text,
        township_id=query.township_id,
        is_confirmed=True,
        is_major_source=True if is_major else None,
        is_key=None if is_major else True,
    )
    return conditions(actor, asked)


async def _looks(session: AsyncSession, ids: list[UUID]) -> dict[UUID, datetime]:
    query = select(LastLook.object_id, LastLook.seen_at).where(
        LastLook.object_id == any_(access.given("ids"))
    )
    return {row.object_id: row.seen_at for row in await session.execute(query, {"ids": ids})}


async def _cases(session: AsyncSession, ids: list[UUID]) -> dict[UUID, int]:
    query = (
        select(Hazard.enterprise_id, func.count())
        .where(Hazard.enterprise_id == any_(access.given("ids")), Hazard.state.in_(OPEN_STATES))
        .group_by(Hazard.enterprise_id)
    )
    rows = await session.execute(query, {"ids": ids})
    return {row[0]: row[1] for row in rows if row[0]}
