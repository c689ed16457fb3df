"""An office with an Excel sheet in its hand, and all the steps of a batch."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.ledger_import import LedgerImport
from app.models.supervised_object import SupervisedObject
from app.services import imports
from app.services.access import Actor
from app.services.ledger.importing import LEDGER
from tests.factories import County

HERE = "文化社区"
SHOP: dict[str, Any] = {"名称": "运河饭馆", "所属村（社区）": HERE}


@dataclass(frozen=True)
class Office:
    session: AsyncSession
    county: County
    actor: Actor

    async def send(self, body: bytes) -> LedgerImport:
        """Begun and checked."""
        with jobs.held_back():
            batch = await imports.begin(self.session, self.actor, LEDGER, "台账.xlsx", body)
        return await self.through(batch)

    async def through(self, batch: LedgerImport) -> LedgerImport:
        while batch.stage in imports.MOVING:
            await imports.advance(self.session, LEDGER, batch.id)
        return batch

    async def take_in(self, batch: LedgerImport) -> LedgerImport:
        with jobs.held_back():
            await imports.apply(self.session, self.actor, LEDGER, batch.id, is_seen=True)
        return await self.through(batch)

    async def undo(self, batch: LedgerImport) -> LedgerImport:
        with jobs.held_back():
            await imports.undo(self.session, self.actor, LEDGER, batch.id)
        return await self.through(batch)

    async def errors(self, body: bytes) -> dict[int, dict[str, Any]]:
        batch = await self.send(body)
        rows = await imports.wrong_rows(self.session, self.actor, LEDGER, batch.id)
        return {row.line: row.errors for row in rows}

    async def objects(self) -> list[SupervisedObject]:
        query = select(SupervisedObject).where(SupervisedObject.closed_on.is_(None))
        return list(await self.session.scalars(query.order_by(SupervisedObject.name)))
