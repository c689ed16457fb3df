"""What this machine can do at all: bare pieces of the work, measured in the same run as ours."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg

from tests.bench.load import Load, nothing
from tests.bench.processes import postmaster
from tests.running import RunningApp, free_port

SERVER = """
import hashlib, os, sys, tempfile, uvicorn
from fastapi import FastAPI, Request
app = FastAPI()
folder = tempfile.mkdtemp()

@app.get("/json")
async def small() -> dict[str, str]:
    return {"hello": "world"}

@app.put("/upload")
async def take(request: Request) -> dict[str, str]:
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        async for chunk in request.stream():
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return {"sha256": digest.hexdigest()}

uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""
COPIED = 50_000


@asynccontextmanager
async def loads(app: RunningApp, body: bytes) -> AsyncIterator[dict[str, Load]]:
    """Bare FastAPI JSON, a streamed upload with fsync, insert + commit, files from 8 threads."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, str(port))
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
    url = app.database_url.replace("+psycopg", "")
    lines = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(8)]
    await lines[0].execute("create table if not exists bench_commit (id serial, note text)")
    pool = ThreadPoolExecutor(8)
    try:
        await _answers(client)
        yield _loads(app, client, lines, process.pid, body, pool)
    finally:
        process.kill()
        await process.wait()
        pool.shutdown()
        await lines[0].execute("drop table bench_commit")
        for line in lines:
            await line.close()
        await client.aclose()


async def _answers(client: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            await client.get("/json")
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
        else:
            return


def _loads(
    app: RunningApp,
    client: httpx.AsyncClient,
    lines: list[psycopg.AsyncConnection[tuple[object, ...]]],
    server: int,
    body: bytes,
    pool: ThreadPoolExecutor,
) -> dict[str, Load]:
    database = [pid for pid in (postmaster(app.database_folder),) if pid]
    folder = Path(tempfile.mkdtemp(dir=app.var))

    async def small(_: int) -> None:
        (await client.get("/json")).raise_for_status()

    async def upload(_: int) -> None:
        (await client.put("/upload", content=body)).raise_for_status()

    async def commit(number: int) -> None:
        line = lines[number % len(lines)]
        await line.execute("insert into bench_commit (note) values (%s)", ("x" * 200,))

    async def file(number: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(pool, _write, folder / str(number), body)

    return {
        "fastapi_json": Load(small, 400, lambda: [server], nothing),
        "bare_upload": Load(upload, 120, lambda: [server], nothing),
        "bare_commit": Load(commit, 400, lambda: [*database, os.getpid()], nothing),
        "files_of_8_threads": Load(file, 200, list, nothing),
    }


def _write(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def copied_rows_per_second(app: RunningApp) -> float:
    """COPY into a plain table, the fastest way in."""
    url = app.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create temporary table copied (id int, note text)")
        begun = time.perf_counter()
        with connection.cursor().copy("copy copied from stdin") as copy:
            for number in range(COPIED):
                copy.write_row((number, "楼道堆放杂物，堵住安全出口"))
        return COPIED / (time.perf_counter() - begun)
