"""Places on grids over HTTP: who has them, and what each grid has and lacks."""

from uuid import UUID

from fastapi import APIRouter

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.slots import GridPeople, GridReadiness, grid_people, readiness
from app.errors import Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import slots
from app.services.slots import EndSlot, FillSlot, NoteProvision

router = APIRouter(prefix="/api", tags=["grid people"])
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)


@router.get("/grids/{grid_id}/people", responses=refusals(NotSignedIn, NotFound))
async def read_grid_people(grid_id: UUID, actor: SignedIn, session: SessionDep) -> GridPeople:
    """The places of a grid by the county's own names, with everybody who has or had them."""
    return await grid_people(session, await slots.read_grid(session, grid_id))


@router.post("/grids/{grid_id}/people", status_code=201, responses=EDIT)
async def fill_slot(
    grid_id: UUID, command: FillSlot, actor: SignedIn, session: SessionDep
) -> GridPeople:
    """Put a person into a place of the grid, from a day on."""
    await slots.fill(session, actor, grid_id, command)
    return await grid_people(session, await slots.read_grid(session, grid_id))


@router.patch("/grid-people/{assignment_id}", responses=EDIT)
async def end_slot(
    assignment_id: UUID, command: EndSlot, actor: SignedIn, session: SessionDep
) -> GridPeople:
    """Say the last day; who it was stays on record."""
    row = await slots.end(session, actor, assignment_id, command)
    return await grid_people(session, await slots.read_grid(session, row.grid_id))


@router.put("/grids/{grid_id}/provisions", status_code=204, responses=EDIT)
async def note_provision(
    grid_id: UUID, command: NoteProvision, actor: SignedIn, session: SessionDep
) -> None:
    """Say of one thing whether the grid has it: office, regulations, a part of the kit, notice."""
    await slots.note_provision(session, actor, grid_id, command)


@router.get("/readiness", responses=refusals(NotSignedIn, NotPermitted))
async def list_readiness(
    actor: SignedIn, session: SessionDep, township_id: UUID | None = None
) -> list[GridReadiness]:
    """Checks and load of every grid on the ground, by code; of one township if asked."""
    found = await slots.readiness(session, actor, township_id)
    return [readiness(one) for one in found]
