"""Workbooks from anywhere: whatever is in them, it costs its sender a sentence and us nothing."""

import asyncio
import io
import json
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from itertools import pairwise

import pytest
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.errors import Invalid
from app.services import sheets
from app.services.sheets import apart, cells

TITLES, NEEDED = ("名称", "地址"), ("名称",)
SHEET = "xl/worksheets/sheet1.xml"
FAR_CORNER = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
HUGE = 400_000_000
MOST_MEMORY = 1_600_000  # kB
# In a small process: what a child takes counts from the pages of the process that starts it, and
# the tests' own is as large as the bombs that it builds.
APART = """
import json, resource, sys
from app.errors import Invalid
from app.services import sheets
try:
    sheets.read(sys.stdin.buffer.read(), ("名称", "地址"), ("名称",))
except Invalid as refused:
    taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([refused.fields, refused.problem()["zh"], taken]))
"""


def book(rows: Sequence[Sequence[str]] = (("名称", "地址"), ("东村饭店", "文化路"))) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return out.getvalue()


def with_part(name: str, text: str) -> bytes:
    """The workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.infolist():
            new.writestr(part.filename, text if part.filename == name else old.read(part))
    return out.getvalue()


def sheet_xml() -> str:
    with zipfile.ZipFile(io.BytesIO(book())) as packed:
        return packed.read(SHEET).decode()


def far() -> bytes:
    """Two cells, and room for seventeen thousand million between them."""
    return with_part(SHEET, sheet_xml().replace("</sheetData>", FAR_CORNER))


def huge() -> bytes:
    return with_part(SHEET, sheet_xml() + " " * HUGE)


def lying() -> bytes:
    """The same, and it says that it is small."""
    true = struct.pack("<I", len(sheet_xml().encode()) + HUGE)
    packed = huge()
    assert packed.count(true) == 2
    return packed.replace(true, struct.pack("<I", 1_000))


def laughing() -> bytes:
    """Entities of entities: a thousand million words if somebody expands them."""
    levels = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
    return with_part(
        "xl/sharedStrings.xml",
        f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">{levels}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + "<si><t>&i;</t></si>" * 4
        + "</sst>",
    )


def outside() -> bytes:
    """An entity that names a file of the server."""
    return with_part(
        "xl/sharedStrings.xml",
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>名称</t></si><si><t>地址</t></si><si><t>&a;</t></si><si><t>&a;</t></si></sst>",
    )


def repeating(length: int, times: int) -> bytes:
    """One text, told once, in so many cells."""
    return book([("名称", "地址"), *[("x" * length, "")] * times])


def long() -> bytes:
    return repeating(32_000, 9_000)


def many() -> bytes:
    """No cell is too long for itself."""
    return repeating(9_000, 2_300)


def test_a_workbook_is_read() -> None:
    table = sheets.read(book(), TITLES, NEEDED)
    assert table.rows == [(2, {"名称": "东村饭店", "地址": "文化路"})]
    assert table.cell(2, "地址") == "B2"


def refused_apart(body: bytes) -> tuple[list[str], str, int]:
    """The fields and the words of the refusal; the most that the reader had at once, in kB."""
    command = [sys.executable, "-c", APART]
    said = subprocess.run(command, input=body, capture_output=True, check=True)
    fields, zh, memory = json.loads(said.stdout)
    return fields, zh, memory


@pytest.mark.parametrize("make", [far, huge, lying, laughing, long, many])
def test_a_bomb_is_refused_in_words_and_takes_nothing_along(make: object) -> None:
    assert callable(make)
    body = make()
    assert len(body) < 500_000
    fields, zh, memory = refused_apart(body)
    assert fields == ["file"]
    assert zh.startswith("这个文件")
    assert memory < MOST_MEMORY


@pytest.mark.parametrize(("make", "word"), [(long, "A2 格超过 10000 个字"), (many, "里面的字太多")])
def test_text_told_once_and_repeated_is_counted_as_often(make: object, word: str) -> None:
    assert callable(make)
    with pytest.raises(Invalid) as refused:
        sheets.read(make(), TITLES, NEEDED)
    assert word in refused.value.problem()["zh"]


def test_a_cell_as_long_as_allowed_is_read() -> None:
    assert len(sheets.read(repeating(10_000, 1), TITLES, NEEDED).rows) == 1


async def test_two_workbooks_are_opened_at_a_time_and_who_waits_keeps_nobody_waiting() -> None:
    gate = threading.Event()
    before = [apart.turns().submit(gate.wait) for _ in range(2)]
    waiting = [asyncio.create_task(sheets.opened(book(), TITLES, NEEDED)) for _ in range(40)]
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "served"), 5) == "served"
    assert not any(one.done() for one in waiting)
    for one in waiting[1:]:
        one.cancel()
    gate.set()
    assert len((await waiting[0]).rows) == 1
    assert all(one.result() for one in before)


def test_nothing_of_the_server_comes_into_a_sheet() -> None:
    try:
        table = sheets.read(outside(), TITLES, NEEDED)
    except Invalid:
        return
    assert "root:" not in str(table.rows)


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04 nothing", "名称,地址\n一,二".encode(), book()[:-200]]
)
def test_what_is_no_workbook_is_said_in_words(body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.read(body, TITLES, NEEDED)
    assert refused.value.problem()["zh"].startswith("这个文件")


def test_columns_have_the_letters_that_excel_gives_them() -> None:
    for at in range(16_384):  # as many as a sheet can have
        assert cells.letters(at) == xl_col_to_name(at)


def test_a_reader_brings_only_what_it_reads_with() -> None:
    """Every file that somebody brings starts one: what it loads is waited for each time."""
    loaded = "import sys, app.services.sheets.apart, python_calamine; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    heavy = {"asyncio", "xlsxwriter", "sqlalchemy", "pydantic", "fastapi"}
    assert heavy.isdisjoint(said.stdout.split())
