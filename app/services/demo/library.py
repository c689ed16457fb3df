"""A dozen documents, kept, filed, published through the real services; files are small sheets."""

import hashlib
import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.library import LibraryDocument, LibraryFile, LibraryStepKind, PaperForm
from app.models.supervised_object import SupervisedObject
from app.services import library, presets
from app.services.access import Actor
from app.services.demo.dice import identity
from app.services.demo.people import Staff
from app.services.demo.telling import sent
from app.services.library import KeepDocument, ReviseDocument, StepDocument
from app.services.library.inspecting import XLSX
from app.storage import ObjectStore

_DAY = timedelta(days=1)


async def tell(
    session: AsyncSession, storage: ObjectStore, seed: int, staff: Staff, now: datetime
) -> None:
    kept: dict[str, UUID] = {}
    for row in presets.read("demo/library")["document"]:
        at = now - row["days_ago"] * _DAY
        actor = staff.actor(staff.cast[row["by"]].id)
        name = f"library/{row['by']}/{row['title']}"
        with clock.at(at):
            said = await _said(session, storage, seed, name, row, actor, at)
            command = KeepDocument(
                **said, **await _whose(session, staff, row, actor), kind_key=row["kind"],
                plan_id=kept.get(row.get("plan", "")),
            )  # fmt: skip
            id_ = kept[row["title"]] = identity(seed, name)
            await library.keep(session, actor, id_, command, sent(command))
        with clock.at(min(now, at + _DAY)):
            if "revised" in row:
                newer = ReviseDocument(**said, because=row["revised"])
                await library.revise(session, actor, id_, 2, newer)
            await _step(session, staff, seed, row, id_)


async def _whose(
    session: AsyncSession, staff: Staff, row: dict[str, Any], actor: Actor
) -> dict[str, UUID | None]:
    if "grid" in row:
        return {"grid_id": staff.actor(staff.cast[row["grid"]].id).seats[0].grid_id}
    body = actor.seats[0].organization_id
    if row.get("of") != "place":
        return {"organization_id": body}
    place = select(SupervisedObject.id).where(SupervisedObject.organization_id == body)
    return {"object_id": (await session.scalars(place.order_by(SupervisedObject.id))).first()}


async def _said(
    session: AsyncSession,
    storage: ObjectStore,
    seed: int,
    name: str,
    row: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    is_paper = "place" in row
    day = clock.local(at).date()
    return {
        "title": row["title"],
        "reference": row.get("reference", ""),
        "issued_on": day,
        "year": clock.local(clock.now()).year if row["kind"] == "work_plan" else day.year,
        "form": PaperForm.PAPER if is_paper else PaperForm.ELECTRONIC,
        "place_kept": row.get("place", ""),
        "file_id": None if is_paper else await _file(session, storage, seed, name, row, actor),
        "custodian_id": actor.seats[0].organization_id,
        "custodian_post": row.get("post", ""),
    }


async def _file(
    session: AsyncSession,
    storage: ObjectStore,
    seed: int,
    name: str,
    row: dict[str, Any],
    actor: Actor,
) -> UUID:
    body = _sheet(row["title"])
    file = LibraryFile(
        id=identity(seed, f"{name}/file"),
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        content_type=XLSX.content_type,
        ending=XLSX.ending,
        uploaded_by_id=actor.person_id,
        received_at=clock.now(),
    )
    await storage.put(file.key, body, file.content_type)
    session.add(file)
    await session.flush()
    return file.id


def _sheet(title: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same bytes each time
        book.add_worksheet().write_column(0, 0, [title, "演示用的文件，没有正文。"])
    return made.getvalue()


async def _step(
    session: AsyncSession, staff: Staff, seed: int, row: dict[str, Any], id_: UUID
) -> None:
    kinds = LibraryStepKind
    steps: tuple[tuple[str | None, LibraryStepKind, dict[str, Any]], ...] = (
        (row.get("file_by"), kinds.FILE, {}),
        (row.get("return_by"), kinds.RETURN, {"text": row.get("why", "")}),
        (row["by"] if "publish" in row else None, kinds.PUBLISH, {"audience": row.get("publish")}),
    )
    for who, kind, more in steps:
        if who:
            kept = await session.get_one(LibraryDocument, id_)
            command = StepDocument(step=kind, version=kept.version, **more)
            actor = staff.actor(staff.cast[who].id)
            own = identity(seed, f"library/{id_}/{kind}")
            await library.step(session, actor, id_, own, command, sent(command))
