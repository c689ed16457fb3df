"""L2: the phone's outbox in Node → a lossy line → the real application, PostgreSQL and photo store.

Every request meets a fate drawn from the seed (proxy.py); the phone's process dies now and then in
the middle of a run. Then what the phone was told is compared with what the database and the store
really hold.
"""

import asyncio
import hashlib
import json
import math
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app import storage
from app.config import Settings
from app.models.event import Event
from app.models.hazard import Hazard
from app.models.photo import Photo
from app.storage import ObjectStore
from tests import factories, s3
from tests.conftest import ORIGIN, Databases, create_app, settings_for, token_for
from tests.faults import busy_store, claims
from tests.faults.acks import Ack, AckLog
from tests.faults.invariants import Evidence, Key, Memory, check
from tests.faults.proxy import LossyProxy
from tests.faults.results import ROOT, Run
from tests.pictures import jpeg

SCHEDULES = 60  # about 2 s each on two loaded cores
IN_CEPH = 20  # where each takes a third of a second longer, and the store half a minute to come
ROUGH: dict[str, int] = {
    "whole": 30,
    "request_lost": 4,
    "request_cut": 5,
    "answer_lost": 6,
    "answer_cut": 4,
    "delayed": 3,
    "doubled": 4,
    "late_delivery": 3,
    "request_flipped": 3,
    "answer_flipped": 3,
    "portal": 2,
    "redirect": 1,
    "busy": 3,
    "told_to_wait": 1,
    "signed_out": 1,
}
BUSY_SCHEDULES = 8
PATIENCE_MS, PHOTO_PATIENCE_MS = 4_000, 180_000  # the second as the phone has it
MOST_BYTES = 1.5  # of what one perfect try would send


ALSO = ("I4", "I5", "I6", "I7", "I8", "I11", "I13")  # the rest `compare` looks at itself


@dataclass
class County:
    port: int
    person_id: str
    cookie: str
    settings: Settings
    sessions: async_sessionmaker[AsyncSession]
    store: ObjectStore
    memory: Memory


Busy = tuple[County, busy_store.BusyStore]


@pytest.fixture
async def county(databases: Databases, tmp_path: Path) -> AsyncIterator[County]:
    """Photos lie in a folder."""
    async with served(databases, tmp_path) as made:
        yield made


@pytest.fixture
async def county_on_s3(databases: Databases, tmp_path: Path) -> AsyncIterator[County]:
    """Photos lie in Ceph."""
    with s3.server() as endpoint:
        if endpoint is None:
            pytest.skip("there is no S3 server here (Debian: radosgw ceph-mon ceph-osd ceph-mgr)")
        s3.client(endpoint).create_bucket(Bucket="faults")
        async with served(databases, tmp_path, **s3.place(endpoint, "faults")) as made:
            yield made


@asynccontextmanager
async def served(
    databases: Databases,
    folder: Path,
    wrapped: Callable[[Any], Any] | None = None,
    **photos: Any,
) -> AsyncIterator[County]:
    """`wrapped`: a mistake that is planted before the application."""
    url = databases.clone()
    settings = settings_for(url, folder).model_copy(update=photos)
    engine = create_async_engine(url)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions() as session, session.begin():
        person = (await factories.county(session)).gridworker
        token = await token_for(session, person)
    line = socket.socket()
    line.bind(("127.0.0.1", 0))
    made = create_app(settings)
    app = wrapped(made) if wrapped else made
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    serving = asyncio.create_task(server.serve([line]))
    await _started(server)
    cookie = f"__Host-safegrid={token}"
    store = storage.open_store(settings)
    port = line.getsockname()[1]
    yield County(port, str(person.id), cookie, settings, sessions, store, at_rest())
    server.should_exit = True
    await serving
    line.close()
    await engine.dispose()
    databases.drop(url)


def at_rest() -> Memory:
    """The server lives in the process of the tests."""
    memory = Memory(limit=math.inf)
    memory.look({"server": os.getpid()})
    return memory


async def _started(server: uvicorn.Server) -> None:
    for _ in range(600):
        if server.started:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


@asynccontextmanager
async def line_to(county: County, seed: int, fates: dict[str, int]) -> AsyncIterator[LossyProxy]:
    proxy = LossyProxy(county.port, seed, fates)
    listening = await proxy.listen()
    proxy.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield proxy
    await proxy.settle()
    listening.close()


async def drive(county: County, proxy: LossyProxy, folder: Path, **order: Any) -> list[Any]:
    picture = folder / "picture.jpg"
    picture.write_bytes(jpeg(1))
    told: dict[str, Any] = {"url": proxy.address, "origin": ORIGIN, "cookie": county.cookie}
    told |= {"personId": county.person_id, "picture": str(picture), "patienceMs": PATIENCE_MS}
    told |= order
    built = await asyncio.create_subprocess_exec(
        "node", "tests/faults/start.ts", "drive", json.dumps(told), cwd=ROOT / "pwa", stdout=-1
    )
    out, _ = await built.communicate()
    assert built.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


async def compare(county: County, lines: list[Any], run: Run) -> None:
    """I1–I3, I12 and the memory of I15 against the rows and objects themselves, then the rest."""
    async with county.sessions() as session:
        rows = {str(row.id): row.body_sha256 for row in await session.scalars(select(Event))}
        photos = {str(row.id): row for row in await session.scalars(select(Photo))}
        notes = Counter(await session.scalars(select(Hazard.note)))
    for line in lines:
        if "stuck" in line:
            run.violations.append(f"I12: {line}")
            continue
        id_ = line.get("promised") or line["acknowledged"]
        name = "I12" if "promised" in line else "I1"
        run.checked[name] += 1
        if line["kind"] != "photo":
            if rows.get(id_) != line["sha256"]:
                run.violations.append(f"{name}: {line['kind']} {id_} is not stored as it was sent")
            continue
        run.checked["I3"] += 1
        row = photos.get(id_)
        body = await county.store.get(row.key) if row else b""
        if hashlib.sha256(body).hexdigest() != line["sha256"]:
            run.violations.append(f"I3: photo {id_} is not in the store as it was taken")
    may, has = county.memory.look({"server": os.getpid()})
    run.checked["I15"] += len(has)
    grown = [name for name, now in has.items() if now > may[name]]
    run.violations += [f"I15: {name} has {has[name]:.0f} MB" for name in grown]
    run.checked["I2"] += len(notes)
    run.violations += [f"I2: {note} is there {n} times" for note, n in notes.items() if n > 1]
    run.counts.update(key for line in lines for key in ("promised", "acknowledged") if key in line)
    await compare_the_rest(county, lines, run)


async def compare_the_rest(county: County, lines: list[Any], run: Run) -> None:
    """As the other layers have them: history, chain, counts, objects, receipts."""
    promised = [line for line in lines if "promised" in line]
    saved: set[Key] = {(line["kind"], line["promised"]) for line in promised}
    sizes = {line["promised"]: line["size"] for line in promised}
    acks = AckLog()
    for line in lines:
        if "acknowledged" in line:
            acks.note(Ack(kind=line["kind"], size=sizes[line["acknowledged"]], **line["receipt"]))
    secret = county.settings.secret.get_secret_value()
    url = county.settings.database_url
    evidence = Evidence(url, county.store, secret, acks, saved=saved, expected=saved)
    for name, finding in (await check(evidence, healed=False)).items():
        if name in ALSO and name not in claims.NOT_HERE.get(run.name, {}):
            run.checked[name] += finding.checked
            run.violations += [f"{name} {wrong}" for wrong in finding.violations]


async def test_a_lossy_line_loses_doubles_and_alters_nothing(
    county: County, tmp_path: Path
) -> None:
    await _lossy(Run("L2"), county, tmp_path, "photos in a folder")


@pytest.mark.s3
async def test_a_lossy_line_does_nothing_to_photos_in_ceph(
    county_on_s3: County, tmp_path: Path
) -> None:
    run, where = Run("L2", "ceph"), "photos in Ceph radosgw"
    await _lossy(run, county_on_s3, tmp_path, where, IN_CEPH)


async def _lossy(
    run: Run, county: County, folder: Path, where: str, schedules: int = SCHEDULES
) -> None:
    """In parts, so that a long run can end at its time; each part has seeds of its own."""
    n = 0
    async with line_to(county, run.seed, ROUGH) as proxy:
        while n < run.size(schedules) and not run.is_over:
            order = {"seed": run.seed + n, "schedules": schedules, "reports": 1, "photos": 1}
            lines = await drive(county, proxy, folder, rough=6, photoBytes=4000, **order)
            await compare(county, lines, run)
            n += schedules
    run.faults = proxy.counts
    result = run.result(f"outbox in Node, lossy line, real application, {where}", n)
    assert run.counts["promised"] == run.counts["acknowledged"] == 2 * n
    assert result.violations == []
    assert result.passes()


@pytest.fixture
async def county_on_a_busy_store(databases: Databases, tmp_path: Path) -> AsyncIterator[Busy]:
    """Photos lie in a store that speaks S3 and has its moods."""
    with busy_store.serving(Run("L2", "store").seed) as store:
        photos = s3.place(store.endpoint, busy_store.BUCKET)
        async with served(databases, tmp_path, **photos) as made:
            yield made, store


async def test_a_store_that_asks_to_slow_down_gets_every_photo_once(
    county_on_a_busy_store: Busy, tmp_path: Path
) -> None:
    """F41–F43: 503 SlowDown, also after the object was kept; 200 for half of an object.

    And a PUT that comes cut when its sender has repeated it, perhaps after that was confirmed.
    """
    run, (county, store) = Run("L2", "store"), county_on_a_busy_store
    n = run.size(BUSY_SCHEDULES)
    async with line_to(county, run.seed, {"whole": 1}) as proxy:
        order = {"seed": run.seed, "schedules": n, "reports": 1, "photos": 2}
        lines = await drive(county, proxy, tmp_path, rough=0, photoBytes=4000, **order)
    store.heal()
    await compare(county, lines, run)
    run.faults = store.counts
    result = run.result("a photo store that answers 503 SlowDown; a calm line", n)
    assert all(store.counts[name] for name in busy_store.MOODS)
    assert run.counts["promised"] == run.counts["acknowledged"] == 3 * n
    assert result.violations == []
    assert result.passes()


async def test_a_line_of_eight_kilobytes_a_second_delivers(county: County, tmp_path: Path) -> None:
    """F8: slow, far away and cut every fifth time; short here, photos of 350 kB by hand."""
    run = Run("L2", "slow-line")
    photo_bytes, far = (350_000, 3.0) if run.times else (16_000, 0.5)
    fates = {"whole": 80, "request_cut": 20}
    async with line_to(county, run.seed, fates) as proxy:
        proxy.rate, proxy.wait = 8_000, far
        order = {"seed": run.seed, "schedules": 1, "reports": 2, "photos": 1, "rough": 0}
        lines = await drive(
            county, proxy, tmp_path, photoBytes=photo_bytes, patienceMs=PHOTO_PATIENCE_MS, **order
        )
    await compare(county, lines, run)
    run.faults = proxy.counts
    run.counts |= Counter({"bytes sent": proxy.bytes_up})
    what = f"8 kB/s, answers {far:g} s away, 20 % of requests reset; {photo_bytes:,} B a photo"
    result = run.result(what, 4, "items")
    assert run.counts["promised"] == run.counts["acknowledged"] == 4
    assert result.violations == []
    assert result.passes()


async def test_a_bad_line_costs_at_most_half_as_much_again(county: County, tmp_path: Path) -> None:
    """T9: 10 reports and 30 photos of 350 kB, every fifth request reset at a random byte."""
    run = Run("L2", "bad-line")
    fates = {"whole": 80, "request_cut": 20}
    async with line_to(county, run.seed, fates) as proxy:
        order = {"seed": run.seed, "schedules": 1, "reports": 10, "photos": 3}
        lines = await drive(county, proxy, tmp_path, rough=0, photoBytes=350_000, **order)
    await compare(county, lines, run)
    ideal = sum(line["size"] for line in lines if "promised" in line)
    run.faults = proxy.counts
    run.counts |= Counter({"bytes sent": proxy.bytes_up, "bytes of one perfect try": ideal})
    if proxy.bytes_up > MOST_BYTES * ideal:
        run.violations.append(f"T9: {proxy.bytes_up / ideal:.2f} of the ideal bytes")
    run.not_reached = ["The line is not slowed to 256 kbit/s: only bytes are measured, not time."]
    result = run.result("10 reports and 30 photos of 350 kB, 20 % of requests reset", 40, "items")
    assert result.violations == []
    assert result.passes()
