"""A phone's way in: the township's one-time code, and the phone's answer to it."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from app.api.deps import ClientAddress, SessionDep, SettingsDep, SignedIn, refusals
from app.api.entrance import EntranceDep
from app.api.shapes.accounts import MeView
from app.api.views import View
from app.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    PlainPassword,
    TemporarilyLocked,
    WeakPassword,
    WrongEnrolment,
)
from app.services import accounts
from app.services.accounts import Enrol

router = APIRouter(prefix="/api", tags=["accounts"])
INVITE = refusals(NotSignedIn, NotPermitted, NotFound)


class InvitationView(View):
    """Shown this once. `picture` is a QR code of `link` as a data address."""

    code: str
    link: str
    picture: str
    expires_at: datetime


@router.post(
    "/people/{person_id}/enrolment", status_code=201, responses={**INVITE, **refusals(Invalid)}
)
async def invite_phone(
    person_id: UUID, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> InvitationView:
    """A one-time code for this person's phone; the one before ends."""
    made = await accounts.invite(session, settings, actor, person_id)
    return InvitationView.model_validate(made)


@router.delete("/people/{person_id}/enrolment", status_code=204, responses=INVITE)
async def take_invitation_back(person_id: UUID, actor: SignedIn, session: SessionDep) -> None:
    """End a code that has not been used."""
    await accounts.take_back(session, actor, person_id)


@router.post(
    "/enrolment", responses=refusals(WrongEnrolment, WeakPassword, PlainPassword, TemporarilyLocked)
)
async def enrol_phone(
    command: Enrol,
    address: ClientAddress,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> MeView:
    """Set one's own password with the code and be signed in on this phone; all others are out."""
    return await entrance.let_in(*await accounts.enrol(session, settings, command, address))
