"""Lists of the desk as Excel files: the filter in force, the rows that the list itself shows."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import lists
from app.services.accounts import PeopleFilters
from app.services.appeals import AppealFilters
from app.services.audit import AuditFilters
from app.services.inspections import InspectionFilters
from app.services.instructions import AddresseeFilters, InstructionFilters
from app.services.ledger import RegisterFilters
from app.services.library import LibraryFilters, OwedFilters
from app.services.patrols import BoardQuery, TaskFilters
from app.services.places import GridFilters
from app.services.situations import SituationFilters
from app.services.trainings import StandingQuery
from app.services.visits import VisitFilters

router = APIRouter(prefix="/api", tags=["lists"])
FILE: dict[str, Any] = {
    "responses": {
        200: {"content": {shapes.XLSX: {}}},
        **refusals(NotSignedIn, NotPermitted, Invalid),
    },
    "response_class": Response,
}
EVERYTHING = lists.Everything()
OF_ONE: dict[str, Any] = {
    **FILE,
    "responses": {**FILE["responses"], **refusals(NotSignedIn, NotPermitted, NotFound, Invalid)},
}


@router.get("/visits/export.xlsx", **FILE)
async def export_visits(
    filters: Annotated[VisitFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Visits with what was found, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.VISITS, filters))


@router.get("/patrols/tasks/export.xlsx", **FILE)
async def export_tasks(
    filters: Annotated[TaskFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Tasks with how they stand and why they were put off, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.TASKS, filters))


@router.get("/patrols/board/export.xlsx", **FILE)
async def export_board(
    query: Annotated[BoardQuery, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """What was done of the plan, by grid; never by person."""
    return shapes.excel(await lists.export(session, actor, lists.BOARD, query))


@router.get("/campaigns/export.xlsx", **FILE)
async def export_campaigns(actor: SignedIn, session: SessionDep) -> Response:
    """Campaigns with how far they are on my ground."""
    return shapes.excel(await lists.export(session, actor, lists.CAMPAIGNS, EVERYTHING))


@router.get("/inspections/findings/export.xlsx", **FILE)
async def export_findings(
    filters: Annotated[InspectionFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """What the chosen inspections have found and what is to be done, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.FINDINGS, filters))


@router.get("/ledger/register/export.xlsx", **FILE)
async def export_register(
    filters: Annotated[RegisterFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """重大危险源登记表 or 重点单位登记表 of my reach (S3-38)."""
    return shapes.excel(await lists.export(session, actor, lists.REGISTERS[filters.of], filters))


@router.get("/appeals/export.xlsx", **FILE)
async def export_appeals(
    filters: Annotated[AppealFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Appeals that my desk sees, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.APPEALS, filters))


@router.get("/library/export.xlsx", **FILE)
async def export_library(
    filters: Annotated[LibraryFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Documents that my desk sees, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.LIBRARY, filters))


@router.get("/library/owed/export.xlsx", **FILE)
async def export_owed_documents(
    filters: Annotated[OwedFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Who has to have documents of these kinds and how it stands, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.OWED, filters))


@router.get("/situations/export.xlsx", **FILE)
async def export_situations(
    filters: Annotated[SituationFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Reported situations that my desk sees, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.SITUATIONS, filters))


@router.get("/instructions/export.xlsx", **FILE)
async def export_instructions(
    filters: Annotated[InstructionFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Instructions of one box with their receipts counted, at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.INSTRUCTIONS, filters))


@router.get("/instructions/{instruction_id}/addressees/export.xlsx", **OF_ONE)
async def export_receipts(
    instruction_id: UUID,
    filters: Annotated[AddresseeFilters, Query()],
    actor: SignedIn,
    session: SessionDep,
) -> Response:
    """Who has read and answered one instruction; for the desk that sent it."""
    asked = lists.ReceiptFilters(**dict(filters), instruction_id=instruction_id)
    return shapes.excel(await lists.export(session, actor, lists.RECEIPTS, asked))


@router.get("/suggestions/export.xlsx", **FILE)
async def export_suggestions(actor: SignedIn, session: SessionDep) -> Response:
    """Suggestions with their answers: all for those who answer, else my own."""
    return shapes.excel(await lists.export(session, actor, lists.SUGGESTIONS, EVERYTHING))


@router.get("/people/export.xlsx", **FILE)
async def export_people(
    filters: Annotated[PeopleFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """People within my reach with their posts; numbers masked; at most 10,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.PEOPLE, filters))


@router.get("/trainings/export.xlsx", **FILE)
async def export_trainings(actor: SignedIn, session: SessionDep) -> Response:
    """Trainings that I keep, with how many took part and passed."""
    return shapes.excel(await lists.export(session, actor, lists.TRAININGS, EVERYTHING))


@router.get("/trainings/standing/export.xlsx", **FILE)
async def export_standing(
    query: Annotated[StandingQuery, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Who lacks what the rule asks for, and whose qualification ends soon."""
    return shapes.excel(await lists.export(session, actor, lists.STANDING, query))


@router.get("/organizations/export.xlsx", **FILE)
async def export_organizations(actor: SignedIn, session: SessionDep) -> Response:
    """The tree of bodies, flat; enterprises stand in the ledger."""
    return shapes.excel(await lists.export(session, actor, lists.ORGANIZATIONS, EVERYTHING))


@router.get("/grids/export.xlsx", **FILE)
async def export_grids(
    filters: Annotated[GridFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Grids in force today with who runs and who walks them."""
    return shapes.excel(await lists.export(session, actor, lists.GRIDS, filters))


@router.get("/readiness/export.xlsx", **FILE)
async def export_readiness(
    filters: Annotated[GridFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """What every grid has and lacks, check by check."""
    return shapes.excel(await lists.export(session, actor, lists.READINESS, filters))


@router.get("/checklists/export.xlsx", **FILE)
async def export_checklists(actor: SignedIn, session: SessionDep) -> Response:
    """All checklists with their newest questions, a line each."""
    return shapes.excel(await lists.export(session, actor, lists.CHECKLISTS, EVERYTHING))


@router.get("/audit/export.xlsx", **FILE)
async def export_audit(
    filters: Annotated[AuditFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """Audit entries, newest first, at most 20,000 rows."""
    return shapes.excel(await lists.export(session, actor, lists.AUDIT, filters))
