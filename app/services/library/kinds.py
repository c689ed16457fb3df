"""Kinds of documents: those of the preset, and what the county has decided otherwise (S1-59)."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.library import LibraryKind, Owner, Shelf
from app.services import presets
from app.services.access import Actor
from app.services.audit import Subject
from app.services.library.commands import DecideKind
from app.services.rules.changing import changed, require_editor, values

_DECIDED = ("name", "shelf", "owed_by", "is_filed", "every_months", "about", "is_active")


@dataclass(frozen=True)
class Kind:
    """`seed`: the requirement of a preset; empty = the county's own."""

    key: str
    name: str
    shelf: Shelf
    owed_by: tuple[Owner, ...] = ()
    is_filed: bool = False
    every_months: int | None = None
    about: str | None = None
    is_active: bool = True
    seed: str = ""

    @property
    def is_yearly(self) -> bool:
        """Asked for by year; else by how old the newest is."""
        return self.is_filed or self.every_months is None


async def known(session: AsyncSession) -> dict[str, Kind]:
    """By key: presets in their order, then the county's own by name."""
    found = {row["key"]: _kind(row) for row in presets.read("library")["kind"]}
    own = await session.scalars(select(LibraryKind).order_by(LibraryKind.name, LibraryKind.key))
    for row in own:
        seed = found[row.key].seed if row.key in found else ""
        found[row.key] = _kind({**values(row), "seed": seed})
    return found


async def decide(session: AsyncSession, actor: Actor, key: str, command: DecideKind) -> None:
    """Add a kind or change one; nothing that is kept changes with it."""
    require_editor(actor)
    kinds = await known(session)
    if command.about is not None and (command.about == key or command.about not in kinds):
        raise Invalid(
            fields=["about"],
            reason_zh="说的是哪一种资料？请从已有的种类里选。",
            reason_en="Choose the kind it is about from those that there are.",
        )
    row = await session.get(LibraryKind, key, with_for_update=True)
    before = values(row) if row else asdict(kinds[key]) if key in kinds else None
    if row is None:
        row = LibraryKind(key=key)
        session.add(row)
    given = command.model_dump()
    given["owed_by"] = [owner.value for owner in Owner if owner in command.owed_by]
    for name in _DECIDED:
        setattr(row, name, given[name])
    await changed(session, actor, Subject("library_kind", key), _plain(before), values(row))


def _plain(before: dict[str, Any] | None) -> dict[str, Any] | None:
    if before is None:
        return None
    return {**before, "owed_by": [str(owner) for owner in before["owed_by"]]}


def _kind(row: dict[str, Any]) -> Kind:
    owed = tuple(Owner(owner) for owner in row.get("owed_by") or ())
    return Kind(**{**row, "shelf": Shelf(row["shelf"]), "owed_by": owed})
