"""The county's rule of grid codes over HTTP (S1-9)."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.views import OrganizationRef, View
from app.errors import Invalid, NotPermitted, NotSignedIn
from app.services import places, rules
from app.services.places import EditGridCodes

router = APIRouter(prefix="/api/rules/grid-codes", tags=["rules"])


class GridCodeRuleView(View):
    """`is_checked` False: codes are given from above, and only have to be unique."""

    is_checked: bool
    lead: str
    prefix_digits: int
    sequence_digits: int
    starts_at: int
    exclusive_follows: bool
    exclusive_letter: str
    external_systems: list[str]


class MisfitView(View):
    id: UUID
    name: str
    official_code: str
    organization: OrganizationRef


class GridCodeOutlook(View):
    """Of the grids in force today. `zh`, `en`: the structure; empty where nothing is asked."""

    grids: int
    without_code: int
    misfits: int
    shown: list[MisfitView] = Field(description="the first 50 that do not fit, by code")
    zh: str
    en: str
    example: str | None


@router.get("", responses=refusals(NotSignedIn))
async def read_grid_code_rule(actor: SignedIn, session: SessionDep) -> GridCodeRuleView:
    """How codes of grids are built, and in which other systems grids have one."""
    return GridCodeRuleView.model_validate(await places.code_rule(session))


@router.put("", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def put_grid_code_rule(
    command: EditGridCodes, actor: SignedIn, session: SessionDep
) -> GridCodeRuleView:
    """Decide on the structure; codes that grids have stay as they are (S1-9)."""
    return GridCodeRuleView.model_validate(await rules.put_grid_codes(session, actor, command))


@router.post("/preview", responses=refusals(NotSignedIn, NotPermitted))
async def preview_grid_code_rule(
    command: EditGridCodes, actor: SignedIn, session: SessionDep
) -> GridCodeOutlook:
    """Which grids would not fit such a rule; nothing is kept."""
    found = await places.code_outlook(session, actor, command)
    shown = [
        MisfitView(
            id=one.grid.id,
            name=one.grid.name,
            official_code=one.grid.official_code or "",
            organization=OrganizationRef.model_validate(one.body),
        )
        for one in found.shown
    ]
    return GridCodeOutlook(**{**vars(found), "shown": shown})
