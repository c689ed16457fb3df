"""Servers of the release before go on writing while the schema changes under them."""

import ast
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from app import revision, schema
from tests.bench import migrations
from tests.conftest import Databases
from tests.depth import IS_DEEP
from tests.migration_locks import wrong_order

# A migration that was released is not written anew: with every change the newest ones are tried.
NEWEST = len(migrations.revisions()) - 1 if IS_DEEP else 12


def test_migrations_go_up_down_and_up_while_people_write(databases: Databases) -> None:
    """No write is lost or refused. How long people wait is measured at size, not judged here."""
    url = databases.clone("template1")
    figures = migrations.run(url, cases=500, rate=50, seed=1, settle_seconds=0.1, newest=NEWEST)
    assert (figures["lost"], figures["refused"]) == (0, {})
    assert figures["is_equal"]
    assert figures["writes"] > 0
    assert len(figures["steps"]) == 3 * NEWEST
    databases.drop(url)


def test_no_migration_and_report_wait_for_each_other(databases: Databases) -> None:
    url, line = databases.clone("template1"), migrations.revisions()[-NEWEST - 1 :]
    schema.upgrade(url, line[0])
    found = {}
    for before, after in pairwise(line):
        up, down = partial(schema.upgrade, url, after), partial(schema.downgrade, url, before)
        if wrong := wrong_order(url, LARGE, up, down):
            found[after] = wrong
    assert found == {}, found
    databases.drop(url)


def test_a_migration_that_takes_tables_in_any_order_is_seen(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same steps without `hold_reports`: one that meets two tables, one that meets hazards."""
    monkeypatch.setattr(schema, "hold_reports", lambda: None)
    url = databases.clone("template1")
    for before, after, held in (
        ("2026_11_25_2106", "2026_11_25_2200", {"grids", "organizations"}),
        ("2026_11_25_2310", "2026_11_25_2320", {"supervised_objects"}),
    ):
        schema.upgrade(url, before)
        up, down = partial(schema.upgrade, url, after), partial(schema.downgrade, url, before)
        assert wrong_order(url, LARGE, up, down) == {"down": held}
    databases.drop(url)


def test_the_migrations_begin_with_what_a_release_has() -> None:
    assert migrations.revisions()[-1] == revision.newest()


LARGE = frozenset(
    {
        "changes",
        "clocks",
        "events",
        "hazards",
        "manifest_entries",
        "notifications",
        "parties",
        "patrol_tasks",
        "photos",
        "postponements",
        "procrastinate_jobs",
        "search_texts",
        "sealed_events",
        "visit_answers",
        "visits",
    }
)
FILES = sorted((schema.ROOT / "migrations" / "versions").glob("*.py"))


def risks(source: str) -> list[str]:
    """What would hold a large table for long; a line with `# may wait:` has its reason."""
    tree, lines = ast.parse(source), source.splitlines()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = {_table(call) for call in calls if _name(call) == "create_table"}
    found = []
    for call in calls:
        rule = RULES.get(_name(call))
        if rule is None or _table(call) not in LARGE - made:
            continue
        if (why := rule(call)) and "# may wait:" not in lines[call.lineno - 1]:
            found.append(f"{_name(call)} on {_table(call)}: {why}")
    return found


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _table(call: ast.Call) -> str:
    """Constraints and indexes name themselves first, then their table."""
    place = 1 if _name(call) in {"create_index", "create_foreign_key", *CONSTRAINTS} else 0
    words = [getattr(it, "value", "") for it in call.args]  # of a name or op.f(…): nothing
    return str(words[place]) if len(words) > place else ""


def _says(call: ast.Call, word: str) -> object:
    """The value of a keyword of the call or of the column in it."""
    for node in ast.walk(call):
        if isinstance(node, ast.keyword) and node.arg == word:
            return getattr(node.value, "value", True)
    return None


CONSTRAINTS = ("create_check_constraint", "create_unique_constraint")
RULES: dict[str, Callable[[ast.Call], str]] = {
    "create_index": lambda call: (
        "" if _says(call, "postgresql_concurrently") else "build it concurrently"
    ),
    "create_foreign_key": lambda call: (
        "" if _says(call, "postgresql_not_valid") else "add it not valid, then validate"
    ),
    "create_check_constraint": lambda call: (
        "" if _says(call, "postgresql_not_valid") else "add it not valid, then validate"
    ),
    "create_unique_constraint": lambda _: "build the index concurrently, then use it",
    "alter_column": lambda call: (
        "another type rewrites the table" if _says(call, "type_")
        else "not null reads all of it" if _says(call, "nullable") is False else ""
    ),
    "add_column": lambda call: (
        "not null without a default"
        if _says(call, "nullable") is False and _says(call, "server_default") is None else ""
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_migration_holds_a_large_table_for_long(path: Path) -> None:
    assert risks(path.read_text()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_must_not_hold_anybody_up_is_left_to_steps_of_its_own(path: Path) -> None:
    """An index is built by `schema.build_index`; nothing is validated where it is added."""
    source = path.read_text()
    assert "concurrently if not exists" not in source
    assert not ("not valid" in source and "validate constraint" in source.partition("downgrade")[0])


@pytest.mark.parametrize(
    "line",
    [
        'op.create_index("ix", "hazards", ["note"])',
        'op.create_index(op.f("ix"), "hazards", ["note"])',
        'op.create_foreign_key("fk", "events", "people", ["a"], ["id"])',
        'op.create_check_constraint("ck", "photos", "size > 0")',
        'op.create_unique_constraint("uq", "clocks", ["a"])',
        'op.alter_column("hazards", "note", type_=sa.Text())',
        'op.alter_column("hazards", "note", nullable=False)',
        'op.add_column("hazards", sa.Column("x", sa.String(), nullable=False))',
    ],
)
def test_what_would_hold_one_is_seen(line: str) -> None:
    assert len(risks(line)) == 1
    assert risks(f"{line}  # may wait: the table is empty in every county") == []
    assert risks(f'op.create_table("{_table(ast.parse(line).body[0].value)}")\n{line}') == []  # type: ignore[attr-defined]
