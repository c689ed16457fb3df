"""The import: photos first into the store, then every record in a savepoint of its own."""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.config import Settings
from app.errors import DigestMismatch, Refusal, StorageUnavailable
from app.services import (
    accidents,
    accounts,
    appeals,
    errands,
    hazards,
    instructions,
    ledger,
    patrols,
    photos,
    visits,
)
from app.services.access import Actor
from app.services.accidents import ReportAccident, SupplementAccident
from app.services.appeals import MakeAppeal
from app.services.errands import RecordErrand
from app.services.hazard_flow import Action
from app.services.hazards import HazardAction, ReportHazard
from app.services.instructions import AnswerInstruction
from app.services.ledger import CollectObject
from app.services.patrols import DelayTask
from app.services.rescue import files
from app.services.rescue.files import RescuedItem, RescuedPerson, RescuedPhoto
from app.services.visits import MakeVisit
from app.storage import ObjectStore

_SERVER_ERRORS = 500
# What a finder says about a find. A verdict on somebody's work needs the finder's own sign-in.
BY_FILE = frozenset(
    {Action.FIX_ON_SITE, Action.ESCALATE, Action.COMMENT, Action.CORRECT, Action.SUSPECT_MAJOR}
)


@dataclass(frozen=True)
class RescueLine:
    """received: here now, or before; later: try the file again; refused: a person must look."""

    kind: str
    id: UUID
    status: str
    zh: str
    en: str


async def import_file(
    session: AsyncSession, storage: ObjectStore, settings: Settings, actor: Actor, file: BinaryIO
) -> list[RescueLine]:
    """Take in the unsent records of a phone; repeats are recognised by id.

    Records stay their author's, whoever brings them: the township's officer and the administrator
    may, for a phone that cannot send any more. Judging a rectification is never done by file.
    """
    await db.give_back(session)
    rescued = await asyncio.to_thread(files.read, file)
    actor = await _author(session, actor, rescued.person)
    arrived = await _receive_all(storage, settings, rescued.photos)
    texts = [item for item in rescued.items if item.body is not None]
    bare = {item.id for item in rescued.items if item.body is None} - arrived.keys()
    lines = [await _item(session, actor, item) for item in texts]
    lines += [await _photo(session, actor, id_, result) for id_, result in arrived.items()]
    await patrols.note_looks(session, [item.id for item in texts if item.kind == "visit"])
    return lines + [_line("photo", id_, _without_bytes()) for id_ in sorted(bare)]


async def _author(session: AsyncSession, actor: Actor, person: RescuedPerson) -> Actor:
    """Whoever is signed in, or somebody within reach for whom he brings the file."""
    if person.id == actor.person_id:
        return actor
    author = await accounts.author(session, actor, person.id)
    await db.give_back(session)
    if author is None:
        raise files.refusal(
            f"这是{person.name}的记录，请本人、所在镇街或管理员登录后导入",
            f"These are records of {person.name}: import them as this person, as an officer of "
            "the township or as the administrator",
            "file",
        )
    return author


def _without_bytes() -> Refusal:
    return files.refusal("文件里没有这张照片", "The photo itself is not in the file")


async def _receive_all(
    storage: ObjectStore, settings: Settings, rescued: list[RescuedPhoto]
) -> dict[UUID, photos.Intake | Refusal]:
    """Bytes before rows. The first outage of the store ends the asking."""
    results: dict[UUID, photos.Intake | Refusal] = {}
    outage: StorageUnavailable | None = None
    for photo in rescued:
        try:
            results[photo.id] = outage or await _receive(storage, settings, photo)
        except StorageUnavailable as refusal:
            results[photo.id] = outage = refusal
        except Refusal as refusal:
            results[photo.id] = refusal
    return results


async def _receive(storage: ObjectStore, settings: Settings, photo: RescuedPhoto) -> photos.Intake:
    try:
        body = base64.b64decode(photo.base64, validate=True)
    except binascii.Error:
        raise DigestMismatch from None
    digest = base64.b64encode(bytes.fromhex(photo.sha256)).decode()
    return await photos.receive(storage, settings, photo.id, _whole(body), f"sha-256=:{digest}:")


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _item(session: AsyncSession, actor: Actor, item: RescuedItem) -> RescueLine:
    return _line(item.kind, item.id, await _attempt(session, _replay(session, actor, item)))


async def _photo(
    session: AsyncSession, actor: Actor, photo_id: UUID, arrived: photos.Intake | Refusal
) -> RescueLine:
    if isinstance(arrived, Refusal):
        return _line("photo", photo_id, arrived)
    work = photos.keep(session, actor, arrived)
    return _line("photo", photo_id, await _attempt(session, work))


async def _replay(session: AsyncSession, actor: Actor, item: RescuedItem) -> None:
    """What the route would have done with these bytes."""
    body = (item.body or "").encode()
    if hashlib.sha256(body).hexdigest() != item.sha256:
        raise files.refusal("记录在文件里损坏了", "The record is damaged in the file")
    noun, ids = item.target()
    try:
        await _TAKE[noun](session, actor, ids, body)
    except ValidationError as error:
        fields = [".".join(map(str, line["loc"])) for line in error.errors(include_url=False)]
        raise files.refusal("记录的内容不对", "The record's content is wrong", *fields) from None


async def _report(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    report = ReportHazard.model_validate_json(body)
    await hazards.report(session, actor, ids[0], report, body)


async def _act(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    step = HazardAction.model_validate_json(body)
    _require_in_person(actor, step)
    await hazards.act(session, actor, ids[0], ids[1], step, body)


async def _visit(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    await visits.take(session, actor, ids[0], MakeVisit.model_validate_json(body), body)


async def _delay(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = DelayTask.model_validate_json(body)
    await patrols.delay(session, actor, ids[0], ids[1], command, body)


async def _collection(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = CollectObject.model_validate_json(body)
    await ledger.collect(session, actor, ids[0], ids[1], command, body)


async def _accident(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = ReportAccident.model_validate_json(body)
    await accidents.report(session, actor, ids[0], command, body)


async def _more(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = SupplementAccident.model_validate_json(body)
    await accidents.supplement(session, actor, ids[0], ids[1], command, body)


async def _feedback(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = AnswerInstruction.model_validate_json(body)
    await instructions.answer(session, actor, ids[0], ids[1], command, body)


async def _errand(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    command = RecordErrand.model_validate_json(body)
    await errands.record(session, actor, ids[0], command, body)


async def _appeal(session: AsyncSession, actor: Actor, ids: list[UUID], body: bytes) -> None:
    await appeals.make(session, actor, ids[0], MakeAppeal.model_validate_json(body), body)


_TAKE = {
    "appeal": _appeal,
    "accident": _accident,
    "accident_report": _more,
    "errand": _errand,
    "hazard": _report,
    "action": _act,
    "visit": _visit,
    "delay": _delay,
    "collection": _collection,
    "feedback": _feedback,
}


def _require_in_person(actor: Actor, step: HazardAction) -> None:
    if actor.brought_by and step.action not in BY_FILE:
        raise files.refusal(
            "这一步要本人登录后办，不能由别人导入",
            "This step must be taken by the person, not imported by somebody else",
            "action",
        )


async def _attempt(session: AsyncSession, work: Awaitable[object]) -> Refusal | None:
    """Every line stands for itself: one that is refused leaves no trace and harms no other."""
    try:
        async with session.begin_nested():
            return await _kept(work)
    except Refusal as refusal:
        return refusal


async def _kept(work: Awaitable[object]) -> Refusal | None:
    """A refusal that keeps what it noted ends the savepoint well."""
    try:
        await work
    except Refusal as refusal:
        if not refusal.keeps:
            raise
        return refusal
    return None


def _line(kind: str, id_: UUID, refusal: Refusal | None) -> RescueLine:
    if refusal is None:
        return RescueLine(kind, id_, "received", "已收到", "Received")
    problem = refusal.problem()
    status = "later" if refusal.status >= _SERVER_ERRORS else "refused"
    return RescueLine(kind, id_, status, problem["zh"], problem["en"])
