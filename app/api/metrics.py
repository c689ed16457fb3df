"""What Prometheus may know of this process: requests by route template, never by address."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from app import clock
from app.db import PoolUse
from app.services.last_backup import LastBackup
from app.services.vitals import Figures

REGISTRY = CollectorRegistry()
REQUESTS = Counter("safegrid_requests", "Answers", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "safegrid_request_seconds",
    "Time from the request's head to the end of the answer",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
    registry=REGISTRY,
)
REFUSALS = Counter("safegrid_refusals", "Refusals by their code", ("code",), registry=REGISTRY)
POOL = Gauge(
    "safegrid_database_connections", "Of this process's pool", ("state",), registry=REGISTRY
)
BACKUP_AGE = Gauge(
    "safegrid_backup_age_seconds", "Of the newest backup; -1 = never", registry=REGISTRY
)
BACKUP_FAULTS = Gauge(
    "safegrid_backup_faults", "Photos that it found missing or damaged", registry=REGISTRY
)
COUNTY = Gauge("safegrid_county", "What the database holds", ("what",), registry=REGISTRY)


def note(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    template = getattr(route, "path", "") or "unrouted"
    REQUESTS.labels(scope["method"], template, status).inc()
    SECONDS.labels(scope["method"], template).observe(seconds)


def refused(code: str) -> None:
    REFUSALS.labels(code).inc()


def page(figures: Figures, backup: LastBackup | None, pool: PoolUse) -> bytes:
    """The text format. Figures of the county are the same from whichever process they come."""
    for what, value in vars(figures).items():
        COUNTY.labels(what).set(value)
    for state, number in vars(pool).items():
        POOL.labels(state).set(number)
    BACKUP_AGE.set((clock.now() - backup.taken_at).total_seconds() if backup else -1)
    BACKUP_FAULTS.set(backup.faults if backup else 0)
    return generate_latest(REGISTRY)
