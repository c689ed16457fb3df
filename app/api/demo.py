"""One click in as any of the demo people. Mounted only in demo mode, answers only loopback."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps import ClientAddress, SessionDep, SettingsDep, refusals
from app.api.entrance import EntranceDep
from app.api.shapes.accounts import MeView
from app.api.views import View
from app.errors import NotFound
from app.services import demo_entry

router = APIRouter(prefix="/api/demo", tags=["demo"])


class DemoPerson(View):
    id: UUID
    name: str
    role: str
    organization: str
    home: str


@router.get("", responses=refusals(NotFound))
async def list_demo_people(
    address: ClientAddress, session: SessionDep, settings: SettingsDep
) -> list[DemoPerson]:
    """The people of the demo county whom a visitor may be, one or two per role."""
    found = await demo_entry.people(session, settings, address)
    return [DemoPerson.model_validate(row) for row in found]


@router.post("/enter/{person_id}", responses=refusals(NotFound))
async def enter_as(
    person_id: UUID,
    address: ClientAddress,
    session: SessionDep,
    settings: SettingsDep,
    entrance: EntranceDep,
) -> MeView:
    """Sign in as one of the demo people, without a password, on this machine only."""
    return await entrance.let_in(*await demo_entry.enter(session, settings, address, person_id))
