"""Signing in and out, devices, people and posts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api import shapes
from app.api.deps import (
    COOKIE,
    Admitted,
    ClientAddress,
    SessionDep,
    SettingsDep,
    SignedIn,
    refusals,
)
from app.api.entrance import EntranceDep
from app.api.shapes.accounts import DeviceView, MeView, NewPassword, People, PersonView, WholeNumber
from app.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    NotQualified,
    NotSignedIn,
    PlainPassword,
    TemporarilyLocked,
    WeakPassword,
    WrongSignIn,
)
from app.services import accounts, appointments
from app.services.accounts import (
    AddPerson,
    AddPost,
    ChangePassword,
    EditPerson,
    EditPost,
    PeopleQuery,
    Reveal,
    SignInAttempt,
)

router = APIRouter(prefix="/api", tags=["accounts"])
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)
GIVE_POST = refusals(NotSignedIn, NotPermitted, NotFound, Invalid, NotQualified)


@router.get("/session", responses=refusals(NotSignedIn))
async def read_session(actor: Admitted, session: SessionDep, settings: SettingsDep) -> MeView:
    """Who I am, my posts, what I may do, the county's settings and the server's time."""
    return await shapes.me(session, settings, actor)


@router.post("/session", responses=refusals(WrongSignIn, TemporarilyLocked))
async def sign_in(
    attempt: SignInAttempt,
    address: ClientAddress,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> MeView:
    """Sign in by mobile number or user name; sets the session cookie."""
    entered = await accounts.sign_in(session, settings, attempt, address, entrance.device_cookie)
    return await entrance.let_in(*entered)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, session: SessionDep, response: Response) -> None:
    """End this device's session. Unsent records stay on the phone."""
    await accounts.sign_out(session, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    # Pictures that the browser keeps. Not "storage": what is unsent waits there.
    response.headers["Clear-Site-Data"] = '"cache"'


@router.put(
    "/session/password",
    responses=refusals(NotSignedIn, WrongSignIn, TemporarilyLocked, WeakPassword, PlainPassword),
)
async def change_password(
    change: ChangePassword,
    actor: Admitted,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> MeView:
    """Change my password; all other devices are signed out and this one gets a new token."""
    return await entrance.let_in(*await accounts.change_password(session, settings, actor, change))


@router.get("/session/devices", responses=refusals(NotSignedIn))
async def list_devices(actor: SignedIn, session: SessionDep) -> list[DeviceView]:
    """Where I am signed in."""
    return [
        DeviceView.model_validate({**vars(row), "is_this": row.id == actor.sign_in_id})
        for row in await accounts.devices(session, actor)
    ]


@router.delete("/session/devices/{device_id}", status_code=204, responses=EDIT)
async def end_device(device_id: UUID, actor: SignedIn, session: SessionDep) -> None:
    """Sign one of my devices out."""
    await accounts.end_device(session, actor, device_id)


@router.get("/people", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_people(
    query: Annotated[PeopleQuery, Query()], actor: SignedIn, session: SessionDep
) -> People:
    """People within my reach, 50 a page; numbers masked."""
    found = await accounts.find_people(session, actor, query, query.cursor)
    return People.model_validate(await shapes.people(session, found))


@router.post("/people", status_code=201, responses=GIVE_POST)
async def add_person(command: AddPerson, actor: SignedIn, session: SessionDep) -> NewPassword:
    """Add a person with posts; answers the first password, once."""
    person, password = await accounts.add_person(session, actor, command)
    return NewPassword(person=await shapes.person(session, person), password=password)


@router.get("/people/{person_id}", responses=EDIT)
async def read_person(person_id: UUID, actor: SignedIn, session: SessionDep) -> PersonView:
    """One person with posts and what waits on their phone."""
    return await shapes.person(session, await accounts.read_person(session, actor, person_id))


@router.patch("/people/{person_id}", responses=EDIT)
async def edit_person(
    person_id: UUID, command: EditPerson, actor: SignedIn, session: SessionDep
) -> PersonView:
    """Correct a name or a number."""
    person = await accounts.edit_person(session, actor, person_id, command)
    return await shapes.person(session, person)


@router.post("/people/{person_id}/reveal", responses=EDIT)
async def reveal_number(
    person_id: UUID, command: Reveal, actor: SignedIn, session: SessionDep
) -> WholeNumber:
    """The whole mobile number, for a reason; who asked and why is put on record."""
    person = await accounts.reveal(session, actor, person_id, command)
    return WholeNumber(mobile=person.mobile)


@router.post("/people/{person_id}/disable", responses=EDIT)
async def disable_person(person_id: UUID, actor: SignedIn, session: SessionDep) -> PersonView:
    """End all sessions of a person with the next request; what they sent before stays."""
    return await shapes.person(session, await accounts.disable(session, actor, person_id))


@router.post("/people/{person_id}/enable", responses=EDIT)
async def enable_person(person_id: UUID, actor: SignedIn, session: SessionDep) -> PersonView:
    """Let a disabled person sign in again."""
    return await shapes.person(session, await accounts.enable(session, actor, person_id))


@router.post("/people/{person_id}/reset-password", responses=EDIT)
async def reset_password(person_id: UUID, actor: SignedIn, session: SessionDep) -> NewPassword:
    """A new first password, shown once; all sessions end."""
    person, password = await accounts.reset_password(session, actor, person_id)
    return NewPassword(person=await shapes.person(session, person), password=password)


@router.post("/people/{person_id}/posts", status_code=201, responses=GIVE_POST)
async def add_post(
    person_id: UUID, command: AddPost, actor: SignedIn, session: SessionDep
) -> PersonView:
    """Give a person one more dated post."""
    person = await appointments.add_post(session, actor, person_id, command)
    return await shapes.person(session, person)


@router.get("/posts/part-time-sources", responses=refusals(NotSignedIn, NotPermitted))
async def list_part_time_sources(actor: SignedIn, session: SessionDep) -> list[str]:
    """What part-time gridworkers may be besides: the nine of S1-13, then the county's own."""
    return await accounts.part_time_sources(session, actor)


@router.patch("/posts/{post_id}", responses=EDIT)
async def edit_post(
    post_id: UUID, command: EditPost, actor: SignedIn, session: SessionDep
) -> PersonView:
    """End a post on a day, or note a leave."""
    return await shapes.person(session, await accounts.edit_post(session, actor, post_id, command))
