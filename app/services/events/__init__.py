"""History: one chain of events per case, sealed in batches. Nothing here is ever changed."""

from app.services.events.history import (
    SUBSCRIPTIONS,
    Fact,
    Sent,
    claim,
    latest,
    of,
    sent,
    write,
)
from app.services.events.seals import head, seal
from app.services.events.verification import Fault, verify

__all__ = [
    "SUBSCRIPTIONS",
    "Fact",
    "Fault",
    "Sent",
    "claim",
    "head",
    "latest",
    "of",
    "seal",
    "sent",
    "verify",
    "write",
]
