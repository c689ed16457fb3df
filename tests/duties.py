"""A county whose bodies owe something: what tests of duties keep, correct, finish and read."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.grid import Grid, GridKind
from app.models.notification import Notification
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.organization import Organization
from app.models.person import Person, Role
from app.services import duties
from app.services.duties import (
    CorrectItem,
    CorrectRecord,
    DutyQuery,
    FinishItem,
    Occurrence,
    RecordDuty,
    WholeRecord,
)
from tests import factories
from tests.actors import actor_of
from tests.factories import County

NEW_YEAR = date(2026, 1, 1)


def obligation(key: str, duty: Duty, period: Period, scope: Scope, **more: Any) -> Obligation:
    defaults = {"name": key, "min_count": 1, "applies_to": {}, "seed": "", "starts_on": NEW_YEAR}
    return Obligation(key=key, duty=duty, period=period, scope=scope, **{**defaults, **more})


class Scene:
    """A county with S3's duties, and a line of the fire brigade with an enterprise (S0, S4)."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Scene":
        self.session.add_all(
            (
                obligation("F7", Duty.MEETING, Period.QUARTER, Scope.GRID, role=Role.LEADER),
                obligation("F8", Duty.SUPERVISION, Period.MONTH, Scope.COUNTY),
                obligation("F9", Duty.SUMMARY, Period.QUARTER, Scope.COUNTY),
                obligation("F13", Duty.ANNUAL, Period.YEAR, Scope.ORGANIZATION),
            )
        )
        self.brigade = self.county.departments[0]
        self.line = await self._grid("危化企业网格", self.brigade)
        plant = await factories.enterprise(
            self.session, "城南化工", self.county.villages[0], self.county.grids[0]
        )
        self.plant = await self.session.get_one(Organization, plant.id)
        self.leaf = await self._grid("城南化工网格", self.plant, self.line)
        self.officer = await factories.person(self.session, Role.SAFETY_OFFICER, self.plant)
        self.linked = await factories.person(self.session, Role.LEADER, self.brigade)
        return self

    async def _grid(self, name: str, runner: Organization, above: Grid | None = None) -> Grid:
        return await factories.grid(self.session, runner, above, name=name, kind=GridKind.EXCLUSIVE)

    async def found(self, person: Person, **query: Any) -> list[Occurrence]:
        actor = await actor_of(self.session, self.settings, person)
        return await duties.find(self.session, actor, DutyQuery(**query))

    async def keep(self, person: Person, record_id: UUID | None = None, **fields: Any) -> UUID:
        """The line's meeting of the quarter that runs, unless said otherwise."""
        said = {
            "obligation_key": "F7",
            "grid_id": self.line.id,
            "period_start": "2026-10-01",
            "held_on": "2026-11-20",
            "subject": "四季度专题会议",
            "text": "通报隐患整改情况。",
            "participants": "企业负责人 8 人",
        }
        command = RecordDuty.model_validate({**said, **fields})
        actor = await actor_of(self.session, self.settings, person)
        id_ = record_id or new_id()
        await duties.record(self.session, actor, id_, command, command.model_dump_json().encode())
        return id_

    async def read(self, person: Person, id_: UUID) -> WholeRecord:
        actor = await actor_of(self.session, self.settings, person)
        return await duties.read(self.session, actor, id_)

    async def finish(self, person: Person, item_id: UUID, note: str) -> None:
        actor = await actor_of(self.session, self.settings, person)
        await duties.finish(self.session, actor, item_id, FinishItem(note=note))

    async def correct(self, person: Person, id_: UUID, version: int, **said: Any) -> None:
        fields = {
            "held_on": "2026-11-20",
            "subject": "四季度专题会议",
            "text": "通报隐患整改情况，研究两件。",
            "because": "漏写了一件",
        }
        command = CorrectRecord.model_validate({**fields, **said})
        actor = await actor_of(self.session, self.settings, person)
        await duties.correct(self.session, actor, id_, version, command)

    async def correct_item(
        self, person: Person, item_id: UUID, version: int = 2, **said: Any
    ) -> None:
        """By whoever means it: all that is decided has to be said again."""
        command = CorrectItem.model_validate({"because": "写错了", **said})
        actor = await actor_of(self.session, self.settings, person)
        await duties.correct_item(self.session, actor, item_id, version, command)

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))
