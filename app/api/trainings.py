"""Trainings over HTTP: planned and held, who took part, what each has shown."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes import XLSX, excel
from app.api.shapes import trainings as shapes
from app.api.shapes.trainings import (
    CandidatePage,
    PersonTrainings,
    ReadTraineesView,
    StandingView,
    TrainingPage,
    TrainingRuleView,
    TrainingView,
)
from app.errors import BodyTooLarge, Invalid, NotFound, NotPermitted, NotSignedIn
from app.services import rules, trainings
from app.services.access import Actor
from app.services.commands import Input
from app.services.rules import EditTrainingRule
from app.services.trainings import (
    AddTrainees,
    AddTraining,
    CandidateQuery,
    EditTraining,
    JudgeTrainees,
    RegisterTrainee,
    StandingQuery,
)

router = APIRouter(prefix="/api", tags=["trainings"])
READ = refusals(NotSignedIn, NotPermitted, NotFound)
EDIT = refusals(NotSignedIn, NotPermitted, NotFound, Invalid)


class SheetQuery(Input):
    """`is_taken` false: a trial. `with_newcomers`: whoever is not known is registered (S4-35)."""

    is_taken: bool = False
    with_newcomers: bool = False


@router.get("/rules/training", responses=refusals(NotSignedIn))
async def read_training_rule(actor: SignedIn, session: SessionDep) -> TrainingRuleView:
    """Whom the county lets begin only once trained, and how it trains."""
    return TrainingRuleView.model_validate(await rules.training(session))


@router.put("/rules/training", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def put_training_rule(
    command: EditTrainingRule, actor: SignedIn, session: SessionDep
) -> TrainingRuleView:
    """Switch the gate on or off (S1-16, S4-35); decide about modes and how long results hold."""
    return TrainingRuleView.model_validate(await rules.put_training(session, actor, command))


@router.get("/trainings", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_trainings(
    actor: SignedIn,
    session: SessionDep,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> TrainingPage:
    """Trainings of my body, for the county all; the newest first, 50 a page."""
    return shapes.rows(await trainings.everything(session, actor, cursor))


@router.post("/trainings", status_code=201, responses=EDIT)
async def add_training(command: AddTraining, actor: SignedIn, session: SessionDep) -> TrainingView:
    """Put a training down, planned or held."""
    return await _whole(session, actor, (await trainings.add(session, actor, command)).id)


@router.get("/trainings/candidates", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_candidates(
    query: Annotated[CandidateQuery, Query()], actor: SignedIn, session: SessionDep
) -> CandidatePage:
    """Who could take part, with what they lack; 50 a page."""
    return shapes.candidates(await trainings.candidates(session, actor, query))


@router.get("/trainings/standing", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def read_standing(
    query: Annotated[StandingQuery, Query()], actor: SignedIn, session: SessionDep
) -> StandingView:
    """Who lacks what the rule asks for, or would, and whose qualification ends soon."""
    return shapes.standing(await trainings.standing(session, actor, query))


@router.get("/trainings/{training_id}", responses=READ)
async def read_training(training_id: UUID, actor: SignedIn, session: SessionDep) -> TrainingView:
    """One training with everybody on its list."""
    return await _whole(session, actor, training_id)


@router.get(
    "/trainings/{training_id}/sheet.xlsx",
    responses={200: {"content": {XLSX: {}}}, **READ},
    response_class=Response,
)
async def read_training_sheet(training_id: UUID, actor: SignedIn, session: SessionDep) -> Response:
    """Everybody on the list with what was shown, to be filled in and read in again."""
    return excel(await trainings.sheet(session, actor, training_id))


@router.post(
    "/trainings/{training_id}/sheet",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, BodyTooLarge),
)
async def read_training_in(
    training_id: UUID,
    file: UploadFile,
    query: Annotated[SheetQuery, Query()],
    actor: SignedIn,
    session: SessionDep,
) -> ReadTraineesView:
    """Read a sheet of people (multipart): a trial first, then the good rows onto the list."""
    read = await trainings.read_sheet(session, actor, training_id, await file.read(), **dict(query))
    return ReadTraineesView.model_validate(read)


@router.patch("/trainings/{training_id}", responses=EDIT)
async def edit_training(
    training_id: UUID, command: EditTraining, actor: SignedIn, session: SessionDep
) -> TrainingView:
    """Correct title, days, mode or topics."""
    await trainings.edit(session, actor, training_id, command)
    return await _whole(session, actor, training_id)


@router.post("/trainings/{training_id}/people", responses=EDIT)
async def add_trainees(
    training_id: UUID, command: AddTrainees, actor: SignedIn, session: SessionDep
) -> TrainingView:
    """Put people on the list, many at once; safe to repeat."""
    await trainings.add_trainees(session, actor, training_id, command)
    return await _whole(session, actor, training_id)


@router.post("/trainings/{training_id}/newcomers", status_code=201, responses=EDIT)
async def register_trainee(
    training_id: UUID, command: RegisterTrainee, actor: SignedIn, session: SessionDep
) -> TrainingView:
    """Somebody new, trained before a post is given (S4-35)."""
    await trainings.register(session, actor, training_id, command)
    return await _whole(session, actor, training_id)


@router.put("/trainings/{training_id}/records", responses=EDIT)
async def judge_trainees(
    training_id: UUID, command: JudgeTrainees, actor: SignedIn, session: SessionDep
) -> TrainingView:
    """Note who was there and which of the three competences each has shown (S1-60)."""
    await trainings.judge(session, actor, training_id, command)
    return await _whole(session, actor, training_id)


@router.delete("/trainings/{training_id}/people/{person_id}", responses=READ)
async def take_trainee_off(
    training_id: UUID, person_id: UUID, actor: SignedIn, session: SessionDep
) -> TrainingView:
    """Take somebody off the list who was put there by mistake."""
    await trainings.take_off(session, actor, training_id, person_id)
    return await _whole(session, actor, training_id)


@router.get("/people/{person_id}/trainings", responses=READ)
async def read_trainings_of(
    person_id: UUID, actor: SignedIn, session: SessionDep
) -> PersonTrainings:
    """Whether somebody is qualified today, and by which trainings."""
    return shapes.of_person(*await trainings.of_person(session, actor, person_id))


async def _whole(session: AsyncSession, actor: Actor, training_id: UUID) -> TrainingView:
    found = await trainings.one(session, actor, training_id)
    return shapes.whole(found, await trainings.trainees(session, training_id))
