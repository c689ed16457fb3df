"""One step while it is taken: what is known about it, and what it leaves in history."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.hazard import Assistant, Clock, Hazard, Party
from app.models.organization import Organization, OrganizationKind
from app.services.access import Actor
from app.services.clocks import Due
from app.services.commands import PhotoPromise, Position
from app.services.hazard_flow import Transition
from app.services.hazards.arriving import Arrival
from app.services.hazards.commands import HazardAction
from app.services.hazards.standing import Facts
from app.services.hazards.steps import Part


@dataclass(frozen=True)
class Onward:
    """A step on another case that this one brings about, in the name of the same person."""

    hazard: Hazard
    command: HazardAction
    arrival: Arrival


@dataclass
class Step:
    """`data` goes into the event, `rectify` to the clocks, `onward` is taken afterwards,
    `clocks` were started by it.

    `kind`: the event, where it is another than the action's. `left_grid_id`: ground that was left.
    """

    session: AsyncSession
    actor: Actor
    hazard: Hazard
    command: HazardAction
    facts: Facts
    row: Transition
    part: Part
    arrival: Arrival
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    rectify: Due | None = None
    onward: list[Onward] = field(default_factory=list)
    kind: str | None = None
    left_grid_id: UUID | None = None
    clocks: list[Clock] = field(default_factory=list)

    async def body(self, id_: UUID | None) -> Organization:
        """A body that the case already knows; the foreign key says that it exists."""
        assert id_ is not None
        if id_ in self.facts.bodies:
            return self.facts.bodies[id_]
        return await self.session.get_one(Organization, id_)

    async def only(self, kind: OrganizationKind) -> Organization:
        """The county's only body of this kind: its centre, its safety-management department."""
        query = select(Organization).where(Organization.kind == kind, Organization.is_active)
        return (await self.session.scalars(query.limit(1))).one()

    async def involve(self, *ids: UUID) -> None:
        """These bodies see the case for ever, also when no column names them any more."""
        rows = [{"hazard_id": self.hazard.id, "organization_id": id_} for id_ in ids]
        if rows:
            await self.session.execute(insert(Party).values(rows).on_conflict_do_nothing())

    async def ground_desk(self) -> Organization:
        """The village where it summarises, unless the matter is urgent (S2-30, S2-31)."""
        hazard = self.hazard
        if hazard.village_id and not hazard.is_urgent:
            village = await self.body(hazard.village_id)
            if village.is_summarising:
                return village
        return await self.body(hazard.township_id)

    async def hold(self, desk: Organization) -> None:
        """The desk that must decide now."""
        self.hazard.holder_id = desk.id
        self.data["holder"] = named(desk)
        if desk.id not in {self.hazard.township_id, self.hazard.village_id}:
            await self.involve(desk.id)

    async def release_department(self) -> None:
        """Nobody rectifies any more: the assignment with everything that hung on it is over."""
        hazard = self.hazard
        if hazard.department_id:
            await self.involve(hazard.department_id)
        hazard.department_id = hazard.dispatcher_id = None
        hazard.is_signed_for = hazard.is_due_provisional = False
        hazard.asked_extension_to = hazard.due_at = hazard.done_at = None
        await self.set_assistants([])

    async def set_assistants(self, bodies: list[Organization]) -> None:
        """Exactly these assist; a part that somebody has finished stays finished."""
        wanted = {body.id for body in bodies}
        known = {row.organization_id: row for row in self.facts.assistants}
        for id_, row in known.items():
            if id_ not in wanted:
                await self.session.delete(row)
        self.session.add_all(
            Assistant(hazard_id=self.hazard.id, organization_id=id_, note="")
            for id_ in wanted - known.keys()
        )


def named(body: Organization) -> dict[str, str]:
    """A body as history keeps it: names change, what was said does not."""
    return {"id": str(body.id), "name": body.short_name}


def said(command: HazardAction) -> dict[str, Any]:
    """The words, the rating, the place and the photos' hashes of a step, for its event."""
    words = {
        "note": command.note,
        "reason": command.reason,
        "reason_code": command.reason_code,
        "rating": command.rating,
        "position": located(command.position),
        "photos": [promised(photo) for photo in command.photos],
    }
    return {name: value for name, value in words.items() if value}


def located(position: Position | None) -> dict[str, str] | None:
    """A position in words: history keeps no fractions (see events.chain)."""
    if position is None:
        return None
    accuracy = f"{position.accuracy_m:.1f}" if position.accuracy_m is not None else ""
    return {
        "lat": f"{position.lat:.6f}",
        "lon": f"{position.lon:.6f}",
        "accuracy_m": accuracy,
        "source": position.source,
    }


def promised(photo: PhotoPromise) -> dict[str, Any]:
    """What the chain vouches for: which bytes were promised, taken when."""
    return {
        "id": str(photo.photo_id),
        "sha256": photo.sha256,
        "size": photo.size,
        "role": photo.role.value,
        "taken_at": photo.taken_at,
    }


def invalid(field_name: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field_name], reason_zh=f"{zh}。", reason_en=f"{en}.")
