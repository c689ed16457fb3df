"""Ids and keys of what is there, by the names that parameters and fields have for them.

A column that points to a table names its rows (`holder_id`: organizations), and a table its own
(`hazard_id`). Names of which the tables know nothing stand below.
"""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.base import Base

MOST = 40  # of each, the first
Ids = dict[str, list[Any]]
AS = {
    "assignment_id": "slot_assignment_id",
    "assisting_ids": "organization_id",
    "category": "category_code",
    "change_id": "division_change_id",
    "checklist_id": "checklist_version_id",
    "device_id": "sign_in_id",
    "draft_id": "division_draft_id",
    "inspector_ids": "person_id",
    "joining_ids": "organization_id",
    "kind_key": "library_kind_key",
    "note_id": "body_note_id",
    "paper_id": "assessment_paper_id",
    "parent_id": "organization_id",
    "place_ids": "object_id",
    "proposal_id": "object_proposal_id",
    "record_id": "duty_record_id",
    "sha256": "checklist_picture_sha256",
    "task_id": "patrol_task_id",
    "to_body_ids": "organization_id",
    "view_id": "saved_view_id",
}
VAGUE = frozenset({"id", "ids", "seq", "code", "key"})  # of what, the name does not say
PREFIXES = ("to_", "from_", "corrected_")


def known(ids: Ids, name: str) -> list[Any]:
    """What exists and is called so: one of these goes where the name asks for one, or for many."""
    if name in VAGUE:
        return []
    meant = AS.get(name, name)
    for prefix in PREFIXES:
        meant = meant if meant in ids else meant.removeprefix(prefix)
    return ids.get(meant) or ids.get(meant.removesuffix("s")) or []


async def ids_of(connection: AsyncConnection) -> Ids:
    found: Ids = {}
    for name, column in _named().items():
        rows = await connection.scalars(select(column).distinct().order_by(column).limit(MOST))
        if kept := [one if isinstance(one, int) else str(one) for one in rows]:
            found[name] = kept
    return found


def _named() -> dict[str, ColumnElement[Any]]:
    named: dict[str, ColumnElement[Any]] = {}
    for mapper in Base.registry.mappers:
        keys = list(mapper.local_table.primary_key)
        if len(keys) == 1:
            named.setdefault(f"{_snake(mapper.class_.__name__)}_{keys[0].name}", keys[0])
        for column in mapper.local_table.columns:
            for pointer in column.foreign_keys:
                named.setdefault(column.name, pointer.column)
    return named


def _snake(name: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).removeprefix("_")
