"""Codes for all who still wait for a phone, to be printed for a meeting."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.views import OrganizationRef, PersonRef, View
from app.errors import Invalid, NotPermitted, NotSignedIn
from app.services import accounts
from app.services.accounts import InvitationSheet, InviteAll
from app.services.personal import masked_number

router = APIRouter(prefix="/api/people/invitations", tags=["accounts"])


class WaitingView(View):
    """`township`: the one that the body is or lies in."""

    organization: OrganizationRef
    township: OrganizationRef | None
    people: int


class InvitedView(View):
    """`picture`: a QR code of the link as a data address; shown this once, like the code."""

    person: PersonRef
    mobile: str | None
    grids: list[str]
    code: str
    picture: str


class VillageSheetView(View):
    organization: OrganizationRef
    people: list[InvitedView]


class InvitationSheetView(View):
    expires_at: datetime
    sheets: list[VillageSheetView]


@router.get("", responses=refusals(NotSignedIn, NotPermitted))
async def list_waiting(actor: SignedIn, session: SessionDep) -> list[WaitingView]:
    """Where within my reach somebody on the ground has no phone let in yet, and how many."""
    return [WaitingView.model_validate(one) for one in await accounts.waiting(session, actor)]


@router.post("", status_code=201, responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def invite_all(
    command: InviteAll, actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> InvitationSheetView:
    """A one-time code for each who waits there; codes from before end."""
    found = await accounts.invite_all(session, settings, actor, command.organization_id)
    return _sheet(found)


@router.delete("/{organization_id}", status_code=204, responses=refusals(NotSignedIn, NotPermitted))
async def call_invitations_off(organization_id: UUID, actor: SignedIn, session: SessionDep) -> None:
    """End all codes there that have not been used."""
    await accounts.call_off(session, actor, organization_id)


def _sheet(found: InvitationSheet) -> InvitationSheetView:
    return InvitationSheetView(
        expires_at=found.expires_at,
        sheets=[
            VillageSheetView(
                organization=OrganizationRef.model_validate(sheet.organization),
                people=[
                    InvitedView(
                        person=PersonRef(id=one.person.id, name=one.person.name),
                        mobile=masked_number(one.person.mobile),
                        grids=list(one.grids),
                        code=one.invitation.code,
                        picture=one.invitation.picture,
                    )
                    for one in sheet.invited
                ],
            )
            for sheet in found.sheets
        ],
    )
