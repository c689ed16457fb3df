"""In schemes whose enterprises are grids, one is a grid at once and moves with its line (S4-28)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid
from app.models.audit import AuditEntry
from app.models.grid import Grid, GridKind
from app.models.grid_revision import RevisionCause, RevisionKind
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Role
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind
from app.services import access, divisions, ledger, places
from app.services.access import Actor
from app.services.audit import Kind
from app.services.ledger import AddObject, Because, EditObject, MoveObject, ReopenObject
from app.services.schemes import Part
from tests import factories, sheets
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Freeze
from tests.services.ledger.office import Office
from tests.services.schemes import ground

ROLE = SlotRole.GRID_ADMIN
MOVE = "改归另一条线"
BECAUSE, AGAIN = Because(reason="搬走了"), ReopenObject(reason="又开门了")


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
        grid_id=grid.id, person_id=head.id, role=ROLE, title="",
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
    await ledger.reopen_object(session, county.actor, firm.id, AGAIN)
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
    await ledger.reopen_object(session, county.actor, firm.id, AGAIN)
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
        await case(session, there, village_id=None)  # a leaf is no village's
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


async def closed_with_people(session: AsyncSession, county: Any) -> SimpleNamespace:
    """Two in their places, one planned, one whose account is closed by now; the leaf has ended."""
    firm, today = await added(session, county), access.today()
    leaf = await leaf_of(session, firm.id)
    assert leaf
    stays = await on_grid(session, leaf)
    until = await on_grid(session, leaf, ends_on=today + timedelta(days=90))
    planned = await on_grid(session, leaf, starts_on=today + timedelta(days=30))
    gone = await on_grid(session, leaf)
    await on_grid(session, leaf, ends_on=today - timedelta(days=1))
    await ledger.close_object(session, county.actor, firm.id, BECAUSE)
    (await session.get_one(Person, gone.person_id)).disabled_at = clock.now()
    await session.flush()
    return SimpleNamespace(firm=firm, leaf=leaf, stays=stays, until=until, planned=planned)


async def reopen(session: AsyncSession, county: Any, at: Any, ids: list[Any]) -> None:
    command = ReopenObject(reason="又开门了", place_ids=ids)
    await ledger.reopen_object(session, county.actor, at.firm.id, command)


async def test_undone_at_once_everybody_is_back_in_the_same_rows(
    session: AsyncSession, county: Any
) -> None:
    at = await closed_with_people(session, county)
    left = await ledger.left_places(session, county.actor, at.firm.id)
    assert {one.ends_on for one in left} == {None, at.leaf.valid_to + timedelta(days=90)}
    assert len(left) == 3, "whose account is closed or who had gone before is not proposed"
    await reopen(session, county, at, [one.id for one in left])
    assert at.stays.ends_on is None
    assert at.until.ends_on == access.today() + timedelta(days=90)
    rows = list(
        await session.scalars(
            select(SlotAssignment).where(SlotAssignment.person_id == at.planned.person_id)
        )
    )
    assert [row.starts_on for row in rows] == [access.today() + timedelta(days=30)]
    assert not await ledger.left_places(session, county.actor, at.firm.id)


async def test_later_only_who_is_chosen_begins_anew(
    session: AsyncSession, county: Any, freeze: Freeze
) -> None:
    freeze("2026-11-23 08:00")
    at = await closed_with_people(session, county)
    freeze("2027-03-01 08:00")
    left = await ledger.left_places(session, county.actor, at.firm.id)
    people = {at.stays.person_id: at.stays, at.planned.person_id: at.planned}
    names = {(await session.get_one(Person, id_)).name for id_ in people}
    assert {one.name for one in left} == names, "the third would be over by now"
    assert {one.place for one in left} != {""}
    (row,) = [one for one in left if one.starts_on == access.today()][:1]
    await reopen(session, county, at, [row.id])
    query = select(SlotAssignment).where(
        SlotAssignment.grid_id == at.leaf.id, SlotAssignment.starts_on == access.today()
    )
    assert len(list(await session.scalars(query))) == 1
    assert at.stays.ends_on == at.leaf.valid_from


async def test_who_has_left_since_the_list_was_read_refuses_the_opening(
    session: AsyncSession, county: Any
) -> None:
    at = await closed_with_people(session, county)
    left = await ledger.left_places(session, county.actor, at.firm.id)
    (await session.get_one(Person, at.stays.person_id)).disabled_at = clock.now()
    await session.flush()
    with pytest.raises(ChangedMeanwhile):
        await reopen(session, county, at, [one.id for one in left])


async def test_nobody_is_given_back_unasked(session: AsyncSession, county: Any) -> None:
    at = await closed_with_people(session, county)
    await reopen(session, county, at, [])
    assert (at.leaf.valid_to, at.stays.ends_on) == (None, access.today())
