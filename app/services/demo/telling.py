"""Tells the story: every step through the real services, at the hour when it happened.

Between the steps time does what it does on a real server: people are told, clocks run out, what
was verified is archived after a day, history is sealed.
"""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, jobs
from app.config import Settings
from app.models.hazard import Assistant, Hazard
from app.models.photo import Derivatives, PhotoRole
from app.models.recheck import Recheck
from app.models.rules import Level
from app.services import events, hazard_jobs, hazards, photos, presets, rechecks
from app.services.access import Actor
from app.services.commands import Input, PhotoPromise, Position
from app.services.demo.dice import dice, identity, phone_id
from app.services.demo.gallery import Gallery, Picture, stream
from app.services.demo.land import Ground, inside
from app.services.demo.moves import MOVES, Scene
from app.services.demo.people import Staff
from app.services.demo.stories import Case, in_order
from app.services.hazard_flow import Action
from app.services.hazards import HazardAction, ReportHazard
from app.services.photos.reading import derivative_key
from app.storage import ObjectStore

_A_MOMENT = timedelta(seconds=5)
_EVENING = time(18, 0)
_ARRIVES_AFTER = timedelta(seconds=40)
_OFFLINE_SHARE = 0.12  # of the reports wait for a signal
_SECOND_LOOK = "second_look"  # begins the keys of stories in which somebody goes again
_SELF = frozenset({"factory", "warehouse", "mall"})
_SELF_REPORTED = 0.3  # of theirs are reported by the enterprise's own safety officer
_GRIDWORKERS_PHOTO = frozenset({"report", "report_only", "answer", "reopen"})
Progress = Callable[[int, int, str], None]


@dataclass
class Told:
    """What has to be known about a case that has begun."""

    hazard_id: UUID
    reporter: Actor
    spot: Position
    chance: Random


@dataclass
class Telling:
    """One telling, in one session."""

    session: AsyncSession
    storage: ObjectStore
    settings: Settings
    seed: int
    staff: Staff
    land: dict[str, Ground]
    gallery: Gallery
    told: dict[int, Told] = field(default_factory=dict)
    alarms: list[datetime] = field(default_factory=list)

    async def tell(self, cases: list[Case], now: datetime, progress: Progress) -> None:
        steps = in_order(cases)
        self.alarms = [*_evenings(steps[0][0], now), now]
        with jobs.held_back() as waiting, _quiet(hazard_jobs.log):
            for number, (moment, case, step) in enumerate(steps):
                await self._make_rounds(moment)
                await self._take(case, step, moment, waiting)
                progress(number + 1, len(steps), "案件 cases")
            await self._make_rounds(now)

    async def _make_rounds(self, until: datetime) -> None:
        """What the worker's timetable does: every evening, and when a case is to be archived."""
        while self.alarms and self.alarms[0] <= until:
            with clock.at(heappop(self.alarms)):
                await hazard_jobs.archive_verified(self.session)
                await hazard_jobs.tick_clocks(self.session, self.settings)
                await events.seal(self.session)

    async def _take(
        self, case: Case, step: int, moment: datetime, waiting: list[tuple[str, dict[str, Any]]]
    ) -> None:
        name = case.steps[step][0]
        picture = await self.gallery.of(case, step)
        with clock.at(moment):
            event_id = phone_id(self.seed, f"{case.number}/{step}", moment)
            promise = self._promise(name, event_id, picture)
            if MOVES[name].action is None:
                actor = await self._report(case, name, event_id, promise)
            else:
                actor = await self._act(case, name, event_id, promise)
            if MOVES[name].action is Action.VERIFY:
                heappush(self.alarms, moment + hazard_jobs.ARCHIVED_AFTER + _A_MOMENT)
            await self._spread(case, waiting)
        if picture and promise:
            with clock.at(moment + _ARRIVES_AFTER):
                await self._send(actor, promise[0].photo_id, picture)
                waiting.clear()

    async def _spread(self, case: Case, waiting: list[tuple[str, dict[str, Any]]]) -> None:
        """The jobs that follow an event, at once, and those that follow them."""
        for job, arguments in waiting:
            if job == "notify":
                await hazard_jobs.notify(self.session, self.settings, [arguments["event_id"]])
            elif job == "second_look":
                await rechecks.second_look(self.session, self._lots(case), **arguments)
        waiting.clear()

    def _lots(self, case: Case) -> Settings:
        """Here the story draws, not the secret of the machine it is told on."""
        percent = 100 if case.story.startswith(_SECOND_LOOK) else 0
        secret = SecretStr(f"demo county {self.seed}")
        return self.settings.model_copy(update={"second_look_percent": percent, "secret": secret})

    async def _report(
        self, case: Case, name: str, hazard_id: UUID, promised: list[PhotoPromise]
    ) -> Actor:
        chance = dice(self.seed, f"case/{case.number}")
        reporter = self._reporter(case, chance)
        spot = self._spot(case, chance)
        self.told[case.number] = Told(hazard_id, reporter, spot, chance)
        delay = timedelta(seconds=chance.uniform(4, 40))
        if chance.random() < _OFFLINE_SHARE:
            delay = timedelta(minutes=chance.uniform(20, 170))
        command = ReportHazard(
            category_code=case.found.category,
            level=_level(case),
            note=case.found.note,
            place=case.found.place,
            enterprise_id=case.company.id if case.company else None,
            grid_id=presets.grid_id(case.village.code),
            position=spot,
            photos=promised,
            occurred_at=clock.now() - delay,
            escalate=name == "report",
        )
        await hazards.report(self.session, reporter, hazard_id, command, sent(command), clock.now())
        return reporter

    def _reporter(self, case: Case, chance: Random) -> Actor:
        """A gridworker; a twin is reported by somebody else; some enterprises report themselves."""
        people = self.staff.reporters(presets.body_id(case.village.code))
        if case.duplicate_of:
            return people[-1]
        if case.company and case.by_officer:
            return self.staff.officer(case.company.id)
        if case.company and case.found.sector in _SELF and chance.random() < _SELF_REPORTED:
            return self.staff.officer(case.company.id)
        return people[0] if len(people) == 2 else chance.choice(people[:-1])  # noqa: PLR2004

    def _spot(self, case: Case, chance: Random) -> Position:
        first = self.told.get(case.duplicate_of.number) if case.duplicate_of else None
        if first:
            lat, lon = first.spot.lat, first.spot.lon
        elif case.company:
            lat, lon = case.company.place.lat, case.company.place.lon
        else:
            lon, lat = inside(self.land[case.village.code], chance)
        return _near(lat, lon, chance)

    async def _act(
        self, case: Case, name: str, event_id: UUID, promised: list[PhotoPromise]
    ) -> Actor:
        told, move = self.told[case.number], MOVES[name]
        assert move.action is not None
        scene = await self._scene(case, told)
        actor = move.who(scene)
        is_outside = move.photo is not None
        command = HazardAction(
            action=move.action,
            occurred_at=clock.now() - timedelta(seconds=told.chance.uniform(2, 20)),
            photos=promised,
            position=_near(told.spot.lat, told.spot.lon, told.chance) if is_outside else None,
            **move.say(scene),
        )
        body = sent(command)
        await hazards.act(self.session, actor, told.hazard_id, event_id, command, body, clock.now())
        return actor

    async def _scene(self, case: Case, told: Told) -> Scene:
        hazard = await self.session.get_one(Hazard, told.hazard_id)
        first = self.told.get(case.duplicate_of.number) if case.duplicate_of else None
        query = (
            select(Assistant.organization_id)
            .where(Assistant.hazard_id == hazard.id, Assistant.finished_at.is_(None))
            .order_by(Assistant.organization_id)
        )
        return Scene(
            case,
            hazard,
            told.reporter,
            self.staff,
            told.chance,
            clock.now(),
            first.hazard_id if first else None,
            await self.session.scalar(query.limit(1)),
            await self.session.get(Recheck, hazard.id),
        )

    def _promise(self, name: str, event_id: UUID, picture: Picture | None) -> list[PhotoPromise]:
        if picture is None:
            return []
        role = PhotoRole.BEFORE if name in _GRIDWORKERS_PHOTO else PhotoRole.AFTER
        taken_at = clock.now() - timedelta(seconds=1)
        return [
            PhotoPromise(
                photo_id=identity(self.seed, f"photo/{event_id}"),
                sha256=picture.sha256,
                size=len(picture.original),
                role=role,
                taken_at=taken_at,
            )
        ]

    async def _send(self, actor: Actor, photo_id: UUID, picture: Picture) -> None:
        """As the phone does, and the derivatives that the job would make."""
        digest = base64.b64encode(bytes.fromhex(picture.sha256)).decode()
        arrived = await photos.receive(
            self.storage,
            self.settings,
            photo_id,
            stream(picture.original),
            f"sha-256=:{digest}:",
        )
        photo = await photos.keep(self.session, actor, arrived)
        for size, body in picture.shown.items():
            await self.storage.put(derivative_key(photo, size), body, "image/jpeg")
        photo.derivatives = Derivatives.READY


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[None]:
    """Three months of routine are not worth a line each."""
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def _evenings(since: datetime, until: datetime) -> list[datetime]:
    days = (clock.local(until).date() - clock.local(since).date()).days
    first = clock.local(since).date()
    found = (
        datetime.combine(first + timedelta(days=n), _EVENING, clock.COUNTY_ZONE)
        for n in range(days + 1)
    )
    return [evening for evening in found if evening <= until]


def _level(case: Case) -> Level:
    """Who suspects a major hazard in a step of its own does not report it as one."""
    if any(name == "suspect" for name, _ in case.steps):
        return Level.GENERAL
    return Level(case.found.level)


def _near(lat: float, lon: float, chance: Random) -> Position:
    """A phone's idea of where it is."""
    return Position(
        lat=round(lat + chance.gauss(0, 0.00005), 6),
        lon=round(lon + chance.gauss(0, 0.00005), 6),
        accuracy_m=round(chance.uniform(4, 28), 1),
    )


def sent(command: Input) -> bytes:
    """The bytes as they would come over the wire."""
    return command.model_dump_json(exclude_unset=True).encode()
