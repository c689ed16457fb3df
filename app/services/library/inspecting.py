"""What a file is, by its content: five types that are kept, the others with their way out.

Nothing is run, drawn or unpacked but the one part of an Office file that lists its types; its size
is told before and bounded. What is hidden inside a PDF is not looked for: it is only ever saved,
never shown by a page of ours.
"""

import codecs
import io
import zipfile
import zlib
from dataclasses import dataclass

from app.errors import UnreadableFile, UnreadablePhoto
from app.services import photos

_TYPES_PART = "[Content_Types].xml"
_MOST_PARTS, _MOST_TYPES, _MOST_UNPACKED = 5000, 1024 * 1024, 300 * 1024 * 1024
_TAIL = 2048
_OFFICE = "application/vnd.openxmlformats-officedocument"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError,
    EOFError, ValueError, OSError, KeyError,
)  # fmt: skip
_MACROS = ("vbaproject.bin", "macrosheets/", "activex/", "vbadata.xml")
_STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "这是旧版 Word、Excel（.doc、.xls）。请另存为 .docx、.xlsx 或 PDF",
     "an old Word or Excel file (.doc, .xls). Save it as .docx, .xlsx or PDF"),
    (b"<", "这是网页或矢量图。请打印成 PDF", "a web page or a drawing. Print it as PDF"),
    (b"Rar!", "这是压缩包。请解开，一份一份地传", "an archive. Unpack it and send each one"),
    (b"7z\xbc\xaf", "这是压缩包。请解开，一份一份地传", "an archive. Unpack it and send each one"),
    (b"MZ", "这是程序", "a program"),
    (b"\x7fELF", "这是程序", "a program"),
    (b"GIF8", "这是动图。请存成 JPG 或 PNG", "a GIF. Save it as JPG or PNG"),
)  # fmt: skip


@dataclass(frozen=True)
class Type:
    content_type: str
    ending: str


PDF = Type("application/pdf", "pdf")
DOCX = Type(f"{_OFFICE}.wordprocessingml.document", "docx")
XLSX = Type(f"{_OFFICE}.spreadsheetml.sheet", "xlsx")
_PICTURES = {"image/jpeg": Type("image/jpeg", "jpg"), "image/png": Type("image/png", "png")}
_MAIN = {
    "word/document.xml": (DOCX, "wordprocessingml.document.main+xml"),
    "xl/workbook.xml": (XLSX, "spreadsheetml.sheet.main+xml"),
}


def inspect(body: bytes, max_pixels: int) -> Type:
    """UnreadableFile with the reason and the way out."""
    if not body:
        raise _refused("文件是空的。请重新选一次", "it is empty. Choose it again")
    if body.startswith(b"%PDF-"):
        if b"%%EOF" not in body[-_TAIL:]:
            raise _refused("PDF 不完整。请重新下载或导出后再传", "the PDF is cut. Export it again")
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    for start, zh, en in _STRANGERS:
        if body.removeprefix(codecs.BOM_UTF8).startswith(start):
            raise _refused(zh, en)
    return _picture(body, max_pixels)


def _office(body: bytes) -> Type:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            infos = parts.infolist()
            names = [info.filename for info in infos]
            unpacked = sum(info.file_size for info in infos)
            if len(names) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
                raise _refused(
                    "解开后太大。请另存为 PDF", "it is too large when unpacked. Save it as PDF"
                )
            is_whole = len(set(names)) == len(names) and _TYPES_PART in names
            is_small = is_whole and parts.getinfo(_TYPES_PART).file_size <= _MOST_TYPES
            types = parts.read(_TYPES_PART) if is_small else b""
    except _BROKEN:
        raise _refused(
            "文件损坏或加了密码。请去掉密码，重新保存后再传",
            "it is damaged or has a password. Take it away, save it and send it again",
        ) from None
    return _known(names, types)


def _known(names: list[str], types: bytes) -> Type:
    lower = [name.lower() for name in names]
    if b"macroenabled" in types.lower() or any(m in name for name in lower for m in _MACROS):
        raise _refused(
            "文件里有宏。请另存为不带宏的 .docx、.xlsx 或 PDF",
            "it holds macros. Save it as .docx or .xlsx without macros, or as PDF",
        )
    for part, (type_, said) in _MAIN.items():
        if part in names and said.encode() in types:
            return type_
    raise _refused(
        "这是压缩包或别的文档。请解开，一份一份地传，或另存为 PDF",
        "an archive or another kind of document. Unpack it, or save it as PDF",
    )


def _picture(body: bytes, max_pixels: int) -> Type:
    try:
        found = _PICTURES.get(photos.inspect(body, max_pixels).content_type)
    except UnreadablePhoto:
        found = None
    if found is None:
        raise _refused(
            "认不出是什么文件，或者图片损坏、太大。请存成 PDF 或 JPG",
            "it is of no known type, damaged or too large. Save it as PDF or JPG",
        )
    return found


def _refused(zh: str, en: str) -> UnreadableFile:
    return UnreadableFile(reason_zh=zh, reason_en=en)
