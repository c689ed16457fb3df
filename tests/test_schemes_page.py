"""docs/schemes.md is fresh, and whatever it names exists."""

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from app.cli import contract, schemes_page
from app.cli.schemes_page import requirements
from app.schema import ROOT
from app.services import presets
from tests.e2e import routes

TAGS = {"SW", "CFG", "DOC"}
COUNTS = {"S0": 40, "S1": 63, "S2": 46, "S3": 38, "S4": 41}  # tagged so in the catalogue


def test_the_page_is_fresh() -> None:
    assert schemes_page.PAGE.read_text() == schemes_page.page(), "run: make contract"


def test_readers_get_names_and_a_key_only_behind_them() -> None:
    """Of duties and of what is routed; below, requirements name presets for whoever looks."""
    schemes, _, _ = schemes_page.page().partition("## Requirements")
    bare = re.sub(r"`[^`]*`", "", schemes)
    assert "| 年终考核：方案、机构、责任、运行 | S0-37 | `F13-assessment` |" in schemes
    assert re.findall(r"\bF\d{1,2}\b", bare) == []
    codes = [row["code"] for row in presets.read("hazard_categories")["category"]]
    assert [code for code in codes if re.search(rf"[ 、]{code}\b[;、.]", bare)] == []


def test_every_number_stands_once() -> None:
    numbers = [one.number for one in requirements()]
    assert len(numbers) == len(set(numbers))
    assert all(set(one.tag.split("/")) <= TAGS and one.what for one in requirements())
    seeds = [one.seed for one in requirements()]
    assert {seed: seeds.count(seed) for seed in COUNTS} == COUNTS


@cache
def served() -> frozenset[str]:
    return frozenset(
        f"{method.upper()} {path}"
        for path, operations in contract.document()["paths"].items()
        for method in operations
    )


def _screen(name: str) -> bool:
    entry, _, path = name.partition(":")
    return path in routes.of(entry)


def _preset(name: str) -> bool:
    """A preset file and a word that stands in it: a key, a name."""
    file, _, word = name.rpartition(":")
    path = presets.FOLDER / f"{file}.toml"
    return path.is_file() and word in path.read_text(encoding="utf-8")


def _test(name: str) -> bool:
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / file).read_text()) if (ROOT / file).is_file() else ast.Module([], [])
    named = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(node, named) and node.name == function for node in tree.body)


EXISTS: dict[str, Callable[[str], bool]] = {
    "route": lambda name: name in served(),
    "screen": _screen,
    "preset": _preset,
    "test": _test,
    "doc": lambda name: (ROOT / name).is_file(),
}


def test_everything_named_exists() -> None:
    missing = [
        f"{one.number}: {kind} {name}"
        for one in requirements()
        for kind, name in one.where
        if not EXISTS[kind](name)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "name",
    ["route:GET /api/nothing", "screen:desk:nowhere", "preset:schemes/s3-county-three-levels:F99",
     "preset:schemes/s9:F1", "test:tests/test_access.py::test_nothing", "doc:docs/nothing.md"],
)  # fmt: skip
def test_what_does_not_exist_is_seen(name: str) -> None:
    kind, _, thing = name.partition(":")
    assert not EXISTS[kind](thing)


def test_an_unknown_kind_of_thing_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "requirements.csv"
    table.write_text("number,tag,what,where\nS0-1,SW,gaps,wish:soon\n")
    with pytest.raises(ValueError, match="wish:soon"):
        requirements(table)
