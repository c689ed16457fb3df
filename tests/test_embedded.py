"""The embedded server: private, durable, and not to be deceived by what a crash leaves behind."""

import os
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from app import embedded
from tests import sweeping


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "pytest-postgres"
    embedded.remove(tmp_path / "pytest-postgres")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def postmaster(folder: Path) -> int:
    cluster = embedded.Cluster.of(folder)
    return int(cluster.data.joinpath("postmaster.pid").read_text().splitlines()[0])


def test_it_runs_durably_and_answers_only_on_a_private_socket(folder: Path) -> None:
    with embedded.start(folder) as running:
        settings = {
            "fsync": "on",
            "synchronous_commit": "on",
            "data_checksums": "on",
            "listen_addresses": "",
        }
        for name, value in settings.items():
            assert ask(running.url, f"show {name}") == value
        cluster = embedded.Cluster.of(folder)
        assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster.folder.joinpath("password").stat().st_mode) == 0o600
        assert ask(running.url, "select usename from pg_user") == "safegrid"


def test_a_wrong_password_is_refused(folder: Path) -> None:
    with embedded.start(folder) as running:
        before, _, after = running.url.partition("@/")
        forged = f"{before.rpartition(':')[0]}:guess@/{after}"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            ask(forged, "select 1")


def test_it_never_runs_as_root(folder: Path) -> None:
    with embedded.start(folder):
        assert Path(f"/proc/{postmaster(folder)}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_a_folder_that_somebody_is_just_making_is_nobodys_yet(folder: Path) -> None:
    embedded.folder_of(folder).mkdir(mode=0o700)
    with embedded.start(folder) as running:
        assert ask(running.url, "select 1") == 1


def test_the_last_user_stops_it_and_not_the_first(folder: Path) -> None:
    first = embedded.start(folder)
    second = embedded.start(folder)
    first.stop()
    assert ask(second.url, "select 1") == 1
    second.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(second.url, "select 1")


def test_two_starters_at_once_share_one_server(folder: Path) -> None:
    made: list[embedded.Running] = []
    threads = [threading.Thread(target=lambda: made.append(embedded.start(folder))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    started = {ask(running.url, "select pg_postmaster_start_time()") for running in made}
    assert len(made) == 2
    assert len(started) == 1
    for running in made:
        running.stop()


def test_what_was_committed_survives_a_killed_server(folder: Path) -> None:
    with embedded.start(folder) as running:
        ask(running.url, "create table kept as select 7 as n")
        os.kill(postmaster(folder), signal.SIGKILL)
        with embedded.start(folder) as again:
            assert ask(again.url, "select n from kept") == 7


def test_a_stale_pid_that_belongs_to_somebody_else_now_is_no_obstacle(folder: Path) -> None:
    with embedded.start(folder) as running:
        ask(running.url, "create table kept as select 7 as n")
        server = postmaster(folder)
        pid_file = embedded.Cluster.of(folder).data / "postmaster.pid"
        left_behind = pid_file.read_text()
    pid_file.write_text(left_behind.replace(str(server), str(os.getpid()), 1))
    with embedded.start(folder) as running:
        assert ask(running.url, "select n from kept") == 7


def test_clusters_of_different_folders_stay_apart(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "pytest-postgres"
    with embedded.start(folder) as one, embedded.start(other) as two:
        ask(one.url, "create table only_here (n int)")
        assert ask(two.url, "select to_regclass('only_here')") is None
        with pytest.raises(BlockingIOError):
            embedded.remove(other)
    embedded.remove(other)


def test_a_very_long_path_still_gets_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "pytest-postgres"
    with embedded.start(folder) as running:
        assert ask(running.url, "select 1") == 1
    embedded.remove(folder)


def test_an_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    half = embedded.Cluster.of(folder).folder / "data.new"
    half.mkdir()
    half.joinpath("PG_VERSION").write_text("18\n")
    with embedded.start(folder) as running:
        assert ask(running.url, "select 1") == 1


def test_without_the_wheel_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(embedded.EmbeddedServerError, match="SAFEGRID_DATABASE_URL"):
        embedded.start(tmp_path / "pytest-postgres")


def test_many_who_sweep_at_once_do_not_stumble_over_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ROOT_HOME", tmp_path / "home")
    sweeping.remove_abandoned("pytest-")  # nothing was ever started here
    for number in range(40):
        cluster = embedded.Cluster.at(tmp_path / "home" / f"pytest-{number}")
        os.utime(cluster.folder, (0, 0))
    disk = tmp_path / "home" / "pytest-0" / "disk"
    disk.mkdir()
    if os.geteuid() == 0:  # a run of `make faults` that was killed leaves one
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], check=True)
    os.utime(disk.parent, (0, 0))
    fresh = embedded.Cluster.at(tmp_path / "home" / "pytest-in-use")
    with ThreadPoolExecutor(8) as sweepers:
        list(sweepers.map(sweeping.remove_abandoned, ["pytest-"] * 8))
    sweeping.remove_abandoned("pytest-")
    assert [found.name for found in (tmp_path / "home").glob("pytest-*")] == [fresh.folder.name]
