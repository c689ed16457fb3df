"""Changes of the division into grids: drafted, decided, filed (S1-4, S1-5, S2-16)."""

from app.services.divisions.answering import answer
from app.services.divisions.carrying import carry_due
from app.services.divisions.commands import (
    AnswerDraft,
    ChangeDivision,
    DivisionProposal,
    FileChange,
    FileRevision,
    FilingQuery,
    HandInDraft,
    MendDraft,
    Target,
    UndoChange,
)
from app.services.divisions.deciding import change
from app.services.divisions.drafting import hand_in, mend, withdraw
from app.services.divisions.drafts import DraftLine, FoundDraft, Sketch
from app.services.divisions.drafts import find as drafts_of
from app.services.divisions.drafts import one as draft
from app.services.divisions.exporting import export
from app.services.divisions.filing import file
from app.services.divisions.hindering import Hindrance
from app.services.divisions.packing import package
from app.services.divisions.previewing import Outlook, Share, preview
from app.services.divisions.reading import (
    ChangePage,
    FoundChange,
    Ground,
    Part,
    change_page,
    changes,
    ground,
)
from app.services.divisions.refusing import CannotBeUndone, NotAsRead
from app.services.divisions.revisions import (
    FoundRevision,
    RevisionPage,
    file_revision,
    revision_page,
    revisions,
)
from app.services.divisions.undoing import Undoing, look, undo

__all__ = [
    "AnswerDraft",
    "CannotBeUndone",
    "ChangeDivision",
    "ChangePage",
    "DivisionProposal",
    "DraftLine",
    "FileChange",
    "FileRevision",
    "FilingQuery",
    "FoundChange",
    "FoundDraft",
    "FoundRevision",
    "Ground",
    "HandInDraft",
    "Hindrance",
    "MendDraft",
    "NotAsRead",
    "Outlook",
    "Part",
    "RevisionPage",
    "Share",
    "Sketch",
    "Target",
    "UndoChange",
    "Undoing",
    "answer",
    "carry_due",
    "change",
    "change_page",
    "changes",
    "draft",
    "drafts_of",
    "export",
    "file",
    "file_revision",
    "ground",
    "hand_in",
    "look",
    "mend",
    "package",
    "preview",
    "revision_page",
    "revisions",
    "undo",
    "withdraw",
]
