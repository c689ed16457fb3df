"""Walking a case through its life as the people of a small county would."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.base import new_id
from app.models.event import Event
from app.models.hazard import Hazard, State
from app.models.person import Person
from app.models.photo import PhotoRole
from app.services import hazards
from app.services.access import Actor
from app.services.commands import PhotoPromise
from app.services.hazard_flow import Action
from app.services.hazards import Done, HazardAction, ReportHazard
from tests.actors import actor_of
from tests.factories import County

TOWNSHIP, COUNTY = "township", "county"  # which desk dispatches in `to_state`


def photo(role: PhotoRole = PhotoRole.BEFORE, **fields: Any) -> PhotoPromise:
    """A promise of bytes that nobody has; every one has another hash."""
    id_ = new_id()
    defaults: dict[str, Any] = {
        "photo_id": id_,
        "sha256": f"{id_.int:064x}",
        "size": 1000,
        "role": role,
        "taken_at": clock.now(),
    }
    return PhotoPromise(**{**defaults, **fields})


def after(**fields: Any) -> list[PhotoPromise]:
    return [photo(PhotoRole.AFTER, **fields)]


@dataclass
class Walk:
    """`report` and `act` as a person; bodies are made of the command, so that a repeat is one."""

    session: AsyncSession
    settings: Settings
    county: County
    _actors: dict[UUID, Actor] = field(default_factory=dict)

    async def actor(self, person: Person) -> Actor:
        if person.id not in self._actors:
            self._actors[person.id] = await actor_of(self.session, self.settings, person)
        return self._actors[person.id]

    def forget(self, person: Person) -> None:
        """Posts have changed: the rights are read anew."""
        self._actors.pop(person.id, None)

    def a_report(self, **fields: Any) -> ReportHazard:
        defaults: dict[str, Any] = {
            "category_code": "fire",
            "note": "楼道堆放杂物，堵住安全出口",
            "place": "文化路 3 号",
            "grid_id": self.county.grids[0].id,
            "photos": [photo()],
            "occurred_at": clock.now(),
        }
        return ReportHazard(**{**defaults, **fields})

    async def report(self, person: Person | None = None, **fields: Any) -> Hazard:
        done = await self.send(person or self.county.gridworker, new_id(), self.a_report(**fields))
        assert done.hazard is not None
        return done.hazard

    async def send(self, person: Person, id_: UUID, command: ReportHazard, **more: Any) -> Done:
        actor = await self.actor(person)
        return await hazards.report(self.session, actor, id_, command, body_of(command), **more)

    async def act(self, person: Person, hazard: Hazard, action: Action, **fields: Any) -> Done:
        command = self.step(action, **fields)
        return await self.take(person, hazard, new_id(), command)

    def step(self, action: Action, **fields: Any) -> HazardAction:
        defaults = DEFAULTS[action](self.county) if action in DEFAULTS else {}
        return HazardAction(action=action, occurred_at=clock.now(), **{**defaults, **fields})

    async def take(
        self, person: Person, hazard: Hazard, id_: UUID, command: HazardAction, **more: Any
    ) -> Done:
        actor = await self.actor(person)
        body = body_of(command)
        return await hazards.act(self.session, actor, hazard.id, id_, command, body, **more)

    async def to(self, state: State, **fields: Any) -> Hazard:
        """A case in this state, by the county's desk where one dispatches."""
        hazard = await self.report(escalate=state not in NEVER_ESCALATED, **fields)
        for who, action in WAYS[state]:
            await self.act(getattr(self.county, who), hazard, action)
        assert hazard.state is state
        return hazard

    async def events(self, hazard: Hazard) -> list[Event]:
        query = select(Event).where(Event.hazard_id == hazard.id).order_by(Event.position)
        return list(await self.session.scalars(query))


def body_of(command: ReportHazard | HazardAction) -> bytes:
    return json.dumps(command.model_dump(mode="json"), ensure_ascii=False).encode()


A, S = Action, State
_UP = (("township_officer", A.ESCALATE),)
_ASSIGNED = (*_UP, ("county_officer", A.ASSIGN))
_DONE = (*_ASSIGNED, ("handler", A.FINISH))
_VERIFIED = (*_DONE, ("gridworker", A.VERIFY))
NEVER_ESCALATED = {S.REPORTED, S.FIXED_ON_SITE}
WAYS: dict[State, tuple[tuple[str, Action], ...]] = {
    S.REPORTED: (),
    S.FIXED_ON_SITE: (("gridworker", A.FIX_ON_SITE),),
    S.ESCALATED: _UP,
    S.ASSIGNED: _ASSIGNED,
    S.DONE: _DONE,
    S.VERIFIED: _VERIFIED,
    S.ARCHIVED: (*_VERIFIED, ("gridworker", A.ARCHIVE)),
    S.VOIDED: (*_UP, ("county_officer", A.VOID)),
}
_REASON, _NOTE = {"reason": "不属于本单位职责"}, {"note": "已看过现场"}
Filling = Callable[[County], dict[str, Any]]
# What each action must bring, filled in so that only the rule under test can refuse it.
DEFAULTS: dict[Action, Filling] = {
    A.FIX_ON_SITE: lambda _: {"photos": after(), "rating": 5},
    A.ASSIGN: lambda county: {"department_id": county.departments[0].id},
    A.ESCALATE: lambda _: _REASON,
    A.SEND_DOWN: lambda _: _NOTE,
    A.REFER: lambda _: _REASON,
    A.ASK: lambda _: {"note": "照片看不清插座，请补拍一张"},
    A.VOID: lambda _: _REASON,
    A.REOPEN: lambda _: _NOTE,
    A.HAND_BACK: lambda county: {
        **_REASON,
        "suggested_department_id": county.departments[1].id,
    },
    A.REASSIGN: lambda county: {**_NOTE, "department_id": county.departments[1].id},
    A.ASK_EXTENSION: lambda _: {**_REASON, "due_at": clock.now() + timedelta(days=60)},
    A.GRANT_EXTENSION: lambda _: {**_REASON, "due_at": clock.now() + timedelta(days=50)},
    A.REFUSE_EXTENSION: lambda _: _REASON,
    A.FINISH_PART: lambda _: _NOTE,
    A.FINISH: lambda _: {**_NOTE, "photos": after()},
    A.VERIFY: lambda _: {"photos": after(), "rating": 4},
    A.REJECT: lambda _: {"photos": after(), **_REASON},
    A.COMMENT: lambda _: _NOTE,
    A.CORRECT: lambda _: {"place": "文化路 5 号", **_REASON},
    A.SUSPECT_MAJOR: lambda _: _REASON,
    A.CONFIRM_MAJOR: lambda _: _REASON,
    A.LIST_SUPERVISION: lambda _: _REASON,
    A.DELIST: lambda _: _REASON,
    A.SUPERVISE: lambda _: {**_NOTE, "due_at": clock.now() + timedelta(days=3)},
    A.REPLY_SUPERVISION: lambda _: _NOTE,
    A.RECORD_ENFORCEMENT: lambda _: _NOTE,
    A.PASS_RECHECK: lambda _: {"photos": after()},
    A.FAIL_RECHECK: lambda _: {"photos": after()},
}
