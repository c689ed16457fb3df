"""The second step of signing in, its setup, and its reset by the security administrator."""

from uuid import UUID

from fastapi import APIRouter

from app.api import shapes
from app.api.deps import Admitted, SessionDep, SettingsDep, SignedIn, refusals
from app.api.entrance import EntranceDep
from app.api.shapes.accounts import MeView, PersonView
from app.api.views import View
from app.errors import (
    Invalid,
    MustChangePassword,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TemporarilyLocked,
    WrongCode,
)
from app.services import accounts
from app.services.accounts import Code

router = APIRouter(prefix="/api", tags=["accounts"])
PROVE = refusals(NotSignedIn, WrongCode, TemporarilyLocked)


class SetupView(View):
    """`picture` is a QR code as a data address; `key` the same to be typed."""

    key: str
    address: str
    picture: str


class Confirmed(View):
    """The recovery codes are shown this once."""

    me: MeView
    recovery_codes: list[str]


@router.post("/session/second-factor", responses=PROVE)
async def prove_second_factor(
    command: Code,
    actor: Admitted,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> MeView:
    """Complete the sign-in with a code of the app, or with a recovery code; a new token."""
    return await entrance.let_in(
        *await accounts.prove_second_factor(session, settings, actor, command.code)
    )


@router.post(
    "/session/second-factor/setup", responses=refusals(NotSignedIn, MustChangePassword, Invalid)
)
async def begin_second_factor(
    actor: Admitted, session: SessionDep, settings: SettingsDep
) -> SetupView:
    """A new secret for an authenticator app; counts once it is confirmed."""
    return SetupView.model_validate(await accounts.begin_second_factor(session, settings, actor))


@router.put("/session/second-factor/setup", responses={**PROVE, **refusals(WrongCode, Invalid)})
async def confirm_second_factor(
    command: Code,
    actor: Admitted,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> Confirmed:
    """The app's first code: from now on it is asked for. Answers the recovery codes, once."""
    token, present, codes = await accounts.confirm_second_factor(
        session, settings, actor, command.code
    )
    me = await entrance.let_in(token, present)
    return Confirmed(me=me, recovery_codes=codes)


@router.post(
    "/people/{person_id}/reset-second-factor",
    responses=refusals(NotSignedIn, NotPermitted, NotFound),
)
async def reset_second_factor(person_id: UUID, actor: SignedIn, session: SessionDep) -> PersonView:
    """The phone is lost: the next sign-in sets a new one. For the security administrator."""
    person = await accounts.reset_second_factor(session, actor, person_id)
    return await shapes.person(session, person)
