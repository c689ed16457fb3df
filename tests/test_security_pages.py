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
    name, _, test = evidence.partition("::")
    path = ROOT / name
    if not path.exists():
        return f"{name} does not exist"
    if test and not re.search(rf"^(async )?def {test}\(", path.read_text(), re.MULTILINE):
        return f"{evidence} is no test"
    return ""


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


def test_all_evidence_exists() -> None:
    named = [one for row in ASVS for one in row["evidence"].split(";") if one]
    assert len(named) > 200
    assert [why for why in map(missing, named) if why] == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_the_pages_name_only_what_exists(page: Path) -> None:
    named = re.findall(r"`((?:tests|docs|app)/[^`\s]+)`", page.read_text())
    assert [why for why in map(missing, named) if why] == []
