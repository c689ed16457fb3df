"""In schemes whose enterprises are grids, one is a grid at once and moves with its line (S4-28)."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.supervised_object import ObjectKind
from app.services import ledger
from app.services.access import Actor
from app.services.ledger import AddObject, EditObject, MoveObject
from app.services.schemes import Part
from tests import factories, sheets
from tests.actors import actor_of
from tests.services.ledger.office import Office
from tests.services.schemes import ground

MOVE = "改归另一条线"


async def lines_of(session: AsyncSession) -> list[Grid]:
    kinds = select(Grid).where(Grid.kind == GridKind.EXCLUSIVE).order_by(Grid.name, Grid.id)
    return list(await session.scalars(kinds))


async def leaf_of(session: AsyncSession, body_id: Any) -> Grid | None:
    found: Grid | None = await session.scalar(select(Grid).where(Grid.organization_id == body_id))
    return found


@pytest.fixture
async def county(session: AsyncSession, settings: Settings) -> Any:
    await ground.put(session, "s4")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    admin = await factories.person(session, Role.ADMINISTRATOR, centre)
    first, second, *_ = await lines_of(session)
    actor: Actor = await actor_of(session, settings, admin)
    return SimpleNamespace(actor=actor, first=first, second=second)


async def added(session: AsyncSession, county: Any, **fields: Any) -> Any:
    command = AddObject(**{"name": "长运公司", "grid_id": county.first.id, **fields})
    return (await ledger.add_object(session, county.actor, command)).found.object


async def test_an_enterprise_of_a_line_is_a_grid_at_once(
    session: AsyncSession, county: Any
) -> None:
    firm = await added(session, county)
    leaf = await leaf_of(session, firm.organization_id)
    assert leaf
    assert (leaf.kind, leaf.parent_id, leaf.name) == (
        GridKind.EXCLUSIVE,
        county.first.id,
        "长运公司",
    )
    again = await ground.put(session, "s4")  # makes no second one
    assert [one.name for one in again.changes if one.part is Part.GRIDS] == []


async def test_an_enterprise_of_a_sheet_is_one_too(session: AsyncSession, county: Any) -> None:
    """Nobody opens the accounts of hundreds of rows one by one afterwards."""
    office = Office(session, None, county.actor)  # type: ignore[arg-type]  # of s4, not the usual
    body = await session.get_one(Organization, county.first.organization_id)
    line = {"名称": "长运公司", "所属村（社区）": body.name, "网格": county.first.name}
    batch = await office.take_in(await office.send(sheets.book([line], list(line))))
    assert (batch.added, batch.wrong) == (1, 0)
    (firm,) = await office.objects()
    leaf = await leaf_of(session, firm.organization_id)
    assert leaf
    assert (leaf.kind, leaf.parent_id, leaf.name) == (
        GridKind.EXCLUSIVE,
        county.first.id,
        "长运公司",
    )


async def test_an_account_makes_the_leaf_of_what_was_there_before(
    session: AsyncSession, county: Any
) -> None:
    firm = await factories.place(session, "老公司", county.first)
    assert await leaf_of(session, firm.id) is None
    for _ in range(2):
        await ledger.open_account(session, county.actor, firm.id)
    assert await leaf_of(session, firm.id) is not None


async def test_the_leaf_goes_with_its_enterprise(session: AsyncSession, county: Any) -> None:
    firm = await added(session, county)
    there = MoveObject(grid_id=county.second.id, reason=MOVE)
    await ledger.move_object(session, county.actor, firm.id, there)
    await ledger.edit_object(session, county.actor, firm.id, EditObject(name="长运集团"))
    leaf = await leaf_of(session, firm.id)
    assert leaf
    assert (leaf.parent_id, leaf.name) == (county.second.id, "长运集团")


async def test_only_enterprises_of_lines_are_grids(session: AsyncSession, county: Any) -> None:
    site = await added(session, county, kind=ObjectKind.PROJECT)
    assert site.organization_id is None
    await ground.put(session, "s3")  # its enterprises are no grids
    firm = await added(session, county, name="另一家")
    assert firm.organization_id is None
