"""`safegrid backup`, `safegrid restore` and `safegrid doctor`, as an operator calls them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner, Result

from app import storage
from app.cli import ground
from app.cli.commands import app
from app.config import Settings, get_settings
from app.services import audit, hazard_jobs
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
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


def seal_something() -> None:
    """As the worker does every ten minutes."""

    async def go(known: Settings) -> None:
        async with ground.one_transaction(known) as session:
            await audit.record(session, Kind.PHOTO_READ, SYSTEM, Subject("photo"))
            await hazard_jobs.seal(session, storage.open_heads(known), known)

    asyncio.run(go(get_settings()))


def test_a_restore_signs_for_the_heads_of_what_came_after_the_backup(
    place: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie in a second place that no restore sets back."""
    monkeypatch.setenv("SAFEGRID_AUDIT_HEAD", f"dir:{tmp_path / 'elsewhere'}")
    place.enter("old")
    safegrid("migrate")
    seal_something()
    safegrid("backup", "make", tmp_path / "backups")
    seal_something()
    assert safegrid("audit", "verify").exit_code == 0
    place.enter("new")
    restored = safegrid("restore", tmp_path / "backups")
    assert "signed for the loss of seals 2 to 2" in restored.output
    seal_something()
    verified = safegrid("audit", "verify")
    assert verified.exit_code == 0, verified.output
    assert "封印第 2 号：这之前有封印随一次恢复或接管丢失，有人用密钥签过字" in verified.output
    assert "历史完整" not in verified.output
    assert "上面列出的请人核实" in verified.output
    assert "没有丢失的封印" in safegrid("audit", "accept-loss", "--reason", "again").output


def test_a_takeover_that_lost_a_seal_is_signed_for_by_hand(
    place: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is set back without our restore; nobody signs who has not said yes."""
    monkeypatch.setenv("SAFEGRID_AUDIT_HEAD", f"dir:{tmp_path / 'elsewhere'}")
    place.enter("old")
    safegrid("migrate")
    seal_something()
    place.urls["new"] = place.databases.clone(place.databases.name_of(place.urls["old"]))
    seal_something()
    place.enter("new")
    broken = safegrid("audit", "verify")
    assert broken.exit_code == 1
    assert "数据库里没有这个封印" in broken.output
    words = ("audit", "accept-loss", "--reason", "第二台数据库接管")
    refused = CliRunner().invoke(app, words, input="n\n")
    assert refused.exit_code == 1
    assert safegrid("audit", "verify").exit_code == 1
    signed = safegrid(*words, "--yes")
    assert "已签字：第 2 至 2 号封印丢失" in signed.output
    assert safegrid("audit", "verify").exit_code == 0


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
