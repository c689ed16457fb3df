"""What Prometheus may know of this process: requests by route template, never by address."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

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
COUNTY = Gauge("safegrid_county", "What the database holds", ("what",), registry=REGISTRY)


def note(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    template = getattr(route, "path", "") or "unrouted"
    REQUESTS.labels(scope["method"], template, status).inc()
    SECONDS.labels(scope["method"], template).observe(seconds)


def page(figures: Figures) -> bytes:
    """The text format. Figures of the county are the same from whichever process they come."""
    for what, value in vars(figures).items():
        COUNTY.labels(what).set(value)
    return generate_latest(REGISTRY)
