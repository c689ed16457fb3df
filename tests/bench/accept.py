"""What it costs to accept a report with a 300 KB photo, beside a bare streamed upload."""

import asyncio
import hashlib
import io
import random
import statistics
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from tests.bench.processes import cpu_seconds
from tests.running import RunningApp, free_port

CONCURRENCY = 8
REPORTS = 120
ROUNDS = 7


def photo(seed: int) -> bytes:
    """A 1600 x 1200 JPEG of about 300 KB, other bytes for every seed."""
    noise = Image.frombytes("RGB", (200, 150), random.Random(seed).randbytes(200 * 150 * 3))
    image = noise.resize((1600, 1200), Image.Resampling.BICUBIC)
    body = io.BytesIO()
    image.save(body, "JPEG", quality=64)
    return body.getvalue()


async def _hammer(one: Callable[[int], Awaitable[None]], count: int) -> list[float]:
    """Run `one` for 0..count-1, CONCURRENCY at a time; seconds of each."""
    numbers = iter(range(count))
    took: list[float] = []

    async def worker() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await one(number)
            took.append(time.perf_counter() - begun)

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    return took


def _row(took: list[float], wall: float, cpu: float) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "per_second": len(took) / wall,
        "cpu_ms": cpu / len(took) * 1000,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
    }


async def measure(
    pids: list[int], one: Callable[[int], Awaitable[None]], count: int
) -> dict[str, float]:
    """One round: rate, CPU per item of all server processes, latency."""
    before, begun = cpu_seconds(pids), time.perf_counter()
    took = await _hammer(one, count)
    wall = time.perf_counter() - begun
    await asyncio.sleep(0.3)
    return _row(took, wall, cpu_seconds(pids) - before)


class Reporter:
    """One signed-in gridworker who sends reports with one photo each."""

    def __init__(self, app: RunningApp, cookie: str, body: bytes) -> None:
        self.body = body
        self.sha = hashlib.sha256(body)
        self.client = httpx.AsyncClient(
            base_url=app.url,
            headers={"Cookie": f"__Host-safegrid={cookie}"},
            timeout=60,
            limits=httpx.Limits(max_connections=CONCURRENCY),
        )

    async def send(self, _: int) -> None:
        hazard, photo_id = uuid4(), uuid4()
        answer = await self.client.put(f"/api/hazards/{hazard}", json=self._report(str(photo_id)))
        answer.raise_for_status()
        digest = b64encode(self.sha.digest()).decode()
        stored = await self.client.put(
            f"/api/photos/{photo_id}",
            content=self.body,
            headers={"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "image/jpeg"},
        )
        stored.raise_for_status()

    def _report(self, photo_id: str) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        promise = {
            "photo_id": photo_id,
            "sha256": self.sha.hexdigest(),
            "size": len(self.body),
            "role": "before",
            "taken_at": now,
        }
        return {"category_code": "fire", "note": "楼道堆放杂物", "occurred_at": now,
                "place": "测量", "photos": [promise]}  # fmt: skip


CALIBRATOR = """
import os, sys, hashlib, tempfile
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
folder = tempfile.mkdtemp()
async def take(request):
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        async for chunk in request.stream():
            digest.update(chunk); file.write(chunk)
        file.flush(); os.fsync(file.fileno())
    return JSONResponse({"sha256": digest.hexdigest()})
app = Starlette(routes=[Route("/", take, methods=["PUT"])])
import uvicorn
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


class BareUpload:
    """A streamed upload of the same photo to a file with fsync, and nothing else."""

    def __init__(self, body: bytes) -> None:
        port = free_port()
        self.body = body
        self.process = subprocess.Popen([sys.executable, "-c", CALIBRATOR, str(port)])
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        time.sleep(2)

    async def send(self, _: int) -> None:
        (await self.client.put("/", content=self.body)).raise_for_status()

    async def round(self) -> dict[str, float]:
        return await measure([self.process.pid], self.send, REPORTS)


async def run(app: RunningApp, pids: list[int], cookie: str) -> dict[str, Any]:
    """ROUNDS interleaved rounds of ours and the calibrator; medians, minima, maxima."""
    body = photo(1)
    reporter, bare = Reporter(app, cookie, body), BareUpload(body)
    await _hammer(reporter.send, 20)
    ours, floor = [], []
    for _ in range(ROUNDS):
        ours.append(await measure(pids, reporter.send, REPORTS))
        floor.append(await bare.round())
    bare.process.kill()
    return {
        "photo_bytes": len(body),
        "n": REPORTS * ROUNDS,
        "ours": spread(ours),
        "bare_upload": spread(floor),
        "cpu_ratio": statistics.median(
            o["cpu_ms"] / f["cpu_ms"] for o, f in zip(ours, floor, strict=True)
        ),
    }


def spread(rounds: list[dict[str, float]]) -> dict[str, list[float]]:
    """Per figure: median, minimum, maximum over the rounds."""
    return {
        key: [round(f([row[key] for row in rounds]), 2) for f in (statistics.median, min, max)]
        for key in rounds[0]
    }
