"""A workbook is opened in a process of its own: hostile bytes end there.

A few hundred bytes can claim a cell at the far corner of a sheet, for which a reader makes room.
The child has bounded memory and time, no files and no network. It takes a line of JSON with what is
asked for and then the bytes; it answers with JSON, for what such bytes might have made of it.
"""

import codecs
import json
import sys
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from app import confined
from app.confined import NoAnswerError
from app.services.sheets import reading
from app.services.sheets.reading import MOST_ROWS, Table

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_SECONDS = 90
_CPU_SECONDS = 60
_MEMORY = 1536 * 1024 * 1024  # 50,000 rows of 40 columns take about a third


def read(
    body: bytes, titles: Collection[str], needed: Collection[str], most: int = MOST_ROWS
) -> Table:
    """Blocking, up to 90 s. Invalid in words for what is no such sheet, or has no rows."""
    reading.require_small(body)
    asked = {"titles": list(titles), "needed": list(needed), "most": most}
    try:
        told = confined.answered(__name__, json.dumps(asked).encode() + b"\n" + body, _SECONDS)
    except NoAnswerError as error:
        zh, en = "太大或者坏了，请把数据复制到模板里再传", "Too large or damaged; use the template"
        raise reading.invalid(zh, en) from error
    rows = [(line, cells) for line, cells in told["rows"]]
    return Table(rows, told["letters"], told["ignored"])


@cache
def turns() -> "ThreadPoolExecutor":
    """Children, and answers of theirs being taken apart. Who waits takes no thread of others."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - the child waits for nobody

    return ThreadPoolExecutor(2, thread_name_prefix="sheet")


async def opened(
    body: bytes, titles: Collection[str], needed: Collection[str], most: int = MOST_ROWS
) -> Table:
    """As `read`, once it is its turn: two at a time."""
    from asyncio import get_running_loop  # noqa: PLC0415 - as in turns

    return await get_running_loop().run_in_executor(turns(), read, body, titles, needed, most)


def main() -> None:
    """Everything is loaded before the limits, after which no file can be opened."""
    import python_calamine  # noqa: F401, PLC0415 - see reading.read

    codecs.lookup("cp437")  # names in a zip file
    asked = json.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read()
    confined.answer(lambda: vars(reading.read(body, **asked)), _MEMORY, _CPU_SECONDS)
