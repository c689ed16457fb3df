"""Files for the library, made here: Office files of the smallest kind, whole and spoilt."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping

from tests import pictures

PDF = pictures.PDF
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


def office(ending: str = "docx", macro: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """`macro`: one more part of this name; `more`: others, by name."""
    part, kind = _MAIN[ending]
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/{part}" ContentType="application/vnd.'
        f'openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    )
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", types)
        parts.writestr(part, "<x/>")
        if macro:
            parts.writestr(macro, b"\xd0\xcf\x11\xe0")
        for name, content in (more or {}).items():
            parts.writestr(name, content)
    return body.getvalue()


def archive(**parts: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return body.getvalue()


def good() -> dict[str, tuple[bytes, str]]:
    """One of every type that is kept, with its ending."""
    return {
        "PDF": (PDF, "pdf"),
        "Word": (office("docx"), "docx"),
        "Excel": (office("xlsx"), "xlsx"),
        "JPEG": (pictures.jpeg(1), "jpg"),
        "PNG": (pictures.encoded(pictures.scene(), "PNG"), "png"),
    }


def _twice() -> bytes:
    body = io.BytesIO(office("docx"))
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(body, "a") as parts:
        parts.writestr("word/document.xml", "<y/>")
    return body.getvalue()


def _bomb() -> bytes:
    """330 MB of nothing."""
    return office("docx", more={f"b{n}": bytes(11 * 1024 * 1024) for n in range(30)})


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "重新选"),
    "PDF cut": (lambda: PDF[:-8], "不完整"),
    "Word with macros": (lambda: office("docx", "word/vbaProject.bin"), "宏"),
    "Excel with macros": (lambda: office("xlsx", "xl/vbaProject.bin"), "宏"),
    "Excel 4 macros": (lambda: office("xlsx", "xl/macrosheets/sheet1.xml"), "宏"),
    "ActiveX": (lambda: office("docx", "word/activeX/activeX1.bin"), "宏"),
    "old Word": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".docx"),
    "archive": (lambda: archive(readme=b"hello"), "解开"),
    "Office cut": (lambda: office("xlsx")[:-30], "损坏"),
    "bomb": (_bomb, "太大"),
    "two parts of one name": (_twice, "解开"),
    "web page": (lambda: b"<!doctype html><script>alert(1)</script>", "PDF"),
    "web page with a mark": (lambda: b"\xef\xbb\xbf<html>", "PDF"),
    "SVG": (lambda: pictures.SVG, "PDF"),
    "program": (lambda: b"MZ" + bytes(200), "程序"),
    "GIF": (lambda: pictures.encoded(pictures.scene(mode="P"), "GIF"), "JPG"),
    "WebP": (lambda: pictures.encoded(pictures.scene(), "WEBP"), "JPG"),
    "huge PNG": (lambda: pictures.huge_png(9000, 9000), "太大"),
    "text": (lambda: "楼道堆放杂物".encode() * 40, "PDF"),
}
"""What is refused, and a word of the way out; made when it is wanted: a bomb takes a second."""
