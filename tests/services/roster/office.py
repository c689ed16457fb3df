"""An office with the roster in its hand, and all the steps of a batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.config import Settings
from app.models.people_import import PeopleImport
from app.models.person import Person, Post
from app.services import imports
from app.services.access import Actor
from app.services.roster import PEOPLE
from app.services.roster.columns import (
    BODY,
    GRID,
    JOB_TITLE,
    MOBILE,
    NAME,
    REMARK,
    ROLE,
    SINCE,
    UNTIL,
)
from app.services.roster.holding import DUTIES, EMPLOYMENT, SOURCE, TIME
from tests import sheets
from tests.actors import actor_of
from tests.factories import County

TITLES = [
    NAME,
    MOBILE,
    BODY,
    JOB_TITLE,
    GRID,
    ROLE,
    SINCE,
    UNTIL,
    TIME,
    SOURCE,
    EMPLOYMENT,
    DUTIES,
    REMARK,
]
HERE, THERE = "文化社区", "道庄村"
NEW: dict[str, Any] = {
    NAME: "新网格",
    MOBILE: "13911110001",
    BODY: HERE,
    JOB_TITLE: "网格员",
}


def sheet(*lines: Mapping[str, Any], merged: Iterable[Any] = ()) -> bytes:
    return sheets.book(lines, TITLES, merged=list(merged))


@dataclass
class Office:
    session: AsyncSession
    settings: Settings
    county: County
    actor: Actor

    async def of(self, person: Person) -> "Office":
        """The same county from another desk."""
        actor = await actor_of(self.session, self.settings, person)
        return Office(self.session, self.settings, self.county, actor)

    async def send(self, *lines: Mapping[str, Any], body: bytes = b"") -> PeopleImport:
        """Begun and checked."""
        with jobs.held_back():
            batch = await imports.begin(
                self.session, self.actor, PEOPLE, "名册.xlsx", body or sheet(*lines)
            )
        return await self.through(batch)

    async def through(self, batch: PeopleImport) -> PeopleImport:
        while batch.stage in imports.MOVING:
            await imports.advance(self.session, PEOPLE, batch.id)
        return batch

    async def take_in(self, *lines: Mapping[str, Any], body: bytes = b"") -> PeopleImport:
        return await self.apply(await self.send(*lines, body=body))

    async def apply(self, batch: PeopleImport) -> PeopleImport:
        with jobs.held_back():
            await imports.apply(self.session, self.actor, PEOPLE, batch.id)
        return await self.through(batch)

    async def undo(self, batch: PeopleImport) -> PeopleImport:
        with jobs.held_back():
            await imports.undo(self.session, self.actor, PEOPLE, batch.id)
        return await self.through(batch)

    async def told(self, batch: PeopleImport) -> dict[int, dict[str, Any]]:
        rows = await imports.wrong_rows(self.session, self.actor, PEOPLE, batch.id)
        return {row.line: row.errors for row in rows}

    async def errors(self, *lines: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
        return await self.told(await self.send(*lines))

    async def person(self, number: str) -> Person | None:
        found: Person | None = await self.session.scalar(
            select(Person).where(Person.mobile == number)
        )
        return found

    async def posts(self, number: str) -> list[Post]:
        query = select(Post).join(Person, Person.id == Post.person_id)
        rows = await self.session.scalars(query.where(Person.mobile == number).order_by(Post.id))
        return list(rows)
