"""The named points at which a life ends, and the seeded bugs: patches of the child process only."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event, literal_column
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import db, driver, prepared
from app.models.visit import Visit
from app.services.sync import asking
from app.services.visits import making
from app.services.visits.commands import MakeVisit
from app.storage.directory import DirectoryStore
from tests.faults.l0 import bugs

POINTS = (
    "before insert",
    "after insert",
    "before commit",
    "after commit",
    "before response",
    "within response",
    "after response",
    "before object",
    "after object",
)


class _Trap:
    """Armed for one point; springs at the wanted hit of a request that writes."""

    def __init__(self) -> None:
        self.point, self.left, self.log = "", 0, Path()

    def pass_by(self, point: str) -> None:
        if point != self.point:
            return
        self.left -= 1
        if self.left <= 0:
            with self.log.open("a") as file:
                file.write(f"{point}\n")
            os.kill(os.getpid(), signal.SIGKILL)


TRAP = _Trap()
_commit, _ask = db._commit, driver.ask
_put = DirectoryStore._put


def arm(point: str, hit: int, log: Path) -> None:
    TRAP.point, TRAP.left, TRAP.log = point, hit, log
    event.listen(Engine, "before_cursor_execute", _before)
    event.listen(Engine, "after_cursor_execute", _after)
    _replace(db, "_commit", _watched_commit)
    _replace(driver, "ask", _watched_ask)
    _replace(DirectoryStore, "_put", _watched_put)


def _replace(owner: object, name: str, value: object) -> None:
    """In this process alone, which was forked to die."""
    setattr(owner, name, value)


# Of what phones send; a case and a photo are written amid a larger statement (decision 20).
_SENT = "hazards|photos|events|visits|visit_answers|postponements|collections|errands"
_INSERT = re.compile(rf"\bINSERT INTO ({_SENT}|accidents|accident_reports)\b")


def _is_insert(statement: str) -> bool:
    return _INSERT.search(statement) is not None


def _before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if _is_insert(statement):
        TRAP.pass_by("before insert")


def _after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if _is_insert(statement):
        TRAP.pass_by("after insert")


async def _watched_commit(session: AsyncSession) -> None:
    if _is_committed(session):
        await _commit(session)
        return
    TRAP.pass_by("before commit")
    await _commit(session)
    TRAP.pass_by("after commit")


async def _watched_ask(
    line: driver.Line, questions: Sequence[driver.Question], *, is_last: bool
) -> list[list[Any]]:
    """Where COMMIT goes along with what it commits, a photo's row: before either has left."""
    writes = is_last and any(_is_insert(one.text) for one in questions)
    if writes:
        TRAP.pass_by("before commit")
    found = await _ask(line, questions, is_last=is_last)
    if writes:
        TRAP.pass_by("after commit")
    return found


def _is_committed(session: AsyncSession) -> bool:
    """Along with its last question: what the session still says is said to nobody."""
    known = session.info.get(prepared._LINE)
    if known is None or known[0] is not session.sync_session.get_transaction():
        return False
    return bool(known[2].info.transaction_status == TransactionStatus.IDLE)


def _watched_put(store: DirectoryStore, path: Path, body: bytes) -> None:
    TRAP.pass_by("before object")
    _put(store, path, body)
    TRAP.pass_by("after object")


_ANSWERED: ContextVar[asyncio.Event] = ContextVar("answered")


class _Watched:
    """The application, with a trap between its answer and the wire."""

    def __init__(self, app: FastAPI) -> None:
        self.app: ASGIApp = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = asyncio.Event()
        _ANSWERED.set(answered)
        if scope["type"] != "http":
            answered.set()

        async def watch(message: Message) -> None:
            if scope.get("method") == "PUT" and message["type"] == "http.response.start":
                TRAP.pass_by("before response")
            await send(message)
            if scope.get("method") == "PUT" and message["type"] == "http.response.start":
                TRAP.pass_by("within response")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()
                if scope.get("method") == "PUT":
                    TRAP.pass_by("after response")

        await self.app(scope, receive, watch)


def watched(app: FastAPI) -> Any:
    return _Watched(app)


# -- seeded bugs -----------------------------------------------------------------------------------
def plant(bug: str) -> None:
    _BUGS[bug]()


def _without_fsync() -> None:
    """Nothing reaches the disk before the system feels like it."""
    _replace(os, "fsync", lambda _handle: None)


def _as_if_never_restored() -> None:
    """The feed does not notice that this is another database."""
    _replace(asking, "DATABASE", literal_column("'the same'"))
    _replace(asking, "_NEWS", asking._statement())
    _replace(asking, "_ALL_NEWS", asking._long_statement())


_LATER = 0.5  # seconds after the answer: work that should have been done before it
_AFTERWARDS: set[asyncio.Task[None]] = set()


def _afterwards(work: Coroutine[Any, Any, None]) -> None:
    answered = _ANSWERED.get()

    async def wait() -> None:
        await answered.wait()
        await asyncio.sleep(_LATER)
        await work

    task = asyncio.create_task(wait())
    _AFTERWARDS.add(task)
    task.add_done_callback(_AFTERWARDS.discard)


def _answer_before_commit() -> None:
    @asynccontextmanager
    async def hasty(sessions: db.Sessions) -> AsyncIterator[AsyncSession]:
        session = sessions()
        try:
            yield session
        except BaseException:
            await session.close()
            raise
        _afterwards(commit(session))

    async def commit(session: AsyncSession) -> None:
        await session.commit()
        await session.close()

    _replace(db, "unit_of_work", hasty)


def _row_before_bytes() -> None:
    put = DirectoryStore.put

    async def later(store: DirectoryStore, key: str, body: bytes, content_type: str) -> None:
        _afterwards(put(store, key, body, content_type))

    _replace(DirectoryStore, "put", later)


def _answers_afterwards() -> None:
    """A visit is acknowledged before what was seen at it is kept."""
    insert = making._insert

    async def hasty(session: AsyncSession, visit: Visit, command: MakeVisit) -> bool:
        is_new = await insert(session, visit, command.model_copy(update={"answers": []}))
        _afterwards(_keep(session.bind, making._answers(visit.id, command)))
        return is_new

    _replace(making, "_insert", hasty)


async def _keep(bind: Any, rows: Sequence[Any]) -> None:
    async with AsyncSession(bind) as own, own.begin():
        own.add_all(rows)


def _commit_unwritten() -> None:
    _replace(db, "LIMITS", f"{db.LIMITS} -c synchronous_commit=off")


def _everybody_sees_all() -> None:
    """As the walks have it: in what is built once and in what is built for each question."""
    bugs.everybody_sees_all(pytest.MonkeyPatch())


_BUGS: dict[str, Callable[[], None]] = {
    "answer before commit": _answer_before_commit,
    "row before bytes": _row_before_bytes,
    "answers of a visit come later": _answers_afterwards,
    "commit that is not written": _commit_unwritten,
    "object without fsync": _without_fsync,
    "cursors outlive a restore": _as_if_never_restored,
    "everybody sees all": _everybody_sees_all,
}
