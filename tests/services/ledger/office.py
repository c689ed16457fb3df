"""An office with an Excel sheet in its hand, and all the steps of a batch."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import jobs
from app.models.ledger_import import LedgerImport
from app.models.supervised_object import SupervisedObject
from app.services.access import Actor
from app.services.ledger import importing
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
            batch = await importing.begin(self.session, self.actor, "台账.xlsx", body)
        return await self.through(batch)

    async def through(self, batch: LedgerImport) -> LedgerImport:
        while batch.stage in importing.MOVING:
            await importing.advance(self.session, batch.id)
        return batch

    async def take_in(self, batch: LedgerImport) -> LedgerImport:
        with jobs.held_back():
            await importing.apply(self.session, self.actor, batch.id)
        return await self.through(batch)

    async def undo(self, batch: LedgerImport) -> LedgerImport:
        with jobs.held_back():
            await importing.undo(self.session, self.actor, batch.id)
        return await self.through(batch)

    async def errors(self, body: bytes) -> dict[int, dict[str, Any]]:
        batch = await self.send(body)
        rows = await importing.wrong_rows(self.session, self.actor, batch.id)
        return {row.line: row.errors for row in rows}

    async def objects(self) -> list[SupervisedObject]:
        query = select(SupervisedObject).where(SupervisedObject.closed_on.is_(None))
        return list(await self.session.scalars(query.order_by(SupervisedObject.name)))
