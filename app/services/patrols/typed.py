"""Statements in words with the type of each value: a null or an empty list has none of its own."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, String, TextClause, Uuid, bindparam, text
from sqlalchemy.types import TypeEngine

_TYPES: dict[str, TypeEngine[Any]] = {
    "key": String(),
    "keys": ARRAY(String()),
    "role": String(),
    "slot": String(),
    "visiting": ARRAY(String()),
    "since": Date(),
    "until": Date(),
    "version": Uuid(),
    "start": Date(),
    "end": Date(),
    "first": Date(),
    "last": Date(),
    "today": Date(),
    "onto": Date(),
    "ordinal": BigInteger(),
    "days": ARRAY(Date()),
    "length": BigInteger(),
    "provisional": Boolean(),
    "kinds": ARRAY(String()),
    "only_key": Boolean(),
    "campaign": Uuid(),
    "status": String(),
    "grids": ARRAY(Uuid()),
    "sectors": ARRAY(String()),
    "sample": BigInteger(),
    "table": String(),
}


def typed(sql: str, values: dict[str, Any], **also: TypeEngine[Any]) -> TextClause:
    """With those of the values that it names. `also`: types of values that have several."""
    statement, types = text(sql), _TYPES | also
    used = values.keys() & statement.compile().params.keys()
    return statement.bindparams(*(bindparam(name, values[name], types[name]) for name in used))
