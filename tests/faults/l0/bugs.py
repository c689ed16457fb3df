"""Bugs put into the program on purpose: a harness that does not find them proves nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    insert,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy import Insert as Inserted
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.errors import NotFound
from app.models.event import Change, Event
from app.models.hazard import Hazard
from app.models.organization import OrganizationKind
from app.prepared import Prepared
from app.services import access, events, hazards, photos, receipts, sync
from app.services.access import Actor
from app.services.hazard_flow import Action
from app.services.hazards import accepting, acting, effects, reading, steps
from app.services.hazards.commands import HazardAction
from app.services.hazards.step import Step
from app.services.permissions import Permission
from app.services.photos import manifests, storing
from app.services.sync import asking, feed, reconciliation

inbox = import_module("app.services.notifications.inbox")  # a function of its package has its name
Patch = pytest.MonkeyPatch
_LATE_SECONDS = 0.3  # longer than a busy machine takes from the one's decision to the other's


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
    patch.setattr(accepting, "_ACCEPT", Prepared(accepting._statement()))


def nobody_locks_the_case(patch: Patch) -> None:
    async def look(
        session: AsyncSession, actor: Actor, hazard_id: UUID, _command: HazardAction
    ) -> tuple[Hazard | None, bool]:
        query = select(Hazard, access.can_see(actor)).where(Hazard.id == hazard_id)
        row = (await session.execute(query)).one_or_none()
        return (row[0], bool(row[1])) if row else (None, False)

    patch.setattr(acting, "_lock", look)


def photo_and_report_do_not_wait(patch: Patch) -> None:
    """Both commits come late, whichever is first: neither sees anything of the other."""

    def locking(_: Any) -> list[Any]:
        """Nobody waits for anybody."""
        return []

    def late(decide: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def decided(*given: Any, is_last: bool = False) -> Any:
            del is_last  # committed at the end, not with the statement
            found = await decide(*given)
            await asyncio.sleep(_LATE_SECONDS)
            return found

        return decided

    for owner in (manifests, photos):  # a photo asks the one, a new case the other
        patch.setattr(owner, "locking", locking)
    patch.setattr(storing, "keep", late(storing.keep))
    patch.setattr(accepting, "accept", late(accepting.accept))


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
    if actor is access.SYSTEM or Permission.SEE_COUNTY in actor.permissions:
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


def _as_given(*, by_village: bool) -> ColumnElement[bool]:
    """The same mistake in the clause whose actor comes with every execution."""

    def among(column: InstrumentedAttribute[Any], which: str) -> ColumnElement[bool]:
        return column == any_(access.given(which))

    return or_(
        bindparam("sees_county", type_=Boolean),
        Hazard.reporter_id == bindparam("person", type_=Uuid),
        among(Hazard.grid_id, "grids"),
        among(Hazard.township_id, "townships"),
        *([among(Hazard.village_id, "villages")] if by_village else []),
        among(Hazard.department_id, "bodies"),
        among(Hazard.enterprise_id, "bodies"),
    )


def _sight(
    patch: Patch, can_see: Callable[[Actor], ColumnElement[bool]], given: ColumnElement[bool]
) -> None:
    """Also in the feed, whose statement was built when the program started."""
    patch.setattr(access, "can_see", lambda actor, _pinned=None: can_see(actor))
    patch.setattr(access, "CAN_SEE_AS_GIVEN", given)
    patch.setattr(asking, "_SEEN", and_(Hazard.id.is_not(None), given))
    patch.setattr(asking, "_NEWS", asking._statement())
    patch.setattr(asking, "_ALL_NEWS", asking._long_statement())
    patch.setattr(feed, "_VISIBLE", feed._statement())


def former_departments_lose_sight(patch: Patch) -> None:
    _sight(patch, partial(_seen, by_village=True), _as_given(by_village=True))


def village_is_forgotten(patch: Patch) -> None:
    _sight(patch, partial(_seen, by_village=False), _as_given(by_village=False))


def everybody_sees_all(patch: Patch) -> None:
    _sight(patch, lambda actor: true() if actor.seats else false(), true())


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

    def noted(_kind: str, **ids: Select[Any]) -> Inserted:
        """A line for nobody: what is written with it still has its number."""
        [whom] = [some for some in ids.values() if some is not None]
        nobody = select(literal("hazard"), null()).select_from(whom.subquery())
        return insert(Change).from_select(["kind", "hazard_id"], nobody)

    patch.setattr(sync, "record_change", silent)
    patch.setattr(sync, "noted", noted)
    patch.setattr(accepting, "_ACCEPT", Prepared(accepting._statement()))
    patch.setattr(storing, "_KEEP", Prepared(storing._statement()))
    patch.setattr(inbox, "_DELIVER", inbox._statement())


def a_repeat_gets_another_receipt(patch: Patch) -> None:
    make = receipts.make
    patch.setattr(receipts, "make", lambda s, i, sha, seq, _: make(s, i, sha, seq, clock.now()))


def complete_without_the_photos(patch: Patch) -> None:
    status = reconciliation._event_status

    def hasty(*given: Any) -> str:
        told = status(*given)
        return "complete" if told == "received" else told

    patch.setattr(reconciliation, "_event_status", hasty)


# Statements that are built when the program starts: a bug in what they are made of must be put into
# them as well, or half of the program goes on without it.
_FEED = ((asking, "_NEWS"), (asking, "_ALL_NEWS"), (feed, "_VISIBLE"))
PREBUILT: dict[Callable[[Patch], None], tuple[tuple[ModuleType, str], ...]] = {
    check_then_insert: ((accepting, "_ACCEPT"),),
    former_departments_lose_sight: _FEED,
    village_is_forgotten: _FEED,
    everybody_sees_all: _FEED,
    changes_are_not_told: ((accepting, "_ACCEPT"), (storing, "_KEEP"), (inbox, "_DELIVER")),
}

# By which promise of l0/judge.py each must be betrayed; nothing else counts as caught.
BUGS: dict[Callable[[Patch], None], frozenset[str]] = {
    every_id_is_new: frozenset({"answer", "view", "sight", "I2"}),
    other_content_is_a_repeat: frozenset({"answer", "aside"}),
    check_then_insert: frozenset({"answer", "view"}),
    nobody_locks_the_case: frozenset({"answer", "view", "feed", "I6"}),
    photo_and_report_do_not_wait: frozenset({"view", "feed", "I5"}),
    opening_is_not_asked: frozenset({"sight"}),
    former_departments_lose_sight: frozenset({"sight", "feed", "answer"}),
    village_is_forgotten: frozenset({"sight", "feed", "answer"}),
    everybody_sees_all: frozenset({"sight", "feed", "answer", "I9"}),
    a_department_verifies_its_own_work: frozenset({"answer"}),
    a_part_may_be_missing: frozenset({"answer"}),
    rejecting_is_no_new_round: frozenset({"view", "feed", "I6"}),
    changes_are_not_told: frozenset({"feed"}),
    a_repeat_gets_another_receipt: frozenset({"I2"}),
    complete_without_the_photos: frozenset({"reconcile"}),
}
