"""The roster over HTTP: people with their posts as an Excel file, in and out."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, UploadFile

from app.api import shapes
from app.api.deps import SessionDep, SignedIn, refusals
from app.api.shapes.imports import ImportView, WrongRowView
from app.errors import BodyTooLarge, Invalid, NotFound, NotPermitted, NotSignedIn, NotYet
from app.services import access, imports, roster
from app.services.accounts import PeopleFilters
from app.services.permissions import Permission
from app.services.roster import PEOPLE, TakeRoster

router = APIRouter(prefix="/api/people", tags=["people"])
READ = refusals(NotSignedIn, NotPermitted, NotFound)
STEP = refusals(NotSignedIn, NotPermitted, NotFound, NotYet, Invalid)
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {shapes.XLSX: {}}}}


@router.get(
    "/template.xlsx",
    responses={**FILE, **refusals(NotSignedIn, NotPermitted)},
    response_class=Response,
)
async def read_people_template(actor: SignedIn, session: SessionDep) -> Response:
    """The sheet to fill in, with the bodies, posts and grids of my reach to choose from."""
    access.require(actor, Permission.IMPORT_PEOPLE)
    columns = await PEOPLE.columns(session, actor)
    body = await asyncio.to_thread(imports.template, PEOPLE, columns)
    return shapes.workbook("人员名册模板.xlsx", body)


@router.get(
    "/roster.xlsx",
    responses={**FILE, **refusals(NotSignedIn, NotPermitted, Invalid)},
    response_class=Response,
)
async def export_roster(
    filters: Annotated[PeopleFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """People with posts in the columns in which they are brought in; numbers masked."""
    return shapes.excel(await roster.export(session, actor, filters))


@router.post(
    "/roster.xlsx",
    responses={**FILE, **refusals(NotSignedIn, NotPermitted, Invalid)},
    response_class=Response,
)
async def export_whole_roster(
    command: TakeRoster, actor: SignedIn, session: SessionDep
) -> Response:
    """The same with whole numbers, for a reason; who asked and why is put on record."""
    filters = PeopleFilters(**command.model_dump(exclude={"reason"}))
    return shapes.excel(await roster.export(session, actor, filters, command.reason))


@router.post(
    "/imports",
    status_code=201,
    responses=refusals(NotSignedIn, NotPermitted, Invalid, BodyTooLarge),
)
async def begin_people_import(file: UploadFile, actor: SignedIn, session: SessionDep) -> ImportView:
    """Read a sheet (multipart) and begin to check it; nobody is registered yet."""
    body = await file.read()
    name = file.filename or "人员名册.xlsx"
    return ImportView.model_validate(await imports.begin(session, actor, PEOPLE, name, body))


@router.get("/imports", responses=refusals(NotSignedIn, NotPermitted))
async def list_people_imports(actor: SignedIn, session: SessionDep) -> list[ImportView]:
    """My last twenty batches."""
    rows = await imports.batches(session, actor, PEOPLE)
    return [ImportView.model_validate(row) for row in rows]


@router.get("/imports/{import_id}", responses=READ)
async def read_people_import(import_id: UUID, actor: SignedIn, session: SessionDep) -> ImportView:
    """How far a batch is."""
    return ImportView.model_validate(await imports.batch(session, actor, PEOPLE, import_id))


@router.get("/imports/{import_id}/wrong", responses=READ)
async def list_wrong_people(
    import_id: UUID, actor: SignedIn, session: SessionDep
) -> list[WrongRowView]:
    """The first 200 rows with errors, each sentence by its column."""
    rows = await imports.wrong_rows(session, actor, PEOPLE, import_id)
    return [WrongRowView.model_validate(row) for row in rows]


@router.get("/imports/{import_id}/wrong.xlsx", responses={**FILE, **READ}, response_class=Response)
async def read_wrong_people(import_id: UUID, actor: SignedIn, session: SessionDep) -> Response:
    """The wrong rows as a sheet with the reasons: mend it and send it again."""
    rows = await imports.wrong_rows(session, actor, PEOPLE, import_id, most=None)
    columns = await PEOPLE.columns(session, actor)
    body = await asyncio.to_thread(imports.wrong_workbook, PEOPLE, columns, rows)
    return shapes.workbook("人员名册-错误行.xlsx", body)


@router.post("/imports/{import_id}/apply", responses=STEP)
async def apply_people_import(import_id: UUID, actor: SignedIn, session: SessionDep) -> ImportView:
    """Take the good rows in; safe to repeat."""
    return ImportView.model_validate(await imports.apply(session, actor, PEOPLE, import_id))


@router.post("/imports/{import_id}/undo", responses=STEP)
async def undo_people_import(import_id: UUID, actor: SignedIn, session: SessionDep) -> ImportView:
    """Take back what nobody can have acted with; safe to repeat."""
    return ImportView.model_validate(await imports.undo(session, actor, PEOPLE, import_id))
