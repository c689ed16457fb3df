"""Reading a rescue file. It comes from anywhere: nothing in it is believed before it is checked."""

import re
from typing import Annotated, BinaryIO, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from app.errors import BodyTooLarge, Invalid
from app.services.commands import Sha256

MOST_BYTES = 60 * 1024 * 1024
_MOST_MARKS = 300_000  # a phone's file has some thousands; more would only fill the memory
_MOST_LINES = 2000
_PATHS = {
    "hazard": re.compile(r"/api/hazards/([0-9a-f-]{36})"),
    "action": re.compile(r"/api/hazards/([0-9a-f-]{36})/actions/([0-9a-f-]{36})"),
    "accident": re.compile(r"/api/accidents/([0-9a-f-]{36})"),
    "accident_report": re.compile(r"/api/accidents/([0-9a-f-]{36})/reports/([0-9a-f-]{36})"),
    "appeal": re.compile(r"/api/appeals/([0-9a-f-]{36})"),
    "errand": re.compile(r"/api/errands/([0-9a-f-]{36})"),
    "visit": re.compile(r"/api/visits/([0-9a-f-]{36})"),
    "collection": re.compile(r"/api/objects/([0-9a-f-]{36})/collections/([0-9a-f-]{36})"),
    "feedback": re.compile(r"/api/instructions/([0-9a-f-]{36})/feedback/([0-9a-f-]{36})"),
    "delay": re.compile(r"/api/patrols/tasks/([0-9a-f-]{36})/delays/([0-9a-f-]{36})"),
}


class RescuedPerson(BaseModel):
    id: UUID
    name: Annotated[str, Field(max_length=100)] = ""


class RescuedItem(BaseModel):
    """One line of the outbox. `body` is the text exactly as the phone would have sent it."""

    kind: Annotated[str, Field(max_length=20)]
    id: UUID
    path: Annotated[str, Field(max_length=200)]
    body: Annotated[str, Field(max_length=256 * 1024)] | None = None
    sha256: Sha256

    def target(self) -> tuple[str, list[UUID]]:
        """What the path names: a kind of record and its ids."""
        for noun, path in _PATHS.items():
            found = path.fullmatch(self.path)
            if found is not None:
                return noun, [UUID(id_) for id_ in found.groups()]
        raise refusal("不认识这种记录", "This kind of record is not known")


class RescuedPhoto(BaseModel):
    id: UUID
    sha256: Sha256
    base64: str


class RescueFile(BaseModel):
    """What the field app exports; drafts and the phone's own bookkeeping are left aside."""

    v: Literal[1]
    person: RescuedPerson
    items: Annotated[list[RescuedItem], Field(max_length=_MOST_LINES)]
    photos: Annotated[list[RescuedPhoto], Field(max_length=_MOST_LINES)]


def read(file: BinaryIO) -> RescueFile:
    """Blocking. BodyTooLarge or Invalid for what is not a whole rescue file."""
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BodyTooLarge(limit=f"{MOST_BYTES // (1024 * 1024)} MB")
    if sum(raw.count(mark) for mark in (b"{", b"[", b",")) > _MOST_MARKS:
        raise _unreadable()
    try:
        return RescueFile.model_validate_json(raw)
    except ValidationError:
        raise _unreadable() from None


def refusal(zh: str, en: str, *fields: str) -> Invalid:
    return Invalid(fields=list(fields), reason_zh=f"{zh}。", reason_en=f"{en}.")


def _unreadable() -> Invalid:
    return refusal(
        "这不是本系统导出的记录文件，或者文件不完整。请在手机上重新导出",
        "This is not a file exported by this system, or not all of it. Export it again",
        "file",
    )
