"""The machine of a county, backed up and lost: by the commands that an operator has."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from app.services.backups import manifest
from tests.faults.l4.stack import Stack
from tests.faults.results import ROOT


async def safegrid(stack: Stack, *words: str | Path) -> str:
    """A command of the product against this county. Raises with what it said."""
    command = [sys.executable, "-m", "app.cli", *(str(word) for word in words)]
    environment = {**os.environ, **stack.environment()}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {said.decode()}")
    return said.decode()


async def back_up(stack: Stack, folder: Path) -> None:
    await safegrid(stack, "backup", "make", folder)


async def lose_the_machine(stack: Stack, folder: Path, name: str, bug: str = "") -> None:
    """Another database and another photo store, filled from the newest backup; same address.

    In the same cluster: transactions count on there, so that only the feed itself can notice.
    """
    await asyncio.to_thread(stack.stop)
    cluster = stack.database.cluster
    plain = cluster.url("postgres").replace("+psycopg", "", 1)
    async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as connection:
        await connection.execute(f"create database {name} template template0".encode())
    store = f"dir:{stack.home / name}"
    update = {"database_url": cluster.url(name), "storage": store}
    stack.settings = stack.settings.model_copy(update=update)
    await safegrid(stack, "restore", folder)
    await asyncio.to_thread(stack.start, bug=bug)


async def set_the_bucket_back(stack: Stack, folder: Path) -> None:
    """Photos that the newest backup does not have are no more; the database knows nothing of it."""
    known = {line.key for line in manifest.lines(manifest.newest(folder))}
    lost = 0
    for path in (stack.objects / "photos").rglob("*"):
        if path.is_file() and path.relative_to(stack.objects).as_posix() not in known:
            path.unlink()
            lost += 1
    assert lost
