"""Yearly assessment of bodies: self-assessment, the county's findings, objection, final result.

Of bodies, in the order of their codes; no points for activity, nothing of a person (decision 72).
"""

from app.services.assessments.commands import (
    AssessmentResult,
    NotesQuery,
    OpenAssessment,
    StepPaper,
    TakeBack,
    WriteNote,
)
from app.services.assessments.evidence import NamedEvidence
from app.services.assessments.notes import FoundNote, find_notes, write_note
from app.services.assessments.notes import take_back as take_back_note
from app.services.assessments.opening import Proposal, form_of, open_year, propose
from app.services.assessments.opening import take_back as take_back_year
from app.services.assessments.reading import FoundPaper, WholePaper, WholeYear, read, years
from app.services.assessments.reading import year as read_year
from app.services.assessments.scoring import Score, score
from app.services.assessments.stepping import step

__all__ = [
    "AssessmentResult",
    "FoundNote",
    "FoundPaper",
    "NamedEvidence",
    "NotesQuery",
    "OpenAssessment",
    "Proposal",
    "Score",
    "StepPaper",
    "TakeBack",
    "WholePaper",
    "WholeYear",
    "WriteNote",
    "find_notes",
    "form_of",
    "open_year",
    "propose",
    "read",
    "read_year",
    "score",
    "step",
    "take_back_note",
    "take_back_year",
    "write_note",
    "years",
]
