"""Objects through their life: every field's history, confirmation, moves, departments, closing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.api import shapes
from app.config import Settings
from app.errors import Invalid, NotFound, NotPermitted
from app.models.hazard import State
from app.models.ledger import Basis, FieldKind
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, ledger
from app.services.access import Actor
from app.services.ledger import (
    AddObject,
    Because,
    DefineField,
    EditObject,
    MoveObject,
    ObjectQuery,
    ReopenObject,
    SuperviseObject,
    sectors,
)
from tests import factories
from tests.actors import actor_of
from tests.factories import County
from tests.services.test_organizations import hazard
from tests.statements import counted

SPOT: dict[str, Any] = {"lat": 34.5, "lon": 117.7}
GONE, BACK = Because(reason="已经关门"), ReopenObject(reason="又开门了")


@dataclass(frozen=True)
class Scene:
    county: County
    township: Actor
    clerk: Actor
    handler: Actor
    shop: SupervisedObject


@pytest.fixture
async def scene(session: AsyncSession, settings: Settings) -> Scene:
    county = await factories.county(session)
    township, clerk, handler = [
        await actor_of(session, settings, person)
        for person in (county.township_officer, county.clerk, county.handler)
    ]
    shop = await factories.place(
        session, "运河饭馆", county.grids[0], contact_name="王老板", contact_phone="13812341234"
    )
    return Scene(county, township, clerk, handler, shop)


async def lines(session: AsyncSession, scene: Scene) -> list[tuple[str, Any, Any, str]]:
    told = shapes.object_changes(await ledger.history(session, scene.clerk, scene.shop.id))
    return [(line.field, line.old, line.new, line.reason) for line in told]


async def test_every_field_has_a_history_with_personal_values_masked(
    session: AsyncSession, scene: Scene
) -> None:
    first = EditObject(staff_count=12, contact_phone="13900001111", division="H62")
    await ledger.edit_object(session, scene.township, scene.shop.id, first)
    await ledger.edit_object(session, scene.clerk, scene.shop.id, EditObject(staff_count=15))
    await ledger.edit_object(session, scene.clerk, scene.shop.id, EditObject(staff_count=15))
    assert await lines(session, scene) == [
        ("staff_count", 12, 15, ""),
        ("division", None, "H62", ""),
        ("staff_count", None, 12, ""),
        ("contact_phone", "138****1234", "139****1111", ""),
    ]
    (newest, *_) = await ledger.history(session, scene.clerk, scene.shop.id)
    assert newest.by == "李文书"


async def test_licences_and_key_persons_are_replaced_as_a_whole(
    session: AsyncSession, scene: Scene
) -> None:
    soon = access.today() + timedelta(days=20)
    command = EditObject.model_validate(
        {
            "licences": [
                {"kind": "营业执照", "number": "9237"},
                {"kind": "食品经营许可证", "number": "JY1", "expires_on": soon},
            ],
            "key_persons": [{"duty": "安全管理员", "name": "李安", "phone": "13700001111"}],
        }
    )
    view = shapes.object_view(
        await ledger.edit_object(session, scene.township, scene.shop.id, command)
    )
    assert view.detail
    assert [paper.kind for paper in view.detail.licences] == ["食品经营许可证", "营业执照"]
    assert [one.name for one in view.detail.key_persons] == ["李安"]
    history = await lines(session, scene)
    assert {line[0] for line in history} == {"licences", "key_persons"}
    assert "李安" not in str(history)
    assert "13700001111" not in str(history)
    for days, many in ((19, 0), (20, 1)):
        page = await ledger.objects(session, scene.township, ObjectQuery(licence_ends_within=days))
        assert len(page.items) == many
    await ledger.edit_object(session, scene.township, scene.shop.id, command)
    assert len(await lines(session, scene)) == len(history)


async def test_what_a_phone_collected_is_confirmed_once(
    session: AsyncSession, scene: Scene
) -> None:
    scene.shop.confirmed_at = None
    await session.flush()
    waiting = ObjectQuery(is_confirmed=False)
    page = await ledger.objects(session, scene.clerk, waiting)
    assert [found.object.id for found in page.items] == [scene.shop.id]
    for _ in range(2):
        done = await ledger.confirm_object(session, scene.clerk, scene.shop.id)
        assert done.confirmed_by == "李文书"
    assert await lines(session, scene) == [("confirmed", False, True, "")]
    assert (await ledger.objects(session, scene.clerk, waiting)).items == []


async def test_a_bundle_moves_with_its_members(session: AsyncSession, scene: Scene) -> None:
    county = scene.county
    other = await factories.grid(session, county.villages[0], name="二网格")
    bundle = await factories.place(session, "沿街", county.grids[0], kind=ObjectKind.BUNDLE)
    scene.shop.bundle_id = bundle.id
    await session.flush()
    move = MoveObject(grid_id=other.id, reason="网格调整")
    done = await ledger.move_object(session, scene.township, bundle.id, move)
    assert [member.name for member in done.members] == ["运河饭馆"]
    assert (scene.shop.grid_id, scene.shop.bundle_id) == (other.id, bundle.id)
    assert (await lines(session, scene))[0] == ("grid", county.grids[0].name, "二网格", "网格调整")
    back = MoveObject(grid_id=county.grids[0].id, reason="搬回来")
    await ledger.move_object(session, scene.township, scene.shop.id, back)
    assert scene.shop.bundle_id is None


async def test_a_grid_that_has_ended_takes_nothing_in(session: AsyncSession, scene: Scene) -> None:
    """On its last day it still does; what lies on it is corrected and moved away."""
    village, today = scene.county.villages[0], access.today()
    over = await factories.grid(session, village, name="旧", valid_to=today - timedelta(days=1))
    left = await factories.place(session, "留下的店", over)
    new = AddObject(name="新店", address="运河街 1 号", sector="餐饮", grid_id=over.id)
    with pytest.raises(Invalid) as refused:
        await ledger.add_object(session, scene.township, new)
    assert refused.value.fields == ["grid_id"]
    assert "已经撤销" in refused.value.problem()["zh"]
    there = MoveObject(grid_id=over.id, reason="搬家")
    with pytest.raises(Invalid) as refused:
        await ledger.move_object(session, scene.township, scene.shop.id, there)
    assert refused.value.fields == ["grid_id"]
    assert scene.shop.grid_id != over.id
    await ledger.move_object(session, scene.township, left.id, there)  # it is there
    await ledger.edit_object(session, scene.township, left.id, EditObject(products="面"))
    assert (left.grid_id, left.products) == (over.id, "面")
    over.valid_to = today
    await session.flush()
    await ledger.move_object(session, scene.township, scene.shop.id, there)
    assert scene.shop.grid_id == over.id


async def bundle_with_the_shop(session: AsyncSession, scene: Scene) -> SupervisedObject:
    ground = scene.county.grids[0]
    bundle = await factories.place(session, "沿街", ground, kind=ObjectKind.BUNDLE)
    scene.shop.bundle_id = bundle.id
    await session.flush()
    return bundle


async def test_a_closed_bundle_leaves_nobody_behind(session: AsyncSession, scene: Scene) -> None:
    """Members of a bundle are not planned by themselves: somebody has to go there again."""
    bundle = await bundle_with_the_shop(session, scene)
    await ledger.close_object(session, scene.clerk, bundle.id, GONE)
    assert scene.shop.bundle_id is None
    assert await lines(session, scene) == [("bundle_id", str(bundle.id), None, GONE.reason)]
    back = EditObject(bundle_id=bundle.id)
    with pytest.raises(Invalid):
        await ledger.edit_object(session, scene.clerk, scene.shop.id, back)


async def test_what_is_no_bundle_any_more_has_no_members(
    session: AsyncSession, scene: Scene
) -> None:
    bundle = await bundle_with_the_shop(session, scene)
    named, other = EditObject(name="沿街店"), EditObject(kind=ObjectKind.THREE_SMALL_PLACE)
    await ledger.edit_object(session, scene.clerk, bundle.id, named)
    assert scene.shop.bundle_id == bundle.id
    await ledger.edit_object(session, scene.clerk, bundle.id, other)
    assert scene.shop.bundle_id is None
    assert [line[0] for line in await lines(session, scene)] == ["bundle_id"]


async def test_only_open_bundles_of_the_same_grid_take_members(
    session: AsyncSession, engine: AsyncEngine, scene: Scene
) -> None:
    county = scene.county
    bundle = await factories.place(session, "沿街", county.grids[0], kind=ObjectKind.BUNDLE)
    there = await factories.place(session, "邻镇街", county.grids[1], kind=ObjectKind.BUNDLE)
    for sent in (
        {"bundle_id": uuid4()},
        {"bundle_id": there.id},
        {"bundle_id": scene.shop.id},
        {"bundle_id": bundle.id, "kind": ObjectKind.BUNDLE},
    ):
        edit = EditObject.model_validate(sent)
        with pytest.raises(Invalid) as refused:
            await ledger.edit_object(session, scene.township, scene.shop.id, edit)
        assert refused.value.fields == ["bundle_id"]
    itself = EditObject(bundle_id=bundle.id, kind=ObjectKind.THREE_SMALL_PLACE)
    with pytest.raises(Invalid):
        await ledger.edit_object(session, scene.township, bundle.id, itself)
    joined = EditObject(bundle_id=bundle.id)
    with counted(engine) as statements:
        await ledger.edit_object(session, scene.township, scene.shop.id, joined)
    assert [line for line in statements if line.endswith("FOR SHARE")]  # nobody closes it meanwhile
    assert scene.shop.bundle_id == bundle.id


async def test_several_departments_answer_and_then_see_it(
    session: AsyncSession, scene: Scene
) -> None:
    fire, housing, _ = scene.county.departments
    with pytest.raises(NotFound):
        await ledger.history(session, scene.handler, scene.shop.id)
    links = [
        {"organization_id": fire.id, "basis": Basis.IN_CHARGE},
        {"organization_id": fire.id, "basis": Basis.LICENSING},
        {"organization_id": housing.id, "basis": Basis.LICENSING},
    ]
    command = SuperviseObject.model_validate({"departments": links})
    done = await ledger.supervise_object(session, scene.township, scene.shop.id, command)
    assert len(done.departments) == 3
    view = shapes.object_view(await ledger.read_whole(session, scene.handler, scene.shop.id))
    assert view.detail
    assert view.contact_phone == "13812341234"
    query = ObjectQuery(department_id=housing.id)
    assert len((await ledger.objects(session, scene.township, query)).items) == 1
    village = SuperviseObject.model_validate(
        {"departments": [{"organization_id": scene.county.villages[0].id, "basis": "licensing"}]}
    )
    with pytest.raises(NotFound):
        await ledger.supervise_object(session, scene.township, scene.shop.id, village)


async def test_details_stay_within_reach(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    stranger = await actor_of(session, settings, scene.county.stranger)
    view = shapes.object_view(await ledger.read_whole(session, stranger, scene.shop.id))
    assert (view.detail, view.contact_name) == (None, "王**")
    with pytest.raises(NotFound):
        await ledger.history(session, stranger, scene.shop.id)


async def test_an_object_is_closed_when_its_cases_are(session: AsyncSession, scene: Scene) -> None:
    case = await hazard(session, scene.county, enterprise_id=scene.shop.id, state=State.ASSIGNED)
    with pytest.raises(Invalid):
        await ledger.close_object(session, scene.clerk, scene.shop.id, GONE)
    case.state = State.ARCHIVED
    await session.flush()
    await ledger.close_object(session, scene.clerk, scene.shop.id, GONE)
    assert scene.shop.closed_on == access.today()
    await ledger.reopen_object(session, scene.clerk, scene.shop.id, BACK)
    assert [line[3] for line in await lines(session, scene)] == [BACK.reason, GONE.reason]


async def test_blind_spots_are_counted_and_listed(session: AsyncSession, scene: Scene) -> None:
    """The shop lacks a position and a department; the pond needs neither person nor department."""
    county = scene.county
    second = await factories.grid(session, county.villages[0], name="二网格")
    ended = access.today() - timedelta(days=1)
    third = await factories.grid(session, county.villages[0], name="旧网格", valid_to=ended)
    await factories.place(
        session, "水塘", second, kind=ObjectKind.KEY_LOCATION, lat=34.5, lon=117.7
    )
    await factories.place(session, "旧厂", third, contact_name="李", **SPOT)
    await factories.place(session, "邻镇店", county.grids[1])
    counts = await ledger.gaps(session, scene.township)
    assert (counts.pop("confirmation"), counts.pop("change")) == (0, 0)
    assert counts == {"gridworker": 2, "grid": 1, "department": 2, "position": 1, "person": 0}
    for lack, names in (
        ("gridworker", {"水塘", "旧厂"}),
        ("grid", {"旧厂"}),
        ("department", {"运河饭馆", "旧厂"}),
        ("position", {"运河饭馆"}),
        ("person", set()),
    ):
        query = ObjectQuery.model_validate({"lacks": lack})
        page = await ledger.objects(session, scene.township, query)
        assert {found.object.name for found in page.items} == names, lack


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"division": "F52", "area_m2": 300}, "小商店"),
        ({"division": "F52", "area_m2": 301}, None),
        ({"division": "H62", "seats": 100}, "小餐饮"),
        ({"division": "H62", "area_m2": 20}, None),
        ({"division": "P83", "beds": 50}, "小学校（幼儿园）"),
        ({"division": "P83", "seats": 501}, None),
        ({"division": "P83", "seats": 500}, "小学校（幼儿园）"),
        ({"division": "C33", "staff_count": 50}, "小生产加工企业"),
        ({"division": "B06", "staff_count": 3}, None),
        ({"area_m2": 20}, None),
    ],
)
def test_small_places_are_computed_from_sizes(facts: dict[str, Any], name: str | None) -> None:
    assert sectors.nine_small(SupervisedObject(**facts)) == name


def test_all_divisions_of_the_standard_are_there() -> None:
    """GB/T 4754-2017: 20 sections, 97 divisions, numbered through."""
    known = sectors.divisions()
    assert len({code[0] for code in known}) == 20
    assert [code[1:] for code in known] == [f"{number:02}" for number in range(1, 98)]


async def test_an_unknown_trade_is_refused(session: AsyncSession, scene: Scene) -> None:
    wrong = EditObject(division="C99")
    with pytest.raises(Invalid) as refused:
        await ledger.edit_object(session, scene.clerk, scene.shop.id, wrong)
    assert refused.value.fields == ["division"]


async def test_the_county_adds_columns_of_its_own(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    chief = await actor_of(session, settings, scene.county.administrator)
    choice = DefineField(name="用气方式", kind=FieldKind.CHOICE, options=["管道气", "瓶装气"])
    with pytest.raises(NotPermitted):
        await ledger.define_field(session, scene.township, "gas", choice)
    with pytest.raises(Invalid):
        await ledger.define_field(
            session, chief, "gas", DefineField(name="气", kind=FieldKind.CHOICE)
        )
    await ledger.define_field(session, chief, "gas", choice)
    await ledger.define_field(
        session, chief, "spent", DefineField(name="投入", kind=FieldKind.NUMBER)
    )
    with pytest.raises(Invalid):
        await ledger.define_field(session, chief, "gas", DefineField(name="用气"))
    filled = EditObject(extra={"gas": "瓶装气"})
    await ledger.edit_object(session, scene.clerk, scene.shop.id, filled)
    await ledger.edit_object(session, scene.clerk, scene.shop.id, EditObject(extra={"spent": 3}))
    assert scene.shop.extra == {"gas": "瓶装气", "spent": 3}
    for extra in ({"gas": "柴火"}, {"spent": "多"}, {"spent": True}, {"nothing": 1}):
        with pytest.raises(Invalid):
            await ledger.edit_object(session, scene.clerk, scene.shop.id, EditObject(extra=extra))


async def test_an_option_taken_away_stays_where_it_was_chosen(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    """Forms send every field; only what is filled in anew has to be among the options."""
    chief = await actor_of(session, settings, scene.county.administrator)
    for options in (["管道气", "瓶装气"], ["管道气"]):
        choice = DefineField(name="用气方式", kind=FieldKind.CHOICE, options=options)
        await ledger.define_field(session, chief, "gas", choice)
        scene.shop.extra = {"gas": "瓶装气"}
    for edit in (EditObject(staff_count=3), EditObject(extra={"gas": "瓶装气"}, staff_count=4)):
        await ledger.edit_object(session, scene.clerk, scene.shop.id, edit)
    assert (scene.shop.staff_count, scene.shop.extra) == (4, {"gas": "瓶装气"})
    there, gone = (EditObject(extra={"gas": gas}) for gas in ("管道气", "瓶装气"))
    await ledger.edit_object(session, scene.clerk, scene.shop.id, there)
    with pytest.raises(Invalid):
        await ledger.edit_object(session, scene.clerk, scene.shop.id, gone)


async def test_opening_accounts_is_history_too(session: AsyncSession, scene: Scene) -> None:
    opened = await ledger.open_account(session, scene.township, scene.shop.id)
    body = await session.get_one(Organization, scene.shop.id)
    assert opened.found.object.organization_id == body.id
    assert body.kind is OrganizationKind.ENTERPRISE
    assert [line[0] for line in await lines(session, scene)] == ["account"]


async def test_no_two_columns_of_the_county_have_one_name(
    session: AsyncSession, settings: Settings, scene: Scene
) -> None:
    chief = await actor_of(session, settings, scene.county.administrator)
    await ledger.define_field(session, chief, "gas", DefineField(name="用气方式"))
    with pytest.raises(Invalid) as refused:
        await ledger.define_field(session, chief, "fuel", DefineField(name="用气方式"))
    assert refused.value.fields == ["name"]
    again = DefineField(name="用气方式", position=3, is_active=False)
    assert (await ledger.define_field(session, chief, "gas", again)).position == 3


async def test_what_is_to_be_carried_is_read_as_it_is_once_it_is_locked(
    session: AsyncSession, scene: Scene
) -> None:
    """Who waited for the lock has the row in memory as it was before."""
    row, (here, there) = scene.shop, scene.county.grids
    moved = update(SupervisedObject).where(SupervisedObject.id == row.id).values(grid_id=there.id)
    await session.execute(moved.execution_options(synchronize_session=False))
    assert row.grid_id == here.id
    found = await ledger.open_on(session, [there.id], locked=True)
    assert [one.grid_id for one in found] == [there.id]
