"""`safegrid scheme`: look, compare, apply."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from app.cli import ground, scheme
from app.cli.commands import app
from app.config import get_settings
from app.services.schemes import Part, Verb, files
from tests.conftest import Databases


@pytest.fixture(autouse=True)
def url(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = databases.clone()
    monkeypatch.setenv("SAFEGRID_MODE", "demo")
    monkeypatch.setenv("SAFEGRID_DATABASE_URL", url)
    monkeypatch.setenv("SAFEGRID_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(ground.console(), "width", 200)
    get_settings.cache_clear()
    yield url
    get_settings.cache_clear()
    databases.drop(url)


def safegrid(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ("scheme", *words), input=typed)


def test_a_county_is_made_compared_and_made_again(url: str) -> None:
    """Nothing before the yes; then the county stands; then there is nothing left to do."""
    refused = safegrid("apply", "s3", typed="n\n")
    assert refused.exit_code == 1
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        (count,) = connection.execute("select count(*) from organizations").fetchall()
        assert count == (0,)
        done = safegrid("apply", "s3", "--yes")
        assert done.exit_code == 0, done.output
        assert "村（社区）" in done.output
        villages = "select count(*) from organizations where kind = 'village'"
        assert connection.execute(villages).fetchall() == [(211,)]
        first = connection.execute("select min(id) from routing_rules").fetchall()
        assert first == [(1,)]  # looking burns no rule numbers
    assert "✓" in safegrid("list").output
    assert "没有要改的" in safegrid("diff", "s3").output
    other = safegrid("diff", "s2")
    assert "停用" in other.output
    assert "网格员每 15 天巡查生产经营单位和重点部位（F5）" in other.output.replace("\n", "")
    assert "F13-" not in other.output


def test_show_needs_no_database_and_a_wrong_file_is_told_by_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGRID_DATABASE_URL", "postgresql+psycopg://nobody@nowhere/x")
    get_settings.cache_clear()
    shown = safegrid("show", "s0")
    assert shown.exit_code == 0
    assert "直接监管责任人" in shown.output
    own = tmp_path / "own.toml"
    text = (files.FOLDER / "s4-transport-lines.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('section = "works"', 'section = "work"', 1), encoding="utf-8")
    wrong = safegrid("show", str(own))
    assert wrong.exit_code == 1
    assert "works_office/work" in wrong.output
    assert "Traceback" not in wrong.output


def test_every_part_and_verb_of_a_difference_has_its_word() -> None:
    """A part without one cannot be told, nor sorted: S1 and S4 change the training, too."""
    assert set(scheme.PARTS) == set(Part)
    assert set(scheme.VERBS) == set(Verb)


def test_a_scheme_that_asks_for_training_is_compared_and_applied() -> None:
    assert "培训" in safegrid("diff", "s1").output
    done = safegrid("apply", "s1", "--yes")
    assert done.exit_code == 0, done.output
