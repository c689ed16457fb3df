"""What tests of trainings need: a county with its trainers, a training, somebody who passed."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.person import Person
from app.models.training import Training, TrainingRule
from app.services import qualifications, rules, trainings
from app.services.access import Actor
from app.services.qualifications import Qualification
from app.services.rules import EditTrainingRule
from app.services.trainings import AddTrainees, AddTraining, CandidateQuery, JudgeTrainees
from tests.actors import actor_of
from tests.factories import County

TODAY = date(2026, 11, 23)
YEAR = date(2027, 11, 23)
ALL = {"can_inspect": True, "can_record": True, "can_report": True}


class Scene:
    """The county and whoever trains in it."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Scene":
        county = self.county
        self.township = await self.actor(county.township_officer)
        self.officer = await self.actor(county.county_officer)
        self.handler = await self.actor(county.handler)
        self.admin = await self.actor(county.administrator)
        return self

    async def actor(self, person: Person) -> Actor:
        return await actor_of(self.session, self.settings, person)

    async def add(self, actor: Actor | None = None, **fields: Any) -> Training:
        who = actor or self.township
        usual = {"title": "上岗培训", "mode": "集中授课", "starts_on": TODAY, "ends_on": TODAY}
        body = who.seats[0].organization_id
        command = AddTraining.model_validate({"sponsor_id": body, **usual, **fields})
        return await trainings.add(self.session, who, command)

    async def put(self, training: Training, *people: Person, actor: Actor | None = None) -> None:
        command = AddTrainees(person_ids=[person.id for person in people])
        await trainings.add_trainees(self.session, actor or self.township, training.id, command)

    async def judge(self, training: Training, person: Person, **shown: Any) -> None:
        usual = {"person_id": person.id, "attended": True, "valid_until": YEAR}
        command = JudgeTrainees.model_validate({"records": [{**usual, **shown}]})
        await trainings.judge(self.session, self.township, training.id, command)

    async def passed(self, person: Person, **shown: Any) -> Training:
        """At a training of its own."""
        days = {name: shown.pop(name) for name in ("starts_on", "ends_on") if name in shown}
        training = await self.add(**days)
        await self.put(training, person)
        await self.judge(training, person, **shown)
        return training

    async def shown(self, person: Person, day: date = TODAY) -> Qualification:
        return (await qualifications.of(self.session, [person.id], day))[person.id]

    async def candidates(self, actor: Actor, **query: Any) -> set[str]:
        found = await trainings.candidates(self.session, actor, CandidateQuery(**query))
        return {one.person.name for one in found.items}


async def switch(scene: Scene, **fields: Any) -> TrainingRule:
    """The gate on, from today unless said otherwise."""
    usual = {"is_on": True, "starts_on": TODAY, "modes": ["集中授课"], "valid_months": 12}
    command = EditTrainingRule.model_validate({**usual, **fields})
    return await rules.put_training(scene.session, scene.admin, command)
