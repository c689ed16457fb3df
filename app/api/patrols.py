"""Patrol tasks over HTTP: my list, why something waits, what a desk sees of the plan."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes import patrols as shapes
from app.api.shapes.patrols import BoardLineView, DelayReceipt, MyTasksView, TaskPageView
from app.errors import (
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    UnknownContract,
)
from app.services import inspections, patrols
from app.services.patrols import BoardQuery, DelayTask, TaskQuery

router = APIRouter(prefix="/api/patrols", tags=["patrols"])
READ = refusals(NotSignedIn, NotPermitted, Invalid)


@router.get("/mine", responses=refusals(NotSignedIn))
async def read_my_tasks(actor: SignedIn, session: SessionDep) -> MyTasksView:
    """What I have to look at up to a week ahead, the lists that a phone must keep for it, and where
    I am asked to go along.
    """
    along = await inspections.accompanied_by_me(session, actor)
    return shapes.my_tasks(await patrols.mine(session, actor), along)


@router.get("/tasks", responses=READ)
async def list_tasks(
    query: Annotated[TaskQuery, Query()], actor: SignedIn, session: SessionDep
) -> TaskPageView:
    """Tasks of my village, township or county with the reasons why they waited."""
    found = await patrols.find(session, actor, query)
    return TaskPageView(items=[shapes.task(each) for each in found.items], next=found.next)


@router.get("/board", responses=READ)
async def read_board(
    query: Annotated[BoardQuery, Query()], actor: SignedIn, session: SessionDep
) -> list[BoardLineView]:
    """By grid: planned, done, late, missed and why; never by person."""
    return await shapes.board(session, await patrols.board(session, actor, query))


@router.put(
    "/tasks/{task_id}/delays/{delay_id}",
    responses=refusals(
        NotSignedIn, NotFound, Incomplete, Invalid, SameIdOtherContent, UnknownContract
    ),
)
async def delay_task(
    task_id: UUID,
    delay_id: UUID,
    command: DelayTask,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
    settings: SettingsDep,
) -> DelayReceipt:
    """Say why a task cannot be done today; it rolls on with its first date (S2-46)."""
    row = await patrols.delay(session, actor, task_id, delay_id, command, body)
    return shapes.delay_receipt(settings, row, delay_id)
