"""Who is, was and will be in the places of a grid: assignments, and posts of the ground."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import access

_POSTS = {Role.GRIDWORKER: SlotRole.GRIDWORKER, Role.GRID_CHIEF: SlotRole.GRID_CHIEF}


@dataclass(frozen=True)
class Holder:
    """`assignment_id` None: by a post, which is edited with the person."""

    grid_id: UUID
    role: SlotRole
    person_id: UUID
    name: str
    title: str
    starts_on: date
    ends_on: date | None
    assignment_id: UUID | None
    is_enabled: bool  # the account is not switched off

    def is_in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


async def holders(session: AsyncSession, grid_ids: Collection[UUID]) -> dict[UUID, list[Holder]]:
    """By grid; those of today and later first, then the past, newest first."""
    assigned = (await session.execute(_assigned(grid_ids))).all()
    posted = (await session.execute(_posted(grid_ids))).all()
    found: dict[UUID, list[Holder]] = {}
    for row in assigned:
        found.setdefault(row.grid_id, []).append(Holder(*row))  # the columns in its order
    for row in posted:
        grid_id, role, *rest = row
        found.setdefault(grid_id, []).append(Holder(grid_id, _POSTS[role], *rest))
    day = access.today()
    for rows in found.values():
        rows.sort(key=lambda one: one.starts_on, reverse=True)
        rows.sort(key=lambda one: one.ends_on is not None and one.ends_on < day)
    return found


def _assigned(grid_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            SlotAssignment.grid_id,
            SlotAssignment.role,
            SlotAssignment.person_id,
            Person.name,
            SlotAssignment.title,
            SlotAssignment.starts_on,
            SlotAssignment.ends_on,
            SlotAssignment.id,
            Person.disabled_at.is_(None),
        )
        .join(Person, Person.id == SlotAssignment.person_id)
        .where(SlotAssignment.grid_id.in_(grid_ids))
        .order_by(SlotAssignment.role, Person.name)
    )


def _posted(grid_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Post.grid_id,
            Post.role,
            Post.person_id,
            Person.name,
            literal("").label("title"),
            Post.starts_on,
            Post.ends_on,
            literal(None).label("assignment_id"),
            Person.disabled_at.is_(None),
        )
        .join(Person, Person.id == Post.person_id)
        .where(Post.grid_id.in_(grid_ids), Post.role.in_(_POSTS))
        .order_by(Post.role, Person.name)
    )
