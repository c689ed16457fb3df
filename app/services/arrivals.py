"""What all records have in common that a phone sends under an id of its own (sync)."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import SameIdOtherContent, UnknownContract
from app.models.event import Stranger
from app.services.access import Actor
from app.services.commands import CONTRACTS


def require_contract(contract: int) -> None:
    if contract not in CONTRACTS:
        raise UnknownContract(contract=contract)


def digest_of(body: bytes) -> str:
    """Of the body exactly as it came over the wire: that hash goes into the receipt."""
    return hashlib.sha256(body).hexdigest()


def skew_seconds(device_time: datetime | None) -> float | None:
    """Server minus device clock; None: the phone has not told its time."""
    return (clock.now() - device_time).total_seconds() if device_time else None


async def stranger(
    session: AsyncSession,
    actor: Actor,
    kind: str,
    entity_id: UUID,
    sha256: str,
    content: BaseModel | dict[str, Any] | None,
) -> SameIdOtherContent:
    """Other content under a known id: kept aside once for a person to look at; to be raised."""
    body = content.model_dump(mode="json") if isinstance(content, BaseModel) else content or {}
    same = select(Stranger.id).where(Stranger.entity_id == entity_id, Stranger.sha256 == sha256)
    if not await session.scalar(same):
        session.add(
            Stranger(
                kind=kind,
                entity_id=entity_id,
                person_id=actor.person_id,
                at=clock.now(),
                sha256=sha256,
                body=body,
            )
        )
        await session.flush()
    return SameIdOtherContent(id=str(entity_id))
