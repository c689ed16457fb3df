"""资料库: documents of bodies, grids, places – kept, filed, due again, published (decision 73)."""

from app.services.library.commands import (
    DecideKind,
    KeepDocument,
    LibraryFilters,
    LibraryQuery,
    OwedFilters,
    OwedQuery,
    ReviseDocument,
    StepDocument,
)
from app.services.library.files import receive
from app.services.library.keeping import keep, revise
from app.services.library.kinds import Kind, decide, known
from app.services.library.owed import Cell, OwedPage, OwedRow
from app.services.library.owed import find as find_owed
from app.services.library.reach import may_keep
from app.services.library.reading import (
    FoundDocument,
    LibraryPage,
    WholeDocument,
    fetch,
    find,
    read,
)
from app.services.library.reminding import remind
from app.services.library.stepping import step
from app.services.library.sweeping import JOB as REMOVE_FILES
from app.services.library.sweeping import is_unnamed, sweep
from app.services.library.sweeping import remove as remove_files
from app.services.library.telling import JOB as TELL
from app.services.library.telling import tell_audience

__all__ = [
    "REMOVE_FILES",
    "TELL",
    "Cell",
    "DecideKind",
    "FoundDocument",
    "KeepDocument",
    "Kind",
    "LibraryFilters",
    "LibraryPage",
    "LibraryQuery",
    "OwedFilters",
    "OwedPage",
    "OwedQuery",
    "OwedRow",
    "ReviseDocument",
    "StepDocument",
    "WholeDocument",
    "decide",
    "fetch",
    "find",
    "find_owed",
    "is_unnamed",
    "keep",
    "known",
    "may_keep",
    "read",
    "receive",
    "remind",
    "remove_files",
    "revise",
    "step",
    "sweep",
    "tell_audience",
]
