"""A database that is set back, or behind another one's end: what its heads outside say of it.

The heads lie in a second place that nobody sets back (docs/decisions/0081).
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import db, storage
from app.config import Settings
from app.models.audit import AuditEntry
from app.models.event import Seal
from app.services import audit, events, hazard_jobs, verification
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.events import Loss, NotTheEndError
from app.services.verification import Fault
from tests.conftest import Databases, settings_for


class Machine:
    """A county whose database is set back to how it was at `save`, as a restore does.

    Set back, it is another one: phones and jobs see that its table of changes is new.
    """

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.databases, self.folder = databases, folder
        self.url, self.saved = databases.clone(), ""
        self.place = storage.open_heads(self.settings)

    @property
    def settings(self) -> Settings:
        made = settings_for(self.url, self.folder)
        return made.model_copy(update={"audit_head": f"dir:{self.folder / 'elsewhere'}"})

    async def work(self) -> None:
        """Something to seal, its seal and its head."""
        async with self._session() as session:
            await audit.record(session, Kind.PHOTO_READ, SYSTEM, Subject("photo"))
            await hazard_jobs.seal(session, self.place, self.settings)

    def save(self) -> None:
        self.saved = self.databases.clone(self.databases.name_of(self.url))

    async def set_back(self) -> None:
        self.databases.drop(self.url)
        self.url = self.saved
        async with self._session() as session:
            await session.execute(text("create table again (like changes including all)"))
            await session.execute(text("drop table changes"))
            await session.execute(text("alter table again rename to changes"))

    async def verify(self) -> list[str]:
        return [fault.what for fault in await self.faults()]

    async def faults(self, secret: str = "") -> list[Fault]:
        heads = await verification.read_heads(self.place)
        losses = await verification.read_losses(self.place)
        known = secret or self.settings.secret.get_secret_value()
        async with self._session() as session:
            return await verification.verify(session, heads, known, losses=losses)

    async def lost(self) -> Loss | None:
        async with self._session() as session:
            return await events.lost(session, self.place, self.settings)

    async def sign(self) -> Loss:
        loss = await self.lost()
        assert loss
        await events.sign(self.place, loss, "restored", self.settings)
        return loss

    async def cut(self, seal_id: int) -> None:
        """As an insider who leaves nothing inside that could betray him."""
        async with self._session() as session:
            await session.execute(text("set local session_replication_role = replica"))
            for statement in (
                "delete from sealed_events where seal_id = :id",
                "delete from sealed_audit_entries where seal_id = :id",
                "delete from seals where id = :id",
            ):
                await session.execute(text(statement), {"id": seal_id})

    async def newest(self) -> int:
        async with self._session() as session:
            return await session.scalar(select(func.max(Seal.id))) or 0

    async def notes(self) -> list[dict[str, object]]:
        query = select(AuditEntry.data).where(AuditEntry.kind == Kind.HISTORY_CONTINUED)
        async with self._session() as session:
            return list(await session.scalars(query.order_by(AuditEntry.seq)))

    def _session(self) -> "_Work":
        return _Work(self.settings)


class _Work:
    """A transaction on an engine of its own: a database with a line to it cannot be copied."""

    def __init__(self, settings: Settings) -> None:
        self.engine = db.make_engine(settings)
        self.work = db.unit_of_work(db.make_sessions(self.engine))

    async def __aenter__(self) -> AsyncSession:
        return await self.work.__aenter__()

    async def __aexit__(self, *fault: object) -> None:
        try:
            await self.work.__aexit__(*fault)  # type: ignore[arg-type]
        finally:
            await self.engine.dispose()


@pytest.fixture
async def machine(databases: Databases, tmp_path: Path) -> AsyncIterator[Machine]:
    """Two seals that are saved, and two more that a loss takes along."""
    made = Machine(databases, tmp_path)
    await made.work()
    await made.work()
    made.save()
    await made.work()
    await made.work()
    assert await made.verify() == []
    yield made
    databases.drop(made.url)


async def test_a_set_back_database_seals_under_new_numbers(machine: Machine) -> None:
    before, newest = dict(await verification.read_heads(machine.place)), await machine.newest()
    await machine.set_back()
    kept = await machine.newest()
    await machine.work()
    await machine.work()
    assert kept == newest - 2
    after = dict(await verification.read_heads(machine.place))
    assert {number: after[number] for number in before} == before, "no head takes another's place"
    assert sorted(after.keys() - before.keys()) == [newest + 1, newest + 2]
    first, second = await machine.notes()
    assert "through" not in first
    assert (second["after"], second["through"]) == (kept, newest)
    assert first["database"] != second["database"]


async def test_what_was_lost_is_a_fault_until_somebody_signs_and_then_a_remark(
    machine: Machine,
) -> None:
    newest = await machine.newest()
    await machine.set_back()
    assert await machine.verify() == ["head_without_seal"] * 2
    loss = await machine.sign()
    assert loss == Loss(newest - 2, newest)
    assert await machine.verify() == []
    await machine.work()
    assert await machine.verify() == []
    assert await machine.lost() is None
    async with machine._session() as session:
        losses = await verification.read_losses(machine.place)
        secret = machine.settings.secret.get_secret_value()
        assert await verification.remarks(session, secret, losses) == [
            Fault("lost", seal_id=newest)
        ]


async def test_it_may_be_signed_after_sealing_has_gone_on(machine: Machine) -> None:
    newest = await machine.newest()
    await machine.set_back()
    await machine.work()
    assert set(await machine.verify()) == {"head_without_seal", "head_chain"}
    assert await machine.sign() == Loss(newest - 2, newest)
    assert await machine.verify() == []


async def test_two_losses_one_after_the_other(machine: Machine) -> None:
    """The second takes along all that came after the first, and its signature stays."""
    machine.databases.run(
        f"create database kept template {machine.databases.name_of(machine.saved)}"
    )
    await machine.set_back()
    await machine.sign()
    await machine.work()
    newest = await machine.newest()
    machine.saved = machine.databases.named("kept")
    await machine.set_back()
    assert await machine.verify() == ["head_without_seal"]
    assert (await machine.sign()).through == newest
    await machine.work()
    assert await machine.verify() == []


async def test_an_older_backup_after_a_wrong_one(machine: Machine) -> None:
    """Nothing was sealed between the two: the second has lost more, below what is signed."""
    older = machine.databases.clone(machine.databases.name_of(machine.saved))
    await machine.set_back()
    await machine.sign()
    kept = await machine.newest()
    machine.saved = older
    await machine.set_back()
    await machine.cut(kept)  # as a backup has it that was taken before this seal
    assert await machine.verify() == ["head_without_seal"]
    assert await machine.sign() == Loss(kept - 1, kept)
    assert await machine.verify() == []
    await machine.work()
    assert await machine.verify() == []


async def test_what_is_cut_away_without_a_restore_is_no_loss_to_sign(machine: Machine) -> None:
    """An insider's cut stays a fault; in the midst it cannot even be signed for."""
    newest = await machine.newest()
    await machine.cut(newest)
    assert "head_without_seal" in await machine.verify()
    await machine.cut(1)
    with pytest.raises(NotTheEndError):
        await machine.lost()


async def test_nobody_signs_without_the_secret(machine: Machine) -> None:
    await machine.set_back()
    loss = await machine.lost()
    assert loss
    other = machine.settings.model_copy(update={"secret": type(machine.settings.secret)("x" * 40)})
    await events.sign(machine.place, loss, "forged", other)
    assert await machine.verify() == ["loss_mac", "head_without_seal", "head_without_seal"]
    await machine.place.put("losses/000000000009.json", b"{}", "application/json")
    assert "loss_unreadable" in await machine.verify()


async def test_heads_that_are_lost_must_still_be_ours(machine: Machine) -> None:
    newest = await machine.newest()
    await machine.set_back()
    await machine.sign()
    heads = dict(await verification.read_heads(machine.place))
    heads[newest] = heads[newest].replace(b'"count":', b'"count":1')
    losses = await verification.read_losses(machine.place)
    secret = machine.settings.secret.get_secret_value()
    async with machine._session() as session:
        found = await verification.verify(session, heads, secret, losses=losses)
    assert [fault.what for fault in found] == ["head_mac"]


async def test_the_same_database_is_asked_once(machine: Machine) -> None:
    await machine.work()
    assert len(await machine.notes()) == 1


async def test_a_place_that_is_away_holds_back_sealing_in_another_database_only(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather no seal than one under a number that is taken; ten minutes later it is tried again."""

    def away(*_: object) -> AsyncIterator[tuple[str, int]]:
        raise ConnectionError

    await machine.set_back()
    before = await machine.newest()
    with monkeypatch.context() as patch:
        patch.setattr(type(machine.place), "contents", away)
        with pytest.raises(ConnectionError):
            await machine.work()
    assert await machine.newest() == before
    await machine.work()
    assert await machine.newest() == before + 3
