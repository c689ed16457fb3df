"""Excel in and out of the ledger over HTTP."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, UploadFile

from app.api import shapes
from app.api.deps import SessionDep, SettingsDep, SignedIn, refusals
from app.api.shapes.imports import ComparedRowsView, LedgerImportView, WrongRowView
from app.errors import BodyTooLarge, Invalid, NotFound, NotPermitted, NotSignedIn, NotYet
from app.services import imports
from app.services.ledger import ObjectFilters, TakeIn, exporting, importing
from app.services.ledger.importing import LEDGER

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
READ = refusals(NotSignedIn, NotPermitted, NotFound)
STEP = refusals(NotSignedIn, NotPermitted, NotFound, NotYet, Invalid)
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {shapes.XLSX: {}}}}


@router.get("/template.xlsx", responses={**FILE, **refusals(NotSignedIn)}, response_class=Response)
async def read_template(_: SignedIn, session: SessionDep) -> Response:
    """The sheet to fill in: drop-downs, marks of what is needed, one example; our own columns."""
    columns = await importing.sheet_columns(session)
    return shapes.workbook(
        "台账模板.xlsx", await asyncio.to_thread(imports.template, LEDGER, columns)
    )


@router.get(
    "/export.xlsx",
    responses={**FILE, **refusals(NotSignedIn, NotPermitted, Invalid)},
    response_class=Response,
)
async def export_ledger(
    filters: Annotated[ObjectFilters, Query()], actor: SignedIn, session: SessionDep
) -> Response:
    """The current filter as the sheet of Appendix A (企业台帐), at most 70,000 rows."""
    return shapes.excel(await exporting.export(session, actor, filters))


@router.get(
    "/statistics.xlsx",
    responses={**FILE, **refusals(NotSignedIn, NotPermitted)},
    response_class=Response,
)
async def export_statistics(
    actor: SignedIn, session: SessionDep, settings: SettingsDep
) -> Response:
    """网格化统计表 of Appendix A: grids, objects, factories, and who is responsible where."""
    return shapes.excel(await exporting.statistics(session, actor, settings.county_name))


@router.post(
    "/imports",
    status_code=201,
    responses=refusals(NotSignedIn, NotPermitted, Invalid, BodyTooLarge),
)
async def begin_import(file: UploadFile, actor: SignedIn, session: SessionDep) -> LedgerImportView:
    """Read a sheet (multipart) and begin to check it; nothing enters the ledger yet."""
    body = await file.read()
    name = file.filename or "台账.xlsx"
    return LedgerImportView.model_validate(await imports.begin(session, actor, LEDGER, name, body))


@router.get("/imports", responses=refusals(NotSignedIn, NotPermitted))
async def list_imports(actor: SignedIn, session: SessionDep) -> list[LedgerImportView]:
    """My last twenty batches."""
    return [
        LedgerImportView.model_validate(row)
        for row in await imports.batches(session, actor, LEDGER)
    ]


@router.get("/imports/{import_id}", responses=READ)
async def read_import(import_id: UUID, actor: SignedIn, session: SessionDep) -> LedgerImportView:
    """How far a batch is."""
    return LedgerImportView.model_validate(await imports.batch(session, actor, LEDGER, import_id))


@router.get("/imports/{import_id}/wrong", responses=READ)
async def list_wrong_rows(
    import_id: UUID, actor: SignedIn, session: SessionDep
) -> list[WrongRowView]:
    """The first 200 rows with errors, each sentence by its column."""
    rows = await imports.wrong_rows(session, actor, LEDGER, import_id)
    return [WrongRowView.model_validate(row) for row in rows]


@router.get("/imports/{import_id}/wrong.xlsx", responses={**FILE, **READ}, response_class=Response)
async def read_wrong_rows(import_id: UUID, actor: SignedIn, session: SessionDep) -> Response:
    """The wrong rows as a sheet with the reasons: mend it and send it again."""
    rows = await imports.wrong_rows(session, actor, LEDGER, import_id, most=None)
    columns = await importing.sheet_columns(session)
    body = await asyncio.to_thread(imports.wrong_workbook, LEDGER, columns, rows)
    return shapes.workbook("台账-错误行.xlsx", body)


@router.get("/imports/{import_id}/rows", responses=READ)
async def list_import_rows(
    import_id: UUID,
    asked: Annotated[importing.RowsAsked, Query()],
    actor: SignedIn,
    session: SessionDep,
) -> ComparedRowsView:
    """What the rows of a checked batch would change of what is there, page by page."""
    page = await importing.rows(session, actor, import_id, asked)
    return ComparedRowsView.model_validate(page)


@router.post("/imports/{import_id}/apply", responses=STEP)
async def apply_import(
    import_id: UUID, actor: SignedIn, session: SessionDep, command: TakeIn | None = None
) -> LedgerImportView:
    """Take the good rows in; safe to repeat. New names and grids have to be looked at first."""
    is_seen = command is not None and command.is_seen
    batch = await imports.apply(session, actor, LEDGER, import_id, is_seen=is_seen)
    return LedgerImportView.model_validate(batch)


@router.post("/imports/{import_id}/undo", responses=STEP)
async def undo_import(import_id: UUID, actor: SignedIn, session: SessionDep) -> LedgerImportView:
    """Close what the batch has added, give back what it has changed; safe to repeat."""
    return LedgerImportView.model_validate(await imports.undo(session, actor, LEDGER, import_id))
