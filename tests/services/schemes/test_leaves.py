"""In schemes whose enterprises are grids, one is a grid at once and moves with its line (S4-28)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid
from app.models.audit import AuditEntry
from app.models.grid import Grid, GridKind
from app.models.grid_revision import RevisionCause, RevisionKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind
from app.services import access, divisions, ledger, places
from app.services.access import Actor
from app.services.audit import Kind
from app.services.ledger import AddObject, Because, EditObject, MoveObject
from app.services.schemes import Part
from tests import factories, sheets
from tests.actors import actor_of
from tests.cases import case
from tests.services.ledger.office import Office
from tests.services.schemes import ground

MOVE = "改归另一条线"
BECAUSE = Because(reason="搬走了")


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


async def on_grid(session: AsyncSession, grid: Grid, **more: Any) -> SlotAssignment:
    head = await factories.person(session, name="企业负责人")
    slot = SlotAssignment(
        grid_id=grid.id, person_id=head.id, role=SlotRole.DIRECT_RESPONSIBLE, title="",
        **{"starts_on": access.today() - timedelta(days=9), **more},
    )  # fmt: skip
    session.add(slot)
    await session.flush()
    return slot


async def test_the_leaf_ends_with_its_enterprise_and_its_line_takes_over(
    session: AsyncSession, county: Any
) -> None:
    firm, today = await added(session, county), access.today()
    leaf = await leaf_of(session, firm.id)
    assert leaf
    running = await on_grid(session, leaf)
    planned = await on_grid(session, leaf, starts_on=today + timedelta(days=30))
    await ledger.close_object(session, county.actor, firm.id, BECAUSE)
    assert (leaf.valid_to, running.ends_on) == (today, today)
    assert await session.get(SlotAssignment, planned.id, populate_existing=True) is None
    known = await places.known_grids(session)
    assert places.heir_of(known, leaf.id, today + timedelta(days=1)).id == county.first.id
    query = select(AuditEntry.kind).where(AuditEntry.subject_id == str(leaf.id))
    assert Kind.GRID_EDITED in set(await session.scalars(query))
    found = await divisions.revisions(session, county.actor)
    assert {one.row.kind for one in found if one.row.cause is RevisionCause.LEDGER} == {
        RevisionKind.ADDED, RevisionKind.ENDED,
    }  # fmt: skip


async def test_it_is_a_grid_again_once_it_is_open_again(session: AsyncSession, county: Any) -> None:
    firm = await added(session, county)
    leaf = await leaf_of(session, firm.id)
    assert leaf
    await ledger.close_object(session, county.actor, firm.id, BECAUSE)
    again = await ground.put(session, "s4")
    assert [one.name for one in again.changes if one.part is Part.GRIDS and one.count] == []
    await ledger.reopen_object(session, county.actor, firm.id, BECAUSE)
    assert (leaf.valid_to, leaf.parent_id) == (None, county.first.id)


async def test_what_the_county_has_ended_before_stays_ended(
    session: AsyncSession, county: Any
) -> None:
    firm = await added(session, county)
    leaf = await leaf_of(session, firm.id)
    assert leaf
    leaf.valid_from = leaf.valid_to = access.today() - timedelta(days=5)
    await session.flush()
    await ledger.close_object(session, county.actor, firm.id, BECAUSE)
    await ledger.reopen_object(session, county.actor, firm.id, BECAUSE)
    assert leaf.valid_to == access.today() - timedelta(days=5)


@pytest.mark.parametrize(
    ("what", "said"), [("case", "案件"), ("place", "场所"), ("grid", "下面"), ("post", "负责")]
)
async def test_nothing_alive_is_left_on_a_leaf_that_ends(
    session: AsyncSession, county: Any, what: str, said: str
) -> None:
    firm = await added(session, county)
    leaf = await leaf_of(session, firm.id)
    assert leaf
    body = await session.get_one(Organization, county.first.organization_id)
    if what == "case":
        finder = await factories.person(session, name="上报人")
        there: Any = SimpleNamespace(
            grids=[leaf], villages=[body], townships=[body], gridworker=finder
        )
        await case(session, there)
    elif what == "place":
        await factories.place(session, "院里小店", leaf)
    elif what == "grid":
        await factories.grid(session, body, leaf)
    else:
        await factories.person(session, Role.GRIDWORKER, body, leaf)
    with pytest.raises(Invalid) as refused:
        await ledger.close_object(session, county.actor, firm.id, BECAUSE)
    assert said in refused.value.details["reason_zh"]
    assert refused.value.problem()["fields"] == ["closed_on"]
    assert leaf.valid_to is None
