"""Whose a document may be: bodies, grids and places of the actor's own, to be chosen by name."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor
from app.services.library import reach

_MOST = 20  # of each kind: whoever looks for another one writes more of its name


class Whose(StrEnum):
    BODY = "body"
    GRID = "grid"
    PLACE = "place"


@dataclass(frozen=True)
class OwnerFound:
    id: UUID
    name: str
    whose: Whose


async def find(session: AsyncSession, actor: Actor, words: str) -> list[OwnerFound]:
    """In the order of codes and names; nothing for somebody who may not keep documents."""
    if not reach.may_keep(actor):
        return []
    asked = (
        (Whose.BODY, _bodies(actor)),
        (Whose.GRID, _grids(actor)),
        (Whose.PLACE, _places(actor)),
    )
    found = []
    for whose, query in asked:
        named = query.selected_columns[1].icontains(words, autoescape=True)
        rows = await session.execute(query.where(named).limit(_MOST))
        found += [OwnerFound(id_, name, whose) for id_, name in rows]
    return found


Found = Select[*tuple[Any, ...]]


def _bodies(actor: Actor) -> Found:
    """One's own before the others."""
    is_mine = Organization.id.in_(actor.body_ids)
    return (
        select(Organization.id, Organization.short_name)
        .where(
            Organization.is_active,
            Organization.kind != OrganizationKind.ENTERPRISE,
            reach.own_bodies(actor),
        )
        .order_by(is_mine.desc(), Organization.code, Organization.name)
    )


def _grids(actor: Actor) -> Found:
    query = select(Grid.id, Grid.name).where(places.is_in_force(access.today()))
    return query.where(reach.own_grids(actor)).order_by(Grid.official_code, Grid.name)


def _places(actor: Actor) -> Found:
    is_open = SupervisedObject.closed_on.is_(None)
    return (
        select(SupervisedObject.id, SupervisedObject.name)
        .where(SupervisedObject.confirmed_at.is_not(None), is_open, reach.own_objects(actor))
        .order_by(SupervisedObject.name, SupervisedObject.id)
    )
