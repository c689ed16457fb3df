"""Does history still stand as it was written? Recomputed from plain SQL, by code of its own.

Nothing here imports the code that writes: two programs that agree prove more than one that agrees
with itself. What is computed is documented in docs/decisions/0009.
"""

from app.services.verification.faults import Fault, sentence
from app.services.verification.heads import Heads
from app.services.verification.heads import read as read_heads
from app.services.verification.losses import Loss, losses_of, read_losses
from app.services.verification.receipts import Shown, verify_receipt
from app.services.verification.whole import remarks, size, verify

__all__ = [
    "Fault",
    "Heads",
    "Loss",
    "Shown",
    "losses_of",
    "read_heads",
    "read_losses",
    "remarks",
    "sentence",
    "size",
    "verify",
    "verify_receipt",
]
