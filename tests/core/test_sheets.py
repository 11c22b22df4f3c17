"""Tables that people hand in hold no more than they say, and run nothing when they are opened."""

import struct
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from marketplace.core.errors import InvalidInput
from marketplace.core.sheets import (
    MOST_BYTES,
    MOST_PARTS,
    MOST_UNPACKED,
    read_sheet,
    safe_cell,
    write_csv,
    write_xlsx,
)
from tests.conftest import NOON
from tests.structure.house import ROOT

# In a process of its own: what reads tables is no Python, and only the process can be weighed.
READS = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
import python_calamine
from marketplace.core.errors import InvalidInput
from marketplace.core.sheets import read_sheet
content = Path(sys.argv[1]).read_bytes()
before = getrusage(RUSAGE_SELF).ru_maxrss
try:
    read_sheet("file", content)
except InvalidInput as refused:
    print(refused.errors[0].field, getrusage(RUSAGE_SELF).ru_maxrss - before)
"""


def packed(*parts: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.slow
def test_a_small_file_that_holds_gigabytes_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(("xl/worksheets/sheet1.xml", bytes(MOST_UNPACKED + 1)))
    assert len(bomb) < 200_000
    with pytest.raises(InvalidInput):
        read_sheet("file", bomb)


def lying(content: bytes, true_bytes: int, said_bytes: int) -> bytes:
    """The same archive, which says of a part that it unpacks to less than it does."""
    return content.replace(struct.pack("<I", true_bytes), struct.pack("<I", said_bytes))


@pytest.mark.slow
def test_a_file_that_lies_about_what_it_holds_is_never_unpacked(tmp_path: Path) -> None:
    """What measures believes the archive; what reads tables has to as well."""
    book = write_xlsx([["品名"]], NOON)
    with zipfile.ZipFile(BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b" " * 200_000_000)
    bomb = lying(packed(*parts.items()), len(parts[sheet]), 2_000)
    assert len(bomb) < MOST_BYTES
    (tmp_path / "bomb.xlsx").write_bytes(bomb)
    asked = [sys.executable, "-c", READS, str(tmp_path / "bomb.xlsx")]
    said = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    field, more_kb = said.split()
    assert field == "file"
    assert int(more_kb) < 60_000


def test_a_file_of_thousands_of_parts_is_refused() -> None:
    crowd = packed(*((f"xl/{number}.xml", b"") for number in range(MOST_PARTS + 1)))
    with pytest.raises(InvalidInput) as refused:
        read_sheet("file", crowd)
    assert refused.value.errors[0].field == "file"


def test_entities_of_other_files_are_not_read() -> None:
    """An xlsx is XML; what it declares of this machine's files comes to nothing."""
    declared = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    sheet = (
        declared
        + b"<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>"
    )
    book = b"<workbook><sheets><sheet name='a' sheetId='1' r:id='rId1'/></sheets></workbook>"
    try:
        rows = read_sheet(
            "file", packed(("xl/workbook.xml", book), ("xl/worksheets/sheet1.xml", sheet))
        )
    except InvalidInput:
        return
    assert "root:" not in str(rows)


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+SUM(A1)",
        "-x",
        "@cmd",
        "\tx",
        "\r=x",
        "\n=x",
        "\uff1d1",
        "\uff0bx",
        "\uff0dx",
        "\uff20x",
    ],
)
def test_no_cell_is_a_formula(typed: str) -> None:
    assert safe_cell(typed) == f"'{typed}"
    assert f"'{typed}".encode() in write_csv([[typed]])


@pytest.mark.parametrize("typed", ["-12.50", "香菇", "1=1", ""])
def test_numbers_and_words_stay_as_they_are(typed: str) -> None:
    assert safe_cell(typed) == typed


def test_a_table_that_is_too_long_is_told_how_long_it_may_be() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_sheet("file", b"a,b\n" * 3, most_rows=2)
    assert refused.value.errors[0].params == (("most", 2),)
