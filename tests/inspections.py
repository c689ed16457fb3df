"""What tests of inspections need: a county with places, who plans and goes, results, findings."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.base import new_id
from app.models.hazard import Hazard
from app.models.person import Person
from app.services import inspections
from app.services.access import Actor
from app.services.inspections import (
    CloseInspection,
    EditInspection,
    InspectionQuery,
    PlanInspection,
    RecordResult,
    WholeInspection,
)
from tests import factories
from tests.factories import County
from tests.patrols import checklist
from tests.walking import Walk

DAY = "2026-11-23"


class Scene:
    """A shop and a works in the first township, a mill in the second."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.county = session, county
        self.walk = Walk(session, settings, county)

    async def build(self) -> "Scene":
        place, county = factories.enterprise, self.county
        self.shop = await place(self.session, "甲店", county.villages[0], county.grids[0])
        self.works = await place(self.session, "乙厂", county.villages[0], county.grids[0])
        self.mill = await place(self.session, "丙坊", county.villages[1], county.grids[1])
        await checklist(self.session, "gas")
        return self

    async def actor(self, person: Person) -> Actor:
        return await self.walk.actor(person)

    async def plan(
        self, who: Person | None = None, id_: UUID | None = None, **fields: Any
    ) -> WholeInspection:
        actor = await self.actor(who or self.county.county_officer)
        id_ = id_ or new_id()
        command = self.a_plan(actor, **fields)
        await inspections.plan(
            self.session, actor, id_, command, command.model_dump_json().encode()
        )
        return await inspections.read(self.session, actor, id_)

    def a_plan(self, actor: Actor, **fields: Any) -> PlanInspection:
        usual = {
            "kind": "routine", "name": "燃气检查", "plan": "两人一组，逐家看", "starts_on": DAY,
            "until": "2026-11-27", "lead_id": actor.seats[0].organization_id,
            "checklist_key": "gas", "object_ids": [self.shop.id],
        }  # fmt: skip
        return PlanInspection.model_validate({**usual, **fields})

    async def edit(self, who: Person, id_: UUID, **fields: Any) -> None:
        command = EditInspection.model_validate(fields)
        await inspections.edit(self.session, await self.actor(who), id_, command)

    async def record(
        self, who: Person, id_: UUID, at: UUID | None = None, **fields: Any
    ) -> WholeInspection:
        actor = await self.actor(who)
        usual = {} if "left_out_reason" in fields else {"looked_on": DAY}
        command = RecordResult.model_validate({**usual, **fields})
        await inspections.record(self.session, actor, id_, at or self.shop.id, command)
        return await inspections.read(self.session, actor, id_)

    async def found(self, who: Person, **fields: Any) -> Hazard:
        """A case of the main loop at the shop, as the desk reports it."""
        usual = {"enterprise_id": self.shop.id, "grid_id": None, "occurred_at": clock.now()}
        return await self.walk.report(who, **{**usual, **fields})

    async def close(self, who: Person, id_: UUID, conclusion: str = "总体良好") -> None:
        command = CloseInspection(conclusion=conclusion)
        await inspections.close(self.session, await self.actor(who), id_, command)

    async def seen_by(self, who: Person, **asked: Any) -> dict[str, tuple[int, ...]]:
        """Names in the list, each with what is counted of it."""
        query = InspectionQuery(**asked)
        page = await inspections.find(self.session, await self.actor(who), query)
        return {
            each.inspection.name: (each.counts.places, each.counts.looked, each.counts.hazards)
            for each in page.items
        }


def issue(hazard: Hazard | None = None, **fields: Any) -> dict[str, Any]:
    usual = {
        "code": "A-1", "answer": "issue", "note": "软管老化", "measure": "三天内换",
        "hazard_id": str(hazard.id) if hazard else None,
    }  # fmt: skip
    return {**usual, **fields}
