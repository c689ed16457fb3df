"""Schemes over HTTP: everybody reads what is in force, administrators compare and apply."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.schemes import (
    Agreement,
    AppliedView,
    DifferenceView,
    ProposalsView,
    SchemeInForce,
    SchemeLine,
    SchemeView,
    difference_view,
    scheme_view,
)
from app.errors import ChangedMeanwhile, NotFound, NotPermitted, NotSignedIn, NotYet
from app.services import schemes

router = APIRouter(prefix="/api", tags=["schemes"])
ASK = refusals(NotSignedIn, NotPermitted, NotFound)
Key = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


@router.get("/scheme", responses=refusals(NotSignedIn))
async def read_scheme(actor: SignedIn, session: SessionDep) -> SchemeInForce:
    """What the county calls its levels, places on grids and posts; empty before the first one."""
    return SchemeInForce.of(await schemes.in_force(session))


@router.get("/scheme/proposals", responses=refusals(NotSignedIn, NotPermitted))
async def read_proposals(actor: SignedIn, session: SessionDep) -> ProposalsView:
    """What no document says and the county has not changed yet: bodies, and rules of routing."""
    found = await schemes.proposals(session, actor)
    return ProposalsView(bodies=sorted(found.bodies), routes=sorted(found.routes))


@router.get("/schemes", responses=ASK)
async def list_schemes(actor: SignedIn, session: SessionDep) -> list[SchemeLine]:
    """Schemes that come with the program, and which one is in force."""
    now = await schemes.in_force(session)
    return [SchemeLine.of(one, now) for one in schemes.offered(actor)]


@router.get("/schemes/{scheme}", responses=ASK)
async def read_one_scheme(scheme: Key, actor: SignedIn, session: SessionDep) -> SchemeView:
    """All that a scheme says."""
    now = await schemes.in_force(session)
    return scheme_view(schemes.one_offered(actor, scheme), now)


@router.get("/schemes/{scheme}/difference", responses=ASK)
async def read_difference(scheme: Key, actor: SignedIn, session: SessionDep) -> DifferenceView:
    """What applying it to this county would add, change, switch off and leave; nothing is done."""
    wanted = schemes.one_offered(actor, scheme)
    return difference_view(await schemes.difference(session, actor, wanted))


@router.post(
    "/schemes/{scheme}/application",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, ChangedMeanwhile, NotYet),
)
async def apply_scheme(
    scheme: Key, command: Agreement, actor: SignedIn, session: SessionDep
) -> AppliedView:
    """Apply exactly the difference that was looked at; 409 if it is another one by now."""
    wanted = schemes.one_offered(actor, scheme)
    done = await schemes.apply(session, actor, wanted, seen=command.fingerprint)
    return AppliedView(key=scheme, touched=done.touched)
