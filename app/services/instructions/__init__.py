"""Instructions: written to those below, read once for each addressee, answered, followed up."""

from app.services.instructions.answering import answer, note_read
from app.services.instructions.candidates import Candidates, candidates
from app.services.instructions.commands import (
    AddresseeFilters,
    AddresseeQuery,
    AnswerInstruction,
    CandidateQuery,
    Circle,
    EndInstruction,
    InstructionFilters,
    InstructionQuery,
    SendInstruction,
)
from app.services.instructions.following import end, remind
from app.services.instructions.reading import (
    AddresseePage,
    FoundAddressee,
    FoundInstruction,
    InstructionPage,
    addressees,
    find,
    read,
)
from app.services.instructions.sending import send

__all__ = [
    "AddresseeFilters",
    "AddresseePage",
    "AddresseeQuery",
    "AnswerInstruction",
    "CandidateQuery",
    "Candidates",
    "Circle",
    "EndInstruction",
    "FoundAddressee",
    "FoundInstruction",
    "InstructionFilters",
    "InstructionPage",
    "InstructionQuery",
    "SendInstruction",
    "addressees",
    "answer",
    "candidates",
    "end",
    "find",
    "note_read",
    "read",
    "remind",
    "send",
]
