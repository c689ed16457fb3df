"""A county whose year of assessment is open."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.notification import Notification
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.organization import Organization
from app.models.person import Person
from app.services import assessments, schemes
from app.services.access import Actor
from app.services.assessments import (
    OpenAssessment,
    StepPaper,
    WholePaper,
    WholeYear,
)
from tests.actors import actor_of
from tests.factories import County

UNTIL = "2026-12-10"


def words(said: str = "抽查三处，两处没有巡查记录", on: str = "2026-11-20") -> dict[str, Any]:
    return {"kind": "words", "text": said, "on": on}


def less(item: str, points: float, evidence: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"item": item, "points": points, "reason": "查实", "evidence": evidence or words()}


class Scene:
    """A county whose year is open by S3's form, with the yearly duty of its bodies."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county
        self.id = new_id()

    async def build(self, form: str = "s3") -> "Scene":
        self.session.add(
            Obligation(
                key="F13-assessment", name="年度考核", duty=Duty.ANNUAL, period=Period.YEAR,
                scope=Scope.ORGANIZATION, min_count=1, applies_to={}, seed="S3-40",
                starts_on=date(2026, 1, 1),
            )
        )  # fmt: skip
        await self.open(form=schemes.named(form).assessment)
        self.paper = await self.paper_of(self.county.townships[0])
        return self

    async def actor(self, person: Person) -> Actor:
        return await actor_of(self.session, self.settings, person)

    async def open(self, by: Person | None = None, id_: UUID | None = None, **fields: Any) -> None:
        known = {"year": 2026, "self_until": UNTIL, **fields}
        known["form"] = known["form"].model_dump(mode="json")
        command = OpenAssessment.model_validate(known)
        actor = await self.actor(by or self.county.county_officer)
        body = command.model_dump_json().encode()
        await assessments.open_year(self.session, actor, id_ or self.id, command, body)

    async def year(self, person: Person) -> WholeYear:
        return await assessments.read_year(self.session, await self.actor(person), self.id)

    async def paper_of(self, body: Organization) -> UUID:
        found = await self.year(self.county.county_officer)
        return next(one.paper.id for one in found.papers if one.body.id == body.id)

    async def read(self, person: Person, paper: UUID | None = None) -> WholePaper:
        actor = await self.actor(person)
        return await assessments.read(self.session, actor, self.settings, paper or self.paper)

    async def step(
        self, person: Person, step: str, *, id_: UUID | None = None, **fields: Any
    ) -> None:
        if "version" not in fields:
            fields["version"] = (await self.read(person)).at.paper.version
        command = StepPaper.model_validate({"step": step, **fields})
        body = command.model_dump_json().encode()
        actor = await self.actor(person)
        await assessments.step(self.session, actor, self.paper, id_ or new_id(), command, body)

    async def submit(self, **said: str) -> None:
        keys = [item.key for item in (await self.read(self.county.county_officer)).form.items]
        sentences = {key: f"{key}：已落实" for key in keys} | said
        await self.step(self.county.township_officer, "submit", said=sentences)

    async def assess(self, *deductions: dict[str, Any], step: str = "assess", **more: Any) -> None:
        result = {"deductions": list(deductions), **more.pop("result", {})}
        await self.step(self.county.county_officer, step, result=result, **more)

    async def settle(self) -> None:
        await self.submit()
        await self.assess(less("rectify", 5))
        await self.step(self.county.county_officer, "show")
        await self.step(self.county.township_officer, "agree")
        await self.step(self.county.supervisor, "finish")

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))
