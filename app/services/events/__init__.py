"""History: one chain of events per case, sealed in batches. Nothing here is ever changed."""

from app.services.events.heads import key_of, publish
from app.services.events.history import (
    BEGINNING,
    SUBSCRIPTIONS,
    End,
    Fact,
    Sent,
    append,
    claim,
    following,
    latest,
    of,
    sent,
    write,
)
from app.services.events.losses import NotTheEndError, lost, make_room, sign
from app.services.events.seals import dated_back, seal
from app.services.verification import Fault, Loss, verify

__all__ = [
    "BEGINNING",
    "SUBSCRIPTIONS",
    "End",
    "Fact",
    "Fault",
    "Loss",
    "NotTheEndError",
    "Sent",
    "append",
    "claim",
    "dated_back",
    "following",
    "key_of",
    "latest",
    "lost",
    "make_room",
    "of",
    "publish",
    "seal",
    "sent",
    "sign",
    "verify",
    "write",
]
