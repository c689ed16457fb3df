"""Is it alive, may it get traffic, what is it doing: for machines, not for people."""

import ipaddress
from typing import Literal

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from app import db, revision
from app.api import metrics
from app.api.deps import SessionDep, StorageDep
from app.api.views import View
from app.errors import NotFound, StorageUnavailable
from app.services import last_backup, vitals
from app.services.last_backup import LastBackup
from app.storage import ObjectStore

router = APIRouter(tags=["health"])
Health = Literal["ok", "degraded", "down"]


class Readiness(View):
    """Without its photo store the county still reports and dispatches: degraded, yet ready."""

    status: Health
    database: Health
    migration: Health
    photo_store: Health


@router.get("/livez")
async def is_alive(request: Request) -> dict[str, str]:
    """The process answers; "stopping": send it nothing new.

    Unlike /readyz not a word about what else is down, so that a proxy goes on to fetch pages
    while the database is away.
    """
    return {"status": "stopping" if request.app.state.is_stopping else "ok"}


@router.get("/readyz", responses={503: {"model": Readiness, "description": "not ready"}})
async def is_ready(request: Request, response: Response) -> Readiness:
    """Ready for traffic: not stopping, the database takes writes, at the schema that we need."""
    database, migration = await _ask_database(request.app.state.sessions)
    photo_store: Health = "ok"
    try:
        await request.app.state.storage.check()
    except StorageUnavailable:
        photo_store = "degraded"
    is_down = request.app.state.is_stopping or "down" in {database, migration}
    response.status_code = 503 if is_down else 200
    return Readiness(
        status="down" if is_down else photo_store,
        database=database,
        migration=migration,
        photo_store=photo_store,
    )


async def _ask_database(sessions: db.Sessions) -> tuple[Health, Health]:
    try:
        async with db.unit_of_work(sessions) as session:
            facts = await vitals.facts(session)
    except (SQLAlchemyError, OSError):
        return "down", "down"
    return (
        "ok" if facts.takes_writes else "down",
        "ok" if facts.revision == revision.newest() else "down",
    )


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, session: SessionDep, storage: StorageDep) -> Response:
    """Prometheus' text format; to peers on this machine or network, never through a proxy."""
    peer = request.client.host if request.client else ""
    if "x-forwarded-for" in request.headers or not _is_near(peer):
        raise NotFound
    figures = await vitals.figures(session)
    await db.give_back(session)
    pool = db.pool_use(request.app.state.sessions)
    return Response(metrics.page(figures, await _backup(storage), pool), media_type="text/plain")


async def _backup(storage: ObjectStore) -> LastBackup | None:
    """Without its store a county has other alarms than the age of its backup."""
    try:
        return await last_backup.last(storage)
    except StorageUnavailable:
        return None


def _is_near(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_private
    except ValueError:
        return False
