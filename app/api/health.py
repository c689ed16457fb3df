"""Is it alive, may it get traffic, what is it doing: for machines, not for people."""

import ipaddress
from typing import Literal

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from app import db, schema
from app.api import metrics
from app.api.deps import SessionDep
from app.api.views import View
from app.errors import NotFound, StorageUnavailable
from app.services import vitals

router = APIRouter(tags=["health"])
Health = Literal["ok", "degraded", "down"]


class Readiness(View):
    """Without its photo store the county still reports and dispatches: degraded, yet ready."""

    status: Health
    database: Health
    migration: Health
    photo_store: Health


@router.get("/livez")
async def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Readiness, "description": "not ready"}})
async def is_ready(request: Request, response: Response) -> Readiness:
    """Ready for traffic: the database takes writes and stands at the schema this code needs."""
    database, migration = await _ask_database(request.app.state.sessions)
    photo_store: Health = "ok"
    try:
        await request.app.state.storage.check()
    except StorageUnavailable:
        photo_store = "degraded"
    is_down = "down" in {database, migration}
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
        "ok" if facts.revision == schema.newest() else "down",
    )


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, session: SessionDep) -> Response:
    """Prometheus' text format; to peers on this machine or network, never through a proxy."""
    peer = request.client.host if request.client else ""
    if "x-forwarded-for" in request.headers or not _is_near(peer):
        raise NotFound
    return Response(metrics.page(await vitals.figures(session)), media_type="text/plain")


def _is_near(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_private
    except ValueError:
        return False
