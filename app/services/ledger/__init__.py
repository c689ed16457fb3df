"""The ledger: every object on every grid, who answers there and who looks after it (S1-33)."""

from app.services.ledger.accounts import open_account
from app.services.ledger.commands import AddObject, EditObject, ObjectFilters, ObjectQuery
from app.services.ledger.credit_codes import warning as credit_code_warning
from app.services.ledger.editing import add_object, edit_object
from app.services.ledger.finding import (
    FoundObject,
    ObjectPage,
    ObjectRef,
    objects,
    read_object,
    refs,
)

__all__ = [
    "AddObject",
    "EditObject",
    "FoundObject",
    "ObjectFilters",
    "ObjectPage",
    "ObjectQuery",
    "ObjectRef",
    "add_object",
    "credit_code_warning",
    "edit_object",
    "objects",
    "open_account",
    "read_object",
    "refs",
]
