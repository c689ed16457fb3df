"""The history of a case, and the list as a file."""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.shapes.hazards.rows import body_ref, person_ref
from app.api.views import EventView
from app.models.event import Event
from app.services import hazards
from app.services.hazards import RowAround

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def timeline(session: AsyncSession, events: Sequence[Event]) -> list[EventView]:
    """History as it stands in the chain, with names for ids."""
    bodies = await hazards.bodies(session, {event.organization_id for event in events})
    people = await hazards.people(session, {event.actor_id for event in events})
    known = RowAround(bodies, people, {}, {}, {})
    pictures = await hazards.photo_ids(session, events[0].hazard_id) if events else {}
    return [_event(event, known, pictures.get(event.id, [])) for event in events]


def _event(event: Event, known: RowAround, photo_ids: list[UUID]) -> EventView:
    return EventView.model_validate(
        {
            "seq": event.seq,
            "id": event.id,
            "kind": event.kind,
            "at": event.at,
            "occurred_at": event.occurred_at,
            "actor": person_ref(known, event.actor_id),
            "organization": body_ref(known, event.organization_id),
            "role": event.role,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "round": event.round,
            "data": event.data,
            "photo_ids": photo_ids,
            "hash": event.hash.hex(),
        }
    )


class Named(Protocol):
    """A workbook with the name that people will find it by."""

    @property
    def name(self) -> str: ...
    @property
    def body(self) -> bytes: ...


def excel(book: Named) -> Response:
    return workbook(book.name, book.body)


def archive(packed: Named) -> Response:
    return _attached(packed.name, packed.body, "application/zip")


def workbook(name: str, body: bytes) -> Response:
    return _attached(name, body, XLSX)


def _attached(name: str, body: bytes, kind: str) -> Response:
    """Under its Chinese name (RFC 6266)."""
    told = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": told, "Cache-Control": "private, no-store"}
    return Response(body, media_type=kind, headers=headers)
