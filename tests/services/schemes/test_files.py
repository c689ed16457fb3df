"""The five files, and what is said about one that is wrong."""

import re
from pathlib import Path

import pytest

from app.errors import BrokenScheme, NotFound
from app.models.person import Role
from app.models.slot import SlotRole
from app.services import presets, schemes
from app.services.schemes import files
from app.services.schemes.shape import Scheme

CHECKLISTS = {row["key"] for row in presets.checklist_presets()}
# The county's own names, requirements §1.6 b: scheme, level, place → what it is called there.
NAMES = {
    ("s0", 2, SlotRole.SAFETY_RESPONSIBLE): "网格安全管理责任人",
    ("s0", 2, SlotRole.DIRECT_RESPONSIBLE): "直接管理责任人",
    ("s0", 2, SlotRole.GRID_ADMIN): "网格管理员",
    ("s0", 3, SlotRole.LINKED_LEADER): "网格挂点领导",
    ("s0", 3, SlotRole.DIRECT_RESPONSIBLE): "直接监管责任人",
    ("s1", 2, SlotRole.SAFETY_RESPONSIBLE): "网格安全监管责任人",
    ("s1", 3, SlotRole.LIAISON): "联系负责人",
    ("s1", 3, SlotRole.GRID_CHIEF): "网格长",
    ("s2", 2, SlotRole.SAFETY_RESPONSIBLE): "综治主任（主要负责人）",
    ("s2", 3, SlotRole.DIRECT_RESPONSIBLE): "安全生产专责人员",
    ("s2", 4, SlotRole.GUARANTOR_CADRE): "包保干部",
    ("s3", 1, SlotRole.DIRECT_RESPONSIBLE): "分管领导",
    ("s3", 3, SlotRole.GRIDWORKER): "网格员",
    ("s4", 1, SlotRole.GRID_CHIEF): "一级网格长",
    ("s4", 2, SlotRole.GRIDWORKER): "二级网格员",
}
# Frequency rules, requirements §1.6 a: scheme → key → (least count, period).
DUTIES = {
    "s0": {
        "F1": (1, "month"),
        "F2": (1, "month"),
        "F3": (2, "month"),
        "F4": (1, "week"),
        "F7": (1, "quarter"),
        "F13-assessment": (1, "year"),
    },
    "s1": {"F13-training": (1, "year")},
    "s2": {"F11": (1, "day"), "F12": (1, "day"), "F13-assessment": (1, "year")},
    "s3": {
        "F5": (1, "days_15"),
        "F8": (1, "month"),
        "F9": (1, "quarter"),
        "F13-assessment": (1, "year"),
    },
    "s4": {
        "F6": (1, "month"),
        "F7": (1, "quarter"),
        "F13-training": (1, "year"),
        "F13-assessment": (1, "year"),
        "F13-report": (1, "year"),
    },
}


def test_there_is_one_for_each_of_the_five_documents() -> None:
    assert {key: scheme.seed for key, scheme in schemes.available().items()} == {
        f"s{number}": f"S{number}" for number in range(5)
    }


@pytest.mark.parametrize(("at", "name"), NAMES.items())
def test_places_on_grids_have_the_names_of_their_document(
    at: tuple[str, int, SlotRole], name: str
) -> None:
    key, level, role = at
    slots = {(slot.level, slot.role): slot.name for slot in schemes.named(key).slot}
    assert slots[level, role] == name


@pytest.mark.parametrize("key", DUTIES)
def test_duties_are_those_of_their_document(key: str) -> None:
    scheme = schemes.named(key)
    told = {
        one.key: (one.min_count, one.period.value)
        for one in scheme.obligation
        if not one.is_proposal
    }
    assert told == DUTIES[key]
    assert all(one.seed.startswith(scheme.seed) for one in scheme.obligation)


# Where the document says 定期, or nothing of an enterprise's looks at itself: ours, to be decided.
PROPOSED = {
    "s0": set(),
    "s1": {"F4", "F5", "F5-households"},
    "s2": {"F4", "F5", "F5-households"},
    "s3": {"F4", "F10"},
    "s4": {"F4"},
}


@pytest.mark.parametrize("key", PROPOSED)
def test_what_a_document_leaves_open_is_marked_as_a_proposal(key: str) -> None:
    scheme = schemes.named(key)
    open_ones = {one.key: one for one in scheme.obligation if one.is_proposal}
    assert set(open_ones) == PROPOSED[key]
    assert all("本县定" in one.basis or "本市定" in one.basis or "参照" in one.basis
               for one in open_ones.values())  # fmt: skip


# Bodies and lines in the words of the document; no document says which category is whose.
SAID = {
    "s0": {"industry_bureau", "industry_bureau/civil_explosives"},
    "s1": set(),
    "s2": set(),
    "s3": set(),
    "s4": {
        "transport_enforcement", "transport_service", "passenger_office", "freight_office",
        "works_office", "line passenger", "line freight", "line works",
    },
}  # fmt: skip


@pytest.mark.parametrize("key", SAID)
def test_what_a_document_does_not_name_is_marked_as_a_proposal(key: str) -> None:
    scheme = schemes.named(key)
    marks = {
        **{one.key: one.is_proposal for one in (*scheme.department, *scheme.station)},
        **{one.key: one.is_proposal for one in scheme.office},
        **{f"{o.key}/{one.key}": one.is_proposal for o in scheme.office for one in o.section},
        **{f"line {one.key}": one.is_proposal for one in scheme.line},
    }
    assert {name for name, is_proposal in marks.items() if not is_proposal} == SAID[key]
    assert all(one.is_proposal for one in scheme.route)
    assert all(one.is_proposal for one in scheme.office_route)


@pytest.mark.parametrize("key", DUTIES)
def test_a_list_that_a_scheme_names_is_used_by_it(key: str) -> None:
    scheme = schemes.named(key)
    named = [one.checklist for one in scheme.obligation]
    used = {*named, *(row.checklist for row in scheme.checklist_for)} - {None}
    assert used == set(scheme.checklists)


@pytest.mark.parametrize("key", DUTIES)
def test_every_duty_says_the_words_it_rests_on(key: str) -> None:
    assert all(one.basis for one in schemes.named(key).obligation)


def test_every_frequency_rule_of_the_documents_is_somewhere() -> None:
    keys = {one.key for scheme in schemes.available().values() for one in scheme.obligation}
    assert {key.partition("-")[0] for key in keys} == {f"F{n}" for n in range(1, 14)}


@pytest.mark.parametrize("key", DUTIES)
def test_every_category_has_a_department_and_every_hop_a_time(key: str) -> None:
    scheme = schemes.named(key)
    categories = {row["code"] for row in presets.read("hazard_categories")["category"]}
    assert {route.category for route in scheme.route} == categories
    assert {one.hop.value for one in scheme.deadline if one.level is None} == {
        "triage", "sign_for", "rectify", "verify", "whole",
    }  # fmt: skip
    assert set(scheme.checklists.values()) <= CHECKLISTS
    assert all(len(name) <= 20 for name in scheme.labels.values())
    assert set(scheme.labels) <= set(Role)


def test_an_unknown_scheme_is_not_found() -> None:
    with pytest.raises(NotFound):
        schemes.named("s9")


WRONG = {
    "a key that does not exist": (
        'seed = "S3"', 'seed = "S3"\nsumarises = true', r"sumarises: Extra inputs"
    ),
    "a level that is not there": (
        "[[slot]]\nlevel = 3", "[[slot]]\nlevel = 4", r"slot\.level = '4'"
    ),
    "a checklist without an entry": (
        'seed = "S3-5"', 'seed = "S3-5"\nchecklist = "visit"', "obligation.checklist = 'visit'"
    ),
    "a period that nobody knows": (
        'period = "days_15"', 'period = "often"', r"obligation\.0\.period"
    ),
    "the same duty twice": ('key = "F8"', 'key = "F5"', "obligation 'F5'：写了两次"),
    "no TOML at all": ("[bodies]", "[bodies", r"at line \d+"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_by_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (files.FOLDER / "s3-county-three-levels.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "own.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenScheme) as refused:
        schemes.read(path)
    problem = refused.value.problem()
    assert re.search(said, problem["zh"]), problem["zh"]
    assert "own.toml" in problem["zh"]
    assert "Value error" not in problem["zh"]


def test_what_is_kept_of_a_scheme_is_the_scheme() -> None:
    """A county goes by the content it applied, whatever a later release says."""
    for scheme in schemes.available().values():
        assert Scheme.model_validate(scheme.model_dump(mode="json")) == scheme
