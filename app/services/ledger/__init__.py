"""The ledger: every object on every grid, who answers there and who looks after it (S1-33)."""

from app.services.ledger import exporting, importing
from app.services.ledger.accounts import open_account
from app.services.ledger.cadres import Candidate, assign_cadre, candidates_of
from app.services.ledger.changing import Told
from app.services.ledger.collecting import Collected, collect
from app.services.ledger.commands import (
    AddObject,
    AssignCadre,
    Because,
    ChangeMembers,
    CollectObject,
    DefineField,
    EditObject,
    FieldKey,
    MoveObject,
    ObjectFilters,
    ObjectQuery,
    ReopenObject,
    RevealContact,
    SuperviseObject,
    TakeIn,
)
from app.services.ledger.contacts import reveal_contact
from app.services.ledger.credit_codes import warning as credit_code_warning
from app.services.ledger.deciding import accept_proposal, return_proposal
from app.services.ledger.drawing import draw, within_reach
from app.services.ledger.editing import add_object, edit_object
from app.services.ledger.fields import define_field, own_fields
from app.services.ledger.finding import (
    FoundObject,
    ObjectCounts,
    ObjectPage,
    ObjectRef,
    counts,
    gaps,
    objects,
    read_object,
    refs,
)
from app.services.ledger.life import (
    carry,
    close_object,
    confirm_object,
    left_places,
    move_object,
    open_on,
    reopen_object,
    return_object,
    supervise_object,
)
from app.services.ledger.membership import change_members
from app.services.ledger.proposing import Proposed
from app.services.ledger.reach import Runner, is_within
from app.services.ledger.reading import WholeObject, history, read_whole, units_of
from app.services.ledger.registers import (
    Register,
    Registered,
    RegisterFilters,
    RegisterPage,
    RegisterQuery,
    register,
)
from app.services.ledger.sectors import divisions, is_small
from app.services.ledger.units import Unit

__all__ = [
    "AddObject",
    "AssignCadre",
    "Because",
    "Candidate",
    "ChangeMembers",
    "CollectObject",
    "Collected",
    "DefineField",
    "EditObject",
    "FieldKey",
    "FoundObject",
    "MoveObject",
    "ObjectCounts",
    "ObjectFilters",
    "ObjectPage",
    "ObjectQuery",
    "ObjectRef",
    "Proposed",
    "Register",
    "RegisterFilters",
    "RegisterPage",
    "RegisterQuery",
    "Registered",
    "ReopenObject",
    "RevealContact",
    "Runner",
    "SuperviseObject",
    "TakeIn",
    "Told",
    "Unit",
    "WholeObject",
    "accept_proposal",
    "add_object",
    "assign_cadre",
    "candidates_of",
    "carry",
    "change_members",
    "close_object",
    "collect",
    "confirm_object",
    "counts",
    "credit_code_warning",
    "define_field",
    "divisions",
    "draw",
    "edit_object",
    "exporting",
    "gaps",
    "history",
    "importing",
    "is_small",
    "is_within",
    "left_places",
    "move_object",
    "objects",
    "open_account",
    "open_on",
    "own_fields",
    "read_object",
    "read_whole",
    "refs",
    "register",
    "reopen_object",
    "return_object",
    "return_proposal",
    "reveal_contact",
    "supervise_object",
    "units_of",
    "within_reach",
]
