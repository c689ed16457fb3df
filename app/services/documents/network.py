"""The responsibility network of a grid (责任网络图): S0-35, S0-42, S2-34.

From the county's grid down to this one, who has which place on each, what hangs below, and which
department has which kind of hazard here; of an enterprise, what it is made of. Names only: no
number stands on it.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid
from app.models.organization import Organization
from app.models.rules import Category, RoutingRule
from app.services import access, ledger, places, slots
from app.services.access import Actor
from app.services.documents.places import Manned, manned
from app.services.ledger import Unit


@dataclass(frozen=True)
class Node:
    grid: Grid
    runner: Organization
    manned: Manned


@dataclass(frozen=True)
class Competent:
    """A department and the kinds of hazards that go to it; `is_county`: not the township's own."""

    name: str
    is_county: bool
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """`chain`: from the top down to the grid itself. `parts`: what hangs directly below it.

    `units`: 科室、车间、班组、岗位 of the enterprise whose grid it is, as a tree.
    """

    chain: list[Node]
    parts: list[Node]
    departments: list[Competent]
    units: list[Unit]
    as_of: date


async def network(session: AsyncSession, actor: Actor, grid_id: UUID) -> Network:
    """NotFound: there is no such grid. What an enterprise is made of: for those within reach."""
    chain = await _chain(session, await slots.read_grid(session, grid_id))
    query = (
        select(Grid)
        .where(Grid.parent_id == grid_id, places.is_in_force(access.today()))
        .order_by(Grid.official_code.nulls_last(), Grid.name, Grid.id)
    )
    parts = [row for row in await session.scalars(query) if row not in chain]
    people = await manned(session, [row.id for row in (*chain, *parts)])
    runners = await places.by_id(session, {row.organization_id for row in (*chain, *parts)})
    nodes = {
        row.id: Node(row, runners[row.organization_id], people[row.id]) for row in (*chain, *parts)
    }
    return Network(
        chain=[nodes[row.id] for row in chain],
        parts=[nodes[row.id] for row in parts],
        departments=await _departments(session, nodes[grid_id].runner.within_id),
        units=await ledger.units_of(session, actor, nodes[grid_id].runner.id),
        as_of=access.today(),
    )


async def _chain(session: AsyncSession, grid: Grid) -> list[Grid]:
    """A tree that bites its own tail ends where it began."""
    chain = [grid]
    while (above := chain[0].parent_id) and above not in {row.id for row in chain}:
        chain.insert(0, await session.get_one(Grid, above))
    return chain


async def _departments(session: AsyncSession, township_id: UUID | None) -> list[Competent]:
    """The township's own first, then the county's, each in the order of the categories."""
    query = (
        select(Organization.name, Category.name, RoutingRule.township_id.is_(None))
        .join(Organization, Organization.id == RoutingRule.department_id)
        .join(Category, Category.code == RoutingRule.category_code)
        .where(Category.is_active, _counts_in(township_id))
        .order_by(RoutingRule.township_id.is_(None), Category.position, RoutingRule.id)
    )
    found: dict[tuple[str, bool], list[str]] = {}
    for name, category, is_county in await session.execute(query):
        found.setdefault((name, is_county), []).append(category)
    return [Competent(*key, tuple(dict.fromkeys(names))) for key, names in found.items()]


def _counts_in(township_id: UUID | None) -> ColumnElement[bool]:
    county = RoutingRule.township_id.is_(None)
    return county | (RoutingRule.township_id == township_id) if township_id else county
