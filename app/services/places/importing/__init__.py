"""Many outlines from one file: looked at first, then the good ones taken (S2-42, decision 51)."""

from app.services.places.importing.checking import check
from app.services.places.importing.commands import ImportOutlines, Match, TakeOutlines
from app.services.places.importing.judging import Checked, Row, Verdict
from app.services.places.importing.listing import PastImport, imports
from app.services.places.importing.running import BELIEVED, Run, Step, running
from app.services.places.importing.taking import take
from app.services.places.importing.undoing import undo

__all__ = [
    "BELIEVED",
    "Checked",
    "ImportOutlines",
    "Match",
    "PastImport",
    "Row",
    "Run",
    "Step",
    "TakeOutlines",
    "Verdict",
    "check",
    "imports",
    "running",
    "take",
    "undo",
]
