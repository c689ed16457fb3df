"""What the security pages call evidence exists, and nothing is left out."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from app.schema import ROOT

PAGES = ROOT / "docs" / "security"
ASVS = list(csv.DictReader((PAGES / "asvs.csv").read_text().splitlines()))
REQUIREMENTS = ROOT.parent / "shared" / "data" / "asvs" / "asvs-5.0.0.csv"
STATES = {"met", "partly", "not met", "deployment", "n/a"}


def missing(evidence: str) -> str:
    """Why this is no evidence; empty if it is."""
    name, mark, part = re.match(r"([^:#]*)(::|#)?(.*)", evidence).groups()  # type: ignore[union-attr]
    path = ROOT / name
    if not path.exists():
        return f"{name} does not exist"
    sought = {"::": rf"^(async )?def {part}\(", "#": rf"^#+ {re.escape(part)}$", None: ""}[mark]
    if not re.search(sought, path.read_text(), re.MULTILINE):
        return f"{evidence} is no test and no section"
    return ""


def shows(evidence: str) -> bool:
    """A test by its name, or a page; a file of code or of tests does not."""
    return evidence.startswith("docs/") or bool(re.fullmatch(r"tests/\S+\.py::test_\w+", evidence))


def test_every_requirement_of_levels_1_and_2_has_one_line() -> None:
    assert Counter(row["level"] for row in ASVS) == {"1": 70, "2": 183}
    assert len({row["id"] for row in ASVS}) == 253


@pytest.mark.skipif(not REQUIREMENTS.exists(), reason="the standard is not beside this copy")
def test_the_lines_are_those_of_the_standard() -> None:
    wanted = {
        row["req_id"]: row["L"] for row in csv.DictReader(REQUIREMENTS.read_text().splitlines())
    }
    assert {row["id"]: row["level"] for row in ASVS} == {
        number: level for number, level in wanted.items() if level in "12"
    }


def test_what_applies_has_evidence_or_says_what_is_missing() -> None:
    assert {row["state"] for row in ASVS} <= STATES
    silent = [
        row["id"]
        for row in ASVS
        if (row["state"] == "met" and not row["evidence"])
        or (row["state"] != "met" and not row["note"])
        or (row["applies"] == "no") != (row["state"] == "n/a")
    ]
    assert silent == []


def test_what_is_met_is_shown_by_a_test_or_stands_in_a_page() -> None:
    told = [row["id"] for row in ASVS if row["state"] == "met"]
    assert len(told) > 100
    assert [
        row["id"]
        for row in ASVS
        if row["state"] == "met" and not any(map(shows, row["evidence"].split(";")))
    ] == []


def test_no_file_of_tests_is_named_without_its_test() -> None:
    named = [one for row in ASVS for one in row["evidence"].split(";")]
    assert [one for one in named if one.startswith("tests/") and not shows(one)] == []


def clauses() -> list[list[str]]:
    """Rows of the table of mlps.md: clause, requirement, state, how, evidence, operator."""
    lines = (PAGES / "mlps.md").read_text().splitlines()
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| 8.")]


def test_each_clause_of_the_protection_scheme_is_shown_too() -> None:
    rows = clauses()
    assert len(rows) > 15
    assert {len(row) for row in rows} == {6}
    named = {row[0]: re.findall(r"`([^`]+)`", row[4]) for row in rows}
    assert [clause for clause, found in named.items() if not found] == []
    assert [one for found in named.values() for one in found if not shows(one)] == []


@pytest.mark.parametrize(
    "evidence",
    ["tests/nowhere.py::test_x", "tests/test_logs.py::test_x", "docs/operations.md#X", "x"],
)
def test_what_does_not_exist_is_told(evidence: str) -> None:
    assert missing(evidence)


def test_all_evidence_exists() -> None:
    named = [one for row in ASVS for one in row["evidence"].split(";") if one]
    assert len(named) > 200
    assert [why for why in map(missing, named) if why] == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_the_pages_name_only_what_exists(page: Path) -> None:
    named = re.findall(r"`((?:tests|docs|app)/[^`]+)`", page.read_text())
    assert [why for why in map(missing, named) if why] == []
