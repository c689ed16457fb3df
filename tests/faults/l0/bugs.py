"""Bugs put into the program on purpose: a harness that does not find them proves nothing."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound
from app.models.event import Event
from app.models.hazard import Hazard
from app.models.organization import OrganizationKind
from app.models.photo import Photo
from app.services import access, events, hazards, receipts, sync
from app.services.access import Actor
from app.services.hazard_flow import Action
from app.services.hazards import accepting, acting, effects, reading, steps
from app.services.hazards.commands import HazardAction
from app.services.hazards.step import Step
from app.services.photos import manifests, storing
from app.services.photos.intake import Intake
from app.services.sync import reconciliation

Patch = pytest.MonkeyPatch
_LATE_SECONDS = 0.05


def every_id_is_new(patch: Patch) -> None:
    async def claim(*_: Any) -> None:
        return None

    patch.setattr(events, "claim", claim)


def other_content_is_a_repeat(patch: Patch) -> None:
    async def claim(session: AsyncSession, _actor: Actor, arrived: events.Sent) -> Event | None:
        return await session.scalar(select(Event).where(Event.id == arrived.id))

    patch.setattr(events, "claim", claim)


def check_then_insert(patch: Patch) -> None:
    patch.setattr(Insert, "on_conflict_do_nothing", lambda self, *_, **__: self)
    patch.setattr(accepting, "_ACCEPT", accepting._statement())


def nobody_locks_the_case(patch: Patch) -> None:
    async def look(
        session: AsyncSession, actor: Actor, hazard_id: UUID, _command: HazardAction
    ) -> tuple[Hazard | None, bool]:
        query = select(Hazard, access.can_see(actor)).where(Hazard.id == hazard_id)
        row = (await session.execute(query)).one_or_none()
        return (row[0], bool(row[1])) if row else (None, False)

    patch.setattr(acting, "_lock", look)


def photo_and_report_do_not_wait(patch: Patch) -> None:
    async def lock(*_: Any) -> None:
        """Nobody waits for anybody."""

    decide = storing.keep

    async def keep(session: AsyncSession, actor: Actor, arrived: Intake) -> Photo:
        """The commit comes late: a report in between sees nothing of the photo, nor it of that."""
        photo = await decide(session, actor, arrived)
        await asyncio.sleep(_LATE_SECONDS)
        return photo

    patch.setattr(manifests, "lock", lock)
    patch.setattr(storing, "keep", keep)


def opening_is_not_asked(patch: Patch) -> None:
    async def read(session: AsyncSession, _actor: Actor, hazard_id: UUID) -> Hazard:
        hazard = await session.get(Hazard, hazard_id)
        if hazard is None:
            raise NotFound
        return hazard

    patch.setattr(reading, "read", read)
    patch.setattr(hazards, "read", read)


def _seen(actor: Actor, *, by_village: bool) -> ColumnElement[bool]:
    """can_see as somebody might have written it, without parties and followers."""
    if actor is access.SYSTEM or access.Permission.SEE_COUNTY in actor.permissions:
        return true()
    townships = actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)
    villages = actor.organizations_of(OrganizationKind.VILLAGE) if by_village else frozenset()
    return or_(
        Hazard.reporter_id == actor.person_id,
        Hazard.grid_id.in_(actor.grid_ids),
        Hazard.township_id.in_(townships & actor.body_ids),
        Hazard.village_id.in_(villages & actor.body_ids),
        Hazard.department_id.in_(actor.body_ids),
        Hazard.enterprise_id.in_(actor.body_ids),
    )


def former_departments_lose_sight(patch: Patch) -> None:
    patch.setattr(access, "can_see", lambda actor, _pinned=None: _seen(actor, by_village=True))


def village_is_forgotten(patch: Patch) -> None:
    patch.setattr(access, "can_see", lambda actor, _pinned=None: _seen(actor, by_village=False))


def everybody_sees_all(patch: Patch) -> None:
    patch.setattr(access, "can_see", lambda actor, _pinned=None: true() if actor.seats else false())


def a_department_verifies_its_own_work(patch: Patch) -> None:
    patch.setitem(steps.GUARDS, Action.VERIFY, ())


def a_part_may_be_missing(patch: Patch) -> None:
    patch.setitem(steps.GUARDS, Action.FINISH, ())


def rejecting_is_no_new_round(patch: Patch) -> None:
    reject = effects.EFFECTS[Action.REJECT]

    async def same_round(step: Step) -> None:
        await reject(step)
        step.hazard.round -= 1

    patch.setitem(effects.EFFECTS, Action.REJECT, same_round)


def changes_are_not_told(patch: Patch) -> None:
    async def silent(*_: Any, **__: Any) -> int:
        return 0

    patch.setattr(sync, "record_change", silent)


def a_repeat_gets_another_receipt(patch: Patch) -> None:
    make = receipts.make
    patch.setattr(receipts, "make", lambda s, i, sha, seq, _: make(s, i, sha, seq, clock.now()))


def complete_without_the_photos(patch: Patch) -> None:
    status = reconciliation._event_status

    def hasty(*given: Any) -> str:
        told = status(*given)
        return "complete" if told == "received" else told

    patch.setattr(reconciliation, "_event_status", hasty)


# By which promise of l0/judge.py each must be betrayed; nothing else counts as caught.
BUGS: dict[Callable[[Patch], None], frozenset[str]] = {
    every_id_is_new: frozenset({"answer", "sight", "I2"}),
    other_content_is_a_repeat: frozenset({"answer", "aside"}),
    check_then_insert: frozenset({"answer"}),
    nobody_locks_the_case: frozenset({"answer", "view", "I6"}),
    photo_and_report_do_not_wait: frozenset({"view", "feed", "I5"}),
    opening_is_not_asked: frozenset({"sight"}),
    former_departments_lose_sight: frozenset({"sight", "feed", "answer"}),
    village_is_forgotten: frozenset({"sight", "feed", "answer"}),
    everybody_sees_all: frozenset({"sight", "feed", "answer", "I9"}),
    a_department_verifies_its_own_work: frozenset({"answer"}),
    a_part_may_be_missing: frozenset({"answer"}),
    rejecting_is_no_new_round: frozenset({"view", "I6"}),
    changes_are_not_told: frozenset({"feed"}),
    a_repeat_gets_another_receipt: frozenset({"I2"}),
    complete_without_the_photos: frozenset({"reconcile"}),
}
