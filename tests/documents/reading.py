"""Reading a printed paper back, with programs that did not make it."""

import csv
import re
import zlib
from io import BytesIO, StringIO

from python_calamine import CalamineWorkbook

_STREAM = re.compile(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def rows_of_workbook(content: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def pages_of_pdf(content: bytes) -> int:
    """How many pages a PDF says it has."""
    plain = content + b"".join(_unpacked(content))
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", plain))


def fonts_of_pdf(content: bytes) -> list[bytes]:
    """Names of fonts that are embedded: those with a font file in their description."""
    plain = content + b"".join(_unpacked(content))
    return re.findall(rb"/FontName\s*/([\w+-]+)", plain) if b"/FontFile" in plain else []


def _unpacked(content: bytes) -> list[bytes]:
    found = []
    for stream in _STREAM.findall(content):
        try:
            # The check sum may end in what looks like the end of the line: it is not asked for.
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return found
