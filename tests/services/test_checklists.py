"""Checklists: the presets are whole, an edit makes a version, versions never change."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted
from app.models.base import new_id
from app.models.checklist import Checklist, ItemKind
from app.models.event import Change
from app.models.supervised_object import ObjectKind
from app.models.supervised_object import ObjectKind as K
from app.services import checklists, presets
from app.services.access import Actor
from app.services.checklists import EditChecklist, Facts
from tests import factories
from tests.actors import actor_of

COMMUNITY, VILLAGE = "community-11+2", "village-9+1"


@pytest.fixture
async def administrator(session: AsyncSession, settings: Settings) -> Actor:
    county = await factories.county(session)
    return await actor_of(session, settings, county.administrator)


def a_list(**fields: Any) -> EditChecklist:
    items = [
        {"code": "A-1", "question": "门锁好了吗", "category_code": "fire"},
        {"code": "A-2", "question": "要办酒席", "kind": "report"},
    ]
    whole = {"name": "夜间巡查", "items": items, "change": "新清单", "based_on": 0, **fields}
    return EditChecklist.model_validate(whole)


def test_the_presets_hold_every_item_of_the_two_annexes_and_the_nine_aspects() -> None:
    lists = {preset["key"]: preset for preset in presets.checklist_presets()}
    codes = {key: [item["code"] for item in preset["item"]] for key, preset in lists.items()}
    kinds = {key: Counter(item["kind"] for item in preset["item"]) for key, preset in lists.items()}

    assert codes[COMMUNITY] == [*(f"SQ-{n:02}" for n in range(1, 12)), "SQ-D1", "SQ-D2"]
    assert kinds[COMMUNITY] == {"hazard": 11, "coverage": 2}
    assert codes[VILLAGE] == [*(f"NC-{n:02}" for n in range(1, 10)), "NC-R1", "NC-R2"]
    assert kinds[VILLAGE] == {"hazard": 9, "report": 2}
    assert kinds["nine-aspects"] == {"hazard": 9}
    assert {"enterprise-self-check", "leader-inspection", "transport-visit"} <= set(lists)


def test_every_preset_is_one_that_the_form_would_take() -> None:
    """So that a county can edit each of them without being told off for what we wrote."""
    categories = {row["code"] for row in presets.read("hazard_categories")["category"]}
    for preset in presets.checklist_presets():
        for item in preset["item"]:
            EditChecklist.model_validate(
                {
                    "name": preset["name"], "change": "x", "based_on": 1,
                    "applies_to": preset["applies_to"],
                    "items": [{
                        "code": item["code"], "question": item["question"], "kind": item["kind"],
                        "how_to": item["how_to"], "picture": item.get("picture"),
                        "category_code": item.get("category"),
                        "applies_to": item.get("applies_to", {}),
                    }],
                }
            )  # fmt: skip
            assert item["how_to"], item["code"]
            assert ("category" in item) == (item["kind"] == "hazard"), item["code"]
            assert item.get("category", "fire") in categories


@dataclass(frozen=True)
class Question:
    code: str
    applies_to: dict[str, Any]


@pytest.mark.parametrize(
    ("key", "place", "left_out"),
    [
        (COMMUNITY, Facts(K.INDIVIDUAL_BUSINESS, False, "H62", True), "SQ-10 SQ-D1 SQ-D2"),
        (COMMUNITY, Facts(K.INDIVIDUAL_BUSINESS, False, "F52", True), "SQ-02 SQ-10 SQ-D1 SQ-D2"),
        (COMMUNITY, Facts(K.HOUSEHOLD, False), "SQ-02 SQ-03 SQ-D1 SQ-D2"),
        (COMMUNITY, Facts(K.PUBLIC_FACILITY, False), "SQ-02 SQ-03 SQ-10 SQ-D1"),
        (COMMUNITY, None, ""),
        (VILLAGE, Facts(K.HOUSEHOLD, False), "NC-03"),
        (VILLAGE, Facts(K.THREE_SMALL_PLACE, False, "F52", True), "NC-R1"),
        (VILLAGE, Facts(K.PROJECT, False, "E47"), "NC-03 NC-R1"),
    ],
)
def test_a_preset_asks_what_its_document_means_for_the_place(
    key: str, place: Facts | None, left_out: str
) -> None:
    """What the source says of restaurants, shops, let dwellings or bundles is asked there alone."""
    (preset,) = [each for each in presets.checklist_presets() if each["key"] == key]
    items = [Question(item["code"], item.get("applies_to", {})) for item in preset["item"]]
    asked = checklists.asked(items, place)
    assert " ".join(item.code for item in items if item not in asked) == left_out


async def test_loading_twice_adds_nothing_and_keeps_what_the_county_has_edited(
    session: AsyncSession, administrator: Actor
) -> None:
    await presets.load_base(session)
    await checklists.put(session, administrator, VILLAGE, a_list(based_on=1))

    await presets.load_base(session)

    found = await checklists.one(session, VILLAGE)
    assert (found.checklist.name, found.checklist.version) == ("夜间巡查", 2)
    assert [len(each.items) for each in await checklists.versions(session, VILLAGE)] == [2, 11]


async def test_other_questions_make_a_new_version_and_the_old_one_stays(
    session: AsyncSession, administrator: Actor
) -> None:
    first = (await checklists.put(session, administrator, "night", a_list())).newest
    again = await checklists.put(session, administrator, "night", a_list(based_on=1))
    renamed = await checklists.put(
        session, administrator, "night", a_list(based_on=1, name="夜查", is_active=False)
    )
    one = [{"code": "A-1", "question": "门锁好了没有", "category_code": "fire"}]
    edited = await checklists.put(
        session, administrator, "night", a_list(based_on=1, items=one, change="换个说法")
    )

    assert [found.newest.version.number for found in (again, renamed, edited)] == [1, 1, 2]
    kept = await checklists.version(session, first.version.id)
    assert [item.question for item in kept.items] == ["门锁好了吗", "要办酒席"]
    assert [item.question for item in edited.newest.items] == ["门锁好了没有"]
    assert edited.newest.made_by == administrator.name


async def test_phones_are_told_to_fetch_the_rules_again(
    session: AsyncSession, administrator: Actor
) -> None:
    await checklists.put(session, administrator, "night", a_list())
    assert list(await session.scalars(select(Change.kind))) == ["rules"]


async def test_who_has_not_seen_the_newest_version_does_not_overwrite_it(
    session: AsyncSession, administrator: Actor
) -> None:
    await checklists.put(session, administrator, "night", a_list())
    for based_on in (0, 2):
        with pytest.raises(ChangedMeanwhile):
            await checklists.put(session, administrator, "night", a_list(based_on=based_on))
    with pytest.raises(ChangedMeanwhile):
        await checklists.put(session, administrator, "unknown", a_list(based_on=3))


@pytest.mark.parametrize(
    "items",
    [
        [{"code": "A-1", "question": "一", "kind": "hazard"}],
        [{"code": "A-1", "question": "一", "category_code": "no_such"}],
        [{"code": "A-1", "question": "一", "kind": "report"}] * 2,
    ],
)
async def test_a_question_that_could_not_become_a_case_is_refused(
    session: AsyncSession, administrator: Actor, items: list[dict[str, Any]]
) -> None:
    with pytest.raises(Invalid):
        await checklists.put(session, administrator, "night", a_list(items=items))


async def test_only_the_administrator_edits(session: AsyncSession, settings: Settings) -> None:
    county = await factories.county(session)
    for person in (county.gridworker, county.county_officer, county.security):
        actor = await actor_of(session, settings, person)
        with pytest.raises(NotPermitted):
            await checklists.put(session, actor, "night", a_list())


async def test_what_is_not_there_is_not_found(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await checklists.one(session, "nothing")
    with pytest.raises(NotFound):
        await checklists.versions(session, "nothing")
    with pytest.raises(NotFound):
        await checklists.version(session, new_id())


async def test_new_tasks_get_the_newest_version_of_lists_that_are_in_use(
    session: AsyncSession, administrator: Actor
) -> None:
    found = await checklists.put(session, administrator, "night", a_list())
    assert await checklists.newest(session) == {"night": found.newest.version.id}
    await checklists.put(session, administrator, "night", a_list(based_on=1, is_active=False))
    assert await checklists.newest(session) == {}
    assert (await checklists.everything(session))[0].checklist.is_active is False


async def test_a_list_may_be_for_some_kinds_of_objects_only(
    session: AsyncSession, administrator: Actor
) -> None:
    wanted = {"kinds": ["ferry"]}
    await checklists.put(session, administrator, "night", a_list(applies_to=wanted))
    row = await session.get_one(Checklist, "night")
    assert row.applies_to == {"kinds": [ObjectKind.FERRY]}
    assert {kind.value for kind in ItemKind} == {"hazard", "report", "appeal", "coverage"}
