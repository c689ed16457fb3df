"""Several statements in one round trip, by the driver's own means (libpq's pipeline).

Each has a snapshot of its own, as if it had been sent alone; what comes after one that fails is not
done. `BEGIN` goes along where no transaction is open, `COMMIT` where nothing else will be asked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection, errors
from psycopg._preparing import Prepare
from psycopg._queries import PostgresRawQuery
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Line = AsyncConnection[Any]
_FAILED = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED})


class Question(NamedTuple):
    """`text` with $1, $2 …, and once more as bytes; `maker` of rows sees the answer's head."""

    text: str
    encoded: bytes
    values: Sequence[Any]
    maker: Callable[[PGresult], Callable[[Sequence[Any]], Any]]


class _Sent(NamedTuple):
    question: Question
    values: Any  # the driver's Transformer, which is C for the one and Python for the other
    query: PostgresRawQuery
    is_prepared: Prepare
    name: bytes


async def ask(line: Line, questions: Sequence[Question], *, is_last: bool) -> list[list[Any]]:
    """The rows of each. Raises psycopg.Error, of the first that failed."""
    async with line.lock:
        return await line.wait(_asked(line, questions, is_last=is_last))


def _asked(line: Line, questions: Sequence[Question], *, is_last: bool) -> PQGen[list[list[Any]]]:
    """Whatever breaks in here leaves answers on the line that nobody could assign: it is closed."""
    server = line.pgconn
    is_begun = server.transaction_status != TransactionStatus.IDLE
    try:
        server.enter_pipeline_mode()
        if not is_begun:
            server.send_query_params(line._get_tx_start_command(), None)  # noqa: SLF001
        sent = [_send(line, question) for question in questions]
        if is_last:
            server.send_query_params(b"COMMIT", None)
        server.pipeline_sync()
        yield from send(server)
        answers = yield from _answers(line)
        server.exit_pipeline_mode()
    except BaseException:
        server.finish()
        raise
    found = iter(answers)
    if not is_begun:
        _sound(line, next(found))
    rows = [_rows(line, one, found) for one in sent]
    if is_last:
        _sound(line, next(found))
    yield from line._prepared.maintain_gen(line)  # noqa: SLF001 - one book for a line
    return rows


def _send(line: Line, question: Question) -> _Sent:
    """Into libpq's buffer; prepared under the name by which the driver itself would know it."""
    values = Transformer(line)
    query = PostgresRawQuery(values)
    query.convert(question.encoded, question.values)
    is_prepared, name = line._prepared.get(query, prepare=True)  # noqa: SLF001
    if is_prepared is Prepare.NO:  # behind a pooler
        line.pgconn.send_query_params(
            query.query, query.params, param_types=query.types, param_formats=query.formats
        )
    else:
        if is_prepared is Prepare.SHOULD:
            line.pgconn.send_prepare(name, query.query, param_types=query.types)
        line.pgconn.send_query_prepared(name, query.params, param_formats=query.formats)
    return _Sent(question, values, query, is_prepared, name)


def _answers(line: Line) -> PQGen[list[PGresult]]:
    """One a message that was sent, until the mark at the end."""
    found: list[PGresult] = []
    while True:
        results = yield from fetch_many(line.pgconn)
        if results[0].status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(results[0])


def _rows(line: Line, sent: _Sent, answers: Iterator[PGresult]) -> list[Any]:
    book = line._prepared  # noqa: SLF001
    prepared = [next(answers)] if sent.is_prepared is Prepare.SHOULD else []
    answer = next(answers)
    key = book.maybe_add_to_cache(sent.query, sent.is_prepared, sent.name)
    if key is not None:
        book.validate(key, sent.is_prepared, sent.name, [answer])
    for one in (*prepared, answer):
        _sound(line, one)
    sent.values.set_pgresult(answer)
    return list(sent.values.load_rows(0, answer.ntuples, sent.question.maker(answer)))


def _sound(line: Line, answer: PGresult) -> None:
    if answer.status in _FAILED:
        raise errors.error_from_result(answer, encoding=line.info.encoding)
