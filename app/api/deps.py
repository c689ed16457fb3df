"""What routes ask for: a session, a signed-in person, settings, the documented refusals."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from app import context, db
from app.api.addresses import address_of
from app.config import Settings
from app.darkroom import Darkroom
from app.errors import MustChangePassword, NotSignedIn, OtherPerson, Refusal, SecondFactorNeeded
from app.services import accounts
from app.services.access import Actor
from app.storage import ObjectStore

COOKIE = "__Host-safegrid"
DEVICE_COOKIE = "__Host-device"  # opens nothing: whose tries at a password are counted apart
# Given as a model, FastAPI would compile it a thousand times.
PROBLEM = {"$ref": "#/components/schemas/Problem"}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
RAW_PHOTO = {"requestBody": {"required": True, "content": {"image/*": _BYTES}}}


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    """One transaction, committed before the answer leaves."""
    async with db.unit_of_work(request.app.state.sessions) as session:
        yield session


# What only looks something up is async too: FastAPI would send plain functions to a thread.
async def get_settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


async def get_sessions(request: Request) -> db.Sessions:
    """For what is told beside the request's own transaction."""
    return request.app.state.sessions  # type: ignore[no-any-return]


async def get_darkroom(request: Request) -> Darkroom:
    return request.app.state.darkroom  # type: ignore[no-any-return]


async def get_storage(request: Request) -> ObjectStore:
    return request.app.state.storage  # type: ignore[no-any-return]


SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]
SettingsDep = Annotated[Settings, Depends(get_settings)]
SessionsDep = Annotated[db.Sessions, Depends(get_sessions)]
DarkroomDep = Annotated[Darkroom, Depends(get_darkroom)]
StorageDep = Annotated[ObjectStore, Depends(get_storage)]


# Read by hand: as a parameter FastAPI would hold it three hundred times and look through each
# request for it. The contract names it wherever somebody else's cookie is refused.
SENDER = {
    "name": "X-Person",
    "in": "header",
    "required": False,
    "schema": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
    "description": "whose records these are; refused if the cookie differs",
}


def _sender(request: Request) -> UUID | None:
    told = request.headers.get("x-person")
    try:
        return UUID(told) if told is not None else None
    except ValueError:
        wrong = {"loc": ("header", SENDER["name"]), "type": "uuid_parsing", "msg": "not a UUID"}
        raise RequestValidationError([wrong]) from None


async def admit(request: Request, session: SessionDep) -> Actor:
    """Whoever is signed in, even if the first password still has to be changed.

    A page that names whom it writes for is refused when the cookie has become somebody else's.
    """
    sender = _sender(request)
    settings = request.app.state.settings  # every dependency that FastAPI looks up costs CPU
    actor = await accounts.who_is(session, settings, request.cookies.get(COOKIE, ""))
    if sender is not None and sender != actor.person_id:
        raise OtherPerson
    await request.app.state.rates.count("person", str(actor.person_id))
    if known := context.current():
        known.person_id = actor.person_id
    return actor


async def admit_settled(request: Request, session: SessionDep) -> Actor:
    """Whoever is signed in and has nothing left to do before."""
    actor = await admit(request, session)
    if actor.second_factor == "verify":
        raise SecondFactorNeeded(how="verify")
    if actor.must_change_password:
        raise MustChangePassword
    if actor.second_factor == "enrol":
        raise SecondFactorNeeded(how="enrol")
    return actor


Admitted = Annotated[Actor, Depends(admit, scope="function")]
SignedIn = Annotated[Actor, Depends(admit_settled, scope="function")]


async def body_bytes(request: Request) -> bytes:
    """The body exactly as sent: its SHA-256 goes into the receipt."""
    return await request.body()


RawBody = Annotated[bytes, Depends(body_bytes)]
DeviceTime = Annotated[
    datetime | None,
    Header(alias="X-Device-Time", description="the phone's clock when it sends; tells the skew"),
]


async def held_tags(request: Request) -> frozenset[str]:
    """What the browser holds already, by tag (If-None-Match; RFC 9110 13.1.2)."""
    told = ",".join(request.headers.getlist("if-none-match"))
    return frozenset(one.strip().removeprefix("W/").strip('"') for one in told.split(","))


HeldTags = Annotated[frozenset[str], Depends(held_tags)]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "what the browser holds, as If-None-Match tells"}
}
IfMatch = Annotated[str | None, Header(alias="If-Match", description="version the desk looked at")]


async def client_address(request: Request, settings: SettingsDep) -> str:
    return address_of(request, settings.trusted_proxies)


ClientAddress = Annotated[str, Depends(client_address)]


def refusals(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: every refusal with an example, grouped by status."""
    if NotSignedIn in kinds:
        kinds = (*kinds, OtherPerson)
    answers: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        answer = answers.setdefault(
            kind.status,
            {"content": {"application/json": {"schema": PROBLEM, "examples": {}}}},
        )
        example = {"code": kind.code, "zh": kind.zh, "en": kind.en, "fields": [], "details": {}}
        answer["content"]["application/json"]["examples"][kind.code] = {"value": example}
        codes = answer["content"]["application/json"]["examples"]
        answer["description"] = ", ".join(codes)
    return answers
