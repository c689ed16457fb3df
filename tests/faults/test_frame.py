"""The harness itself: it sees a sound county as sound, and every broken promise as broken."""

import math
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from app import worker
from app.services import audit, events
from tests import factories
from tests.conftest import Committed
from tests.faults import claims, faults, report
from tests.faults import phone as phones
from tests.faults.acks import AckLog
from tests.faults.invariants import INVARIANTS, Evidence, Key, Memory, check
from tests.faults.l4 import clocks, room
from tests.faults.phone import Phone, action, hazard, new_id, photo, photo_bytes
from tests.faults.power import disk
from tests.faults.results import ROOT, Result, Run

GIVEN_BY_THE_MACHINE = {"", "mounting needs root", "there is no /dev/fuse"}
SECRET = "a canary that must stand in no log"


@dataclass
class Sound:
    """A small county where all is well, and what is known of it from outside."""

    committed: Committed
    evidence: Evidence

    async def break_with(self, statements: str) -> None:
        """As somebody who may do everything to the database."""
        async with self.committed.engine.begin() as connection:
            await connection.execute(text("set session_replication_role = replica"))
            for statement in statements.split(";"):
                await connection.execute(text(statement))


@pytest.fixture
async def sound(committed: Committed, tmp_path: Path) -> AsyncIterator[Sound]:
    async with committed.work() as session:
        county = await factories.county(session)
    acks = AckLog(tmp_path / "acks.jsonl")
    dice = random.Random(1)
    client = await committed.client_as(county.gridworker)
    sender = Phone(client, acks, dice)
    await _report_twice(sender)
    desk = Phone(await committed.client_as(county.township_officer), acks, dice)
    case = next(iter(acks.of("hazard")))
    desk.save(action(new_id(dice), case, "escalate", reason="不属于本单位职责"))
    centre = Phone(await committed.client_as(county.county_officer), acks, dice)
    lead = str(county.departments[0].id)
    centre.save(action(new_id(dice), case, "assign", department_id=lead))
    assert await desk.drain(10)
    assert await centre.drain(10)
    await worker.catch_up(committed.settings)
    log = tmp_path / "log"
    log.write_text("nothing secret")
    keys: set[Key] = {(ack.kind, ack.id) for ack in acks}
    yield Sound(
        committed,
        Evidence(
            committed.settings.database_url,
            committed.app.state.storage,
            committed.settings.secret.get_secret_value(),
            acks,
            saved=set(keys),
            expected=set(keys),
            bodies=[("邻网格", "马兰屯镇")],
            foreign={"邻网格": ["运河街道"]},
            logs=[log],
            secrets=[SECRET],
            before={"memory": 100},
            after={"memory": 90},
        ),
    )
    for one in (sender, desk, centre):
        await one.client.aclose()


async def _report_twice(sender: Phone) -> None:
    for _ in range(2):
        id_ = new_id(sender.dice)
        picture = photo(new_id(sender.dice), photo_bytes(id_), id_)
        sender.save(hazard(id_, [picture]), picture)
    assert await sender.drain(10)


async def test_a_sound_county_keeps_every_promise_and_each_is_looked_at(sound: Sound) -> None:
    found = await check(sound.evidence)
    assert {name: finding.violations for name, finding in found.items() if finding.violations} == {}
    assert [name for name, finding in found.items() if not finding.checked] == []


# What is done behind the program's back, and which promises must be seen broken.
BROKEN_ROWS = {
    "a case vanishes": ("delete from events; delete from hazards", {"I1", "I13", "I4"}),
    "a photo's row vanishes": ("delete from photos", {"I1", "I5", "I13"}),
    "a report is doubled": (
        "update hazards set note = 'same', occurred_at = '2026-01-01', state = state",
        {"I2"},
    ),
    "a step is doubled": ("update events set body_sha256 = 'same', kind = 'twin'", {"I2"}),
    "the photo count is wrong": ("update hazards set photos_received = 0", {"I5"}),
    "the state was moved by hand": ("update hazards set state = 'archived'", {"I6"}),
    "a step jumps": ("update events set to_state = 'done' where position = 2", {"I6", "I7"}),
    "a step is cut out": ("delete from events where position = 2", {"I6", "I7"}),
    "somebody acts for a body that is not theirs": ("delete from posts", {"I6"}),
    "a word in history is changed": ("update events set data = '{}'", {"I7"}),
    "a receipt's bytes are not those stored": ("update events set body_sha256 = id", {"I13"}),
    "nobody was told": ("delete from notifications", {"I10"}),
    "a job is stuck": (
        """insert into procrastinate_jobs (queue_name, task_name, status, args)
        values ('default', 'notify', 'failed', '{}')""",
        {"I12"},
    ),
    "a job of the timetable lost its worker": (
        """insert into procrastinate_jobs (queue_name, task_name, queueing_lock, status, args)
        values ('default', 'seal', 'seal', 'doing', '{}')""",
        {"I12"},
    ),
    "a derivative never comes": ("update photos set derivatives = 'pending'", {"I12"}),
}


@pytest.mark.parametrize("name", BROKEN_ROWS)
async def test_a_broken_row_is_seen(sound: Sound, name: str) -> None:
    statements, expected = BROKEN_ROWS[name]
    await sound.break_with(statements)
    assert expected <= await _broken(sound.evidence)


async def _broken(evidence: Evidence) -> set[str]:
    return {name for name, finding in (await check(evidence)).items() if finding.violations}


async def test_the_timetable_goes_on_while_one_looks(sound: Sound) -> None:
    await sound.break_with(
        """insert into procrastinate_workers (last_heartbeat) values (now());
        insert into procrastinate_jobs
          (queue_name, task_name, queueing_lock, status, args, worker_id)
        select 'default', 'seal', 'seal', 'doing', '{}', id from procrastinate_workers"""
    )
    assert await _broken(sound.evidence) == set()


async def test_a_seal_over_the_audit_too_is_sound_until_an_entry_is_changed(sound: Sound) -> None:
    async with sound.committed.work() as session:
        await audit.record(session, audit.Kind.SIGNED_OUT, None, audit.Subject("person", None))
        sealed = await events.seal(session)
    assert sealed is not None
    assert sealed.audit_count
    assert await _broken(sound.evidence) == set()
    await sound.break_with("update audit_entries set hash = '0'")
    assert await _broken(sound.evidence) == {"I7"}


async def test_a_changed_or_lost_object_is_seen(sound: Sound) -> None:
    folder = Path(sound.committed.settings.storage.removeprefix("dir:")) / "photos"
    first, second = sorted(folder.rglob("*-*"))
    first.write_bytes(first.read_bytes()[:-1])
    assert await _broken(sound.evidence) == {"I3"}
    second.unlink()
    assert await _broken(sound.evidence) == {"I3", "I8"}


async def test_what_only_the_outside_knows_is_seen(sound: Sound) -> None:
    evidence = sound.evidence
    evidence.saved.add(("hazard", "01890000-0000-7000-8000-000000000000"))
    evidence.expected.add(("hazard", "01890000-0000-7000-8000-000000000000"))
    evidence.bodies = [("邻网格", "运河街道 的案件")]
    evidence.logs[0].write_text(f"password={SECRET}")
    evidence.after = {"memory": 200}
    evidence.acks.refused.add(next(iter(evidence.acks)).id)
    first = next(iter(evidence.acks))
    evidence.acks.note(first.model_copy(update={"mac": "0" * 64}))
    forged = first.model_copy(update={"id": first.id.upper(), "mac": "0" * 64})
    evidence.acks.note(forged)
    assert await _broken(evidence) >= {"I1", "I2", "I4", "I7", "I9", "I11", "I12", "I14", "I15"}


def test_a_process_that_grows_is_seen() -> None:
    grows = "import sys; kept = [sys.stdin.readline() and bytes([1]) * 150_000_000]; input()"
    memory = Memory(limit=math.inf)
    with subprocess.Popen([sys.executable, "-c", grows], stdin=subprocess.PIPE, text=True) as one:
        assert one.stdin is not None
        pids = {"server": one.pid}
        may, has = memory.look(pids)
        one.stdin.write("\n")
        one.stdin.flush()
        name, deadline = f"server {one.pid}", time.monotonic() + 60
        while has[name] <= may[name] and time.monotonic() < deadline:
            may, has = memory.look(pids)
        assert has[name] > may[name]
        one.kill()


def test_a_process_that_is_too_large_is_seen() -> None:
    may, has = Memory(limit=1).look({"server": os.getpid()})
    assert [name for name, now in has.items() if now > may[name]] == list(may)


def test_every_invariant_has_its_number() -> None:
    assert [one.number for one in INVARIANTS] == list(range(1, 16))


def test_an_ack_log_survives_on_disk(tmp_path: Path) -> None:
    log = AckLog(tmp_path / "acks.jsonl")
    receipt = b'{"receipt": {"id": "a", "sha256": "b", "seq": 1, "received_at": "c", "mac": "d"}}'
    log.note_answer("photo", b"123", "b", receipt, 200)
    assert [ack.size for ack in AckLog(tmp_path / "acks.jsonl")] == [3]


def test_a_result_becomes_a_row_with_its_bound(tmp_path: Path) -> None:
    run = Run("L4", "kills")
    run.bugs["ack before commit"] = ""
    made = run.result("a sentence", 300, "kills", tmp_path)
    assert not made.passes()
    assert [Result.read(path) for path in tmp_path.glob("*.json")] == [made]
    page = report.page([made])
    assert "| L4-kills" in page
    assert "300 kills" in page
    assert "1.0e-02" in page
    assert "**nothing**" in page


def test_a_layer_that_runs_in_two_processes_has_one_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what another run has left beside it does not count."""
    ran = (("before", "gw0", 9), ("now", "gw0", 1), ("now", "gw0", 2), ("now", "gw1", 7))
    for session, process, n in ran:
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", session)
        monkeypatch.setenv("PYTEST_XDIST_WORKER", process)
        run = Run("L3")
        run.checked["I1"], run.faults[f"killed {process}"], run.bugs[process] = n, 1, "I4"
        run.violations = [f"I1 in {process}"]
        run.share("the pages", n, folder=tmp_path)
    (found,) = [Result.read(path) for path in tmp_path.glob("*.json")]
    assert (found.n, found.checked, found.bugs) == (10, {"I1": 10}, {"gw0": "I4", "gw1": "I4"})
    assert found.faults == {"killed gw0": 2, "killed gw1": 1}
    assert sorted(found.violations) == ["I1 in gw0", "I1 in gw0", "I1 in gw1"]


def test_the_page_is_what_the_results_say() -> None:
    assert report.is_fresh(), "run: make proof"


def test_photos_differ_and_are_photos() -> None:
    one, other = phones.photo_bytes("1", 5_000), phones.photo_bytes("2", 5_000)
    assert one != other
    assert len(one) > 5_000


@pytest.mark.skipif(
    os.environ.get("SAFEGRID_TEST_S3") != "required", reason="only where everything is set up"
)
def test_no_layer_is_left_out_for_want_of_what_can_be_installed() -> None:
    """Power cuts and small disks may lack root or the kernel's part, never a package."""
    assert {disk.missing(), room.missing(), clocks.missing()} <= GIVEN_BY_THE_MACHINE


@pytest.mark.parametrize("number", range(1, 51))
def test_every_fault_is_tried_somewhere_or_says_why_not(number: int) -> None:
    fault = faults.FAULTS[number]
    assert fault.tests or fault.counted or fault.why
    for name in fault.tests:
        path, _, test = name.partition("::")
        assert re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE), name
    for result, key in fault.counted:
        assert Result.read(report.KEPT / f"{result}.json").faults.get(key), (result, key)


def test_no_other_fault_stands_in_the_table() -> None:
    assert list(faults.FAULTS) == list(range(1, 51))


def test_every_kept_result_has_looked_at_what_its_layer_claims() -> None:
    assert [one.name for one in INVARIANTS] == list(claims.NAMES)
    for result in report.kept():
        left = set(claims.unseen(result)) - claims.OLDER.get(result.name, frozenset())
        assert left == set(), result.name


def test_a_run_that_looked_at_nothing_fails_and_says_so(tmp_path: Path) -> None:
    run = Run("L4", "kills")
    run.checked.update(dict.fromkeys(claims.NAMES, 1))
    assert run.result("a sentence", 1, folder=tmp_path).passes()
    run.checked["I9"] = 0
    empty = run.result("a sentence", 1, folder=tmp_path)
    assert not empty.passes()
    assert "| I9 | **0, though claimed** |" in report.page([empty])
    run = Run("L2")
    run.checked.update({name: 1 for name in claims.NAMES if name not in claims.NOT_HERE["L2"]})
    alone = run.result("a sentence", 1, folder=tmp_path)
    assert alone.passes()
    assert "| I9 | not checked here: " in report.page([alone])
