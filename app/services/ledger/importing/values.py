"""Values of a row: as JSON has them, as the object has them, as they would be sent to it."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.models.supervised_object import DualPrevention, ObjectKind, SmallKind, SupervisedObject
from app.services.ledger import changing
from app.services.ledger.importing.beside import BASES, NAMES, Beside
from app.services.ledger.importing.papers import say_as_before

_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "kind": ObjectKind,
    "small_kind": SmallKind,
    "dual_prevention": DualPrevention,
    "grid_id": UUID,
    "bundle_id": UUID,
    "cadre_id": UUID,
    "closed_on": date.fromisoformat,
}
POSITION = frozenset({"lat", "lon"})  # one thing in two fields


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the object has them, from how JSON has them."""
    return {
        name: _TYPED[name](value) if name in _TYPED and value is not None else value
        for name, value in values.items()
    }


def as_it_is(there: SupervisedObject, names: Collection[str], beside: Beside) -> dict[str, Any]:
    """As JSON has it."""
    return {
        name: beside.of(name) if name in NAMES else changing.plain(getattr(there, name))
        for name in names
    }


def sent_to(there: SupervisedObject, values: Mapping[str, Any], beside: Beside) -> dict[str, Any]:
    """All that a row says of what is there; a cell that came back as it went out says nothing."""
    sent = {**typed(values), "closed_on": None}
    if "extra" in sent:
        sent["extra"] = {**there.extra, **sent["extra"]}
    cells = {"licences": beside.licences, "key_persons": there.key_persons, "units": there.units}
    for field, now in cells.items():
        if field in sent and say_as_before(field, sent[field], now):
            del sent[field]
    return {
        name: value for name, value in sent.items() if name not in BASES or value != beside.of(name)
    }
