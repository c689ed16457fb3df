"""`safegrid backup`, `safegrid restore` and `safegrid doctor`, as an operator calls them."""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner, Result

from app.cli import ground
from app.cli.commands import app
from app.config import get_settings
from tests.conftest import Databases


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ground.console(), "width", 300)
    yield
    get_settings.cache_clear()


@pytest.fixture
def place(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Places"]:
    made = Places(databases, tmp_path, monkeypatch)
    made.enter("old")
    yield made
    for url in made.urls.values():
        databases.drop(url)


class Places:
    """Machines with a database and a photo store each; commands run on the one entered."""

    def __init__(self, databases: Databases, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.databases, self.root, self.patch = databases, root, patch
        self.urls: dict[str, str] = {}

    def enter(self, name: str) -> Path:
        """The folder of the machine's photo store."""
        url = self.urls.setdefault(name, "") or self.databases.clone("template1")
        self.urls[name] = url
        self.patch.setenv("SAFEGRID_MODE", "demo")
        self.patch.setenv("SAFEGRID_DATABASE_URL", url)
        self.patch.setenv("SAFEGRID_STORAGE", f"dir:{self.root / name}")
        get_settings.cache_clear()
        return self.root / name


def safegrid(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_backup_verify_and_restore_from_the_command_line(place: Places, tmp_path: Path) -> None:
    folder, key = tmp_path / "backups", tmp_path / "key"
    secret = pyrage.x25519.Identity.generate()
    key.write_text(f"# kept in the safe\n{secret}\n")
    safegrid("migrate")
    (place.enter("old") / "photos").mkdir(parents=True)
    (place.enter("old") / "photos" / "ab-by-hand").write_bytes(b"not what its name says")
    made = safegrid("backup", "make", folder, "--recipient", secret.to_public(), "--keep", "3")
    assert made.exit_code == 2, made.output
    assert "0 cases, 1 objects (1 new)" in made.output
    assert "damaged in the photo store: photos/ab-by-hand" in made.output
    checked = safegrid("backup", "verify", folder, "--identity", key)
    assert "1 objects and the database verify" in checked.output
    place.enter("new")
    assert safegrid("restore", folder).exit_code == 1
    restored = safegrid("restore", folder, "--identity", key)
    assert restored.exit_code == 0, restored.output
    assert "counts, history and references are as backed up" in restored.output
    again = safegrid("restore", folder, "--identity", key)
    assert again.exit_code == 1
    assert "The database is not empty" in again.output


def test_what_is_no_backup_is_said_to_be_none(place: Places, tmp_path: Path) -> None:
    for words in (("backup", "verify", tmp_path), ("restore", tmp_path)):
        said = safegrid(*words)
        assert said.exit_code == 1
        assert "There is no finished backup in" in said.output


def test_a_key_that_is_none_is_refused_before_anything_is_written(
    place: Places, tmp_path: Path
) -> None:
    said = safegrid("backup", "make", tmp_path / "backups", "--recipient", "age1nonsense")
    assert said.exit_code == 1
    assert "Not a public key of age" in said.output
    assert not (tmp_path / "backups").exists()


def test_the_doctor_ends_with_an_error_while_something_is_in_danger(place: Places) -> None:
    safegrid("migrate")
    said = safegrid("doctor")
    assert said.exit_code == 1
    assert "在服务器上启动 safegrid worker。" in said.output
    assert "磁盘空间" not in said.output
    assert "磁盘空间" in safegrid("doctor", "--all").output
