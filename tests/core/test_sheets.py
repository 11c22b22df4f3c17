"""Tables that people hand in hold no more than they say, and run nothing when they are opened."""

import zipfile
from io import BytesIO

import pytest

from marketplace.core.errors import InvalidInput
from marketplace.core.sheets import MOST_PARTS, MOST_UNPACKED, read_sheet, safe_cell, write_csv


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


@pytest.mark.parametrize("typed", ["=1+1", "+SUM(A1)", "-x", "@cmd", "\tx", "\r=x"])
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
