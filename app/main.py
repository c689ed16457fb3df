"""Assembles the HTTP application: routes, pages, what holds for all, and what lives beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app import __version__, db, preflight, storage, worker
from app.api import (
    accidents,
    accounts,
    appeals,
    assessments,
    audit,
    campaigns,
    checklists,
    contract,
    coverage,
    crowds,
    demo,
    division_drafts,
    divisions,
    documents,
    duties,
    enrolment,
    errands,
    grid_codes,
    grid_revisions,
    handovers,
    hazards,
    health,
    inspections,
    instructions,
    invitations,
    ledger,
    ledger_imports,
    library,
    lists,
    live,
    middleware,
    notifications,
    obligations,
    outline_imports,
    pages,
    patrols,
    photos,
    places,
    problems,
    rates,
    roster,
    rules,
    schemes,
    second_factor,
    situations,
    slots,
    status,
    sync,
    trainings,
    visits,
)
from app.config import Settings
from app.darkroom import Darkroom

ROUTERS = (  # what phones ask for most comes first: every request looks through them in order
    hazards,
    photos,
    sync,
    lists,  # its names look like ids to the routers of the nouns
    roster,  # so do its
    invitations,
    accounts,
    second_factor,
    enrolment,
    errands,
    outline_imports,
    places,
    ledger,
    ledger_imports,
    rules,
    obligations,
    checklists,
    schemes,
    patrols,
    coverage,
    campaigns,
    visits,
    inspections,
    accidents,
    instructions,
    appeals,
    situations,
    duties,
    assessments,
    library,
    slots,
    handovers,
    trainings,
    division_drafts,
    divisions,
    documents,
    grid_codes,
    grid_revisions,
    notifications,
    status,
    audit,
    health,
)
JSON_LIMIT = 256 * middleware.KB
SHEET_LIMIT = 13 * middleware.MB
RESCUE_LIMIT = 61 * middleware.MB  # the file and its multipart frame


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; what needs the database starts with its lifespan."""
    is_production = settings.mode == "production"
    app = FastAPI(
        title="安格 SafeGrid",
        version=__version__,
        lifespan=lifespan,
        docs_url=None if is_production else "/docs",
        redoc_url=None,
        openapi_url=None if is_production else "/openapi.json",
    )
    app.state.settings = settings
    app.state.is_stopping = False
    app.state.rates = rates.Rates(settings)
    app.state.darkroom = Darkroom()  # no process before somebody sends a checklist its picture
    for module in (*ROUTERS, *([demo] if settings.mode == "demo" else [])):
        # include_router would keep every route twice and look through them at half the speed
        app.router.routes.extend(module.router.routes)
    pages.install(app, settings)
    problems.install(app)
    contract.install(app)
    _wrap(app, settings)
    return app


def _wrap(app: FastAPI, settings: Settings) -> None:
    """Last added is outermost."""
    limits = {
        ("/api/photos/", ""): settings.photo_max_bytes,
        ("/api/sync/rescue", ""): RESCUE_LIMIT,
        ("/api/ledger/imports", "/imports"): SHEET_LIMIT,
        ("/api/people/imports", "/imports"): SHEET_LIMIT,
        ("/api/grids/outline-imports", ""): SHEET_LIMIT,
        ("/api/trainings/", "/sheet"): SHEET_LIMIT,
        ("/api/checklists/", "/sheet"): SHEET_LIMIT,
        ("/api/checklists/pictures", ""): settings.photo_max_bytes,
        ("/api/library/files/", ""): settings.library_file_max_bytes,
    }
    app.add_middleware(middleware.Faults)
    app.add_middleware(middleware.BodyLimit, limits=limits, default=JSON_LIMIT)
    app.add_middleware(middleware.OriginCheck, settings=settings)
    app.add_middleware(crowds.Crowds, settings=settings)
    app.add_middleware(rates.RateLimit, rates=app.state.rates)
    app.add_middleware(middleware.SecurityHeaders, settings=settings)
    app.add_middleware(middleware.Measure, settings=settings)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Engine, photo store, live hub and, where wanted, the jobs; closed in reverse."""
    settings: Settings = app.state.settings
    engine = db.make_engine(settings)
    app.state.sessions = db.make_sessions(engine)
    app.state.storage = storage.open_store(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(app.state.darkroom.close)
        await preflight.check_database(settings, app.state.sessions)
        await preflight.note_settings(settings, app.state.sessions)
        app.state.hub = await stack.enter_async_context(live.hub(settings.database_url))
        if settings.worker_in_process:
            await stack.enter_async_context(worker.beside(settings))
        yield
