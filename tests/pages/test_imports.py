"""Goods by table in the browser: the template, the check, mending, the rows that failed."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.catalogue.models import Product
from marketplace.core.sheets import read_sheet, write_csv, write_xlsx
from marketplace.listing.commands.imports import write_run
from marketplace.listing.models import ImportRun
from marketplace.listing.rules.sheet import FINGERPRINT, HEADINGS, TITLE
from tests.county import START, County
from tests.listing.tables import GOOD, csv, form_of, row, xlsx
from tests.pages.conftest import Road, Visitor


def home(county: County) -> str:
    return f"/producer/{county.producer_id}/import"


def hand_in(
    visitor: Visitor, county: County, content: bytes, name: str = "货.xlsx", status: int = 302
) -> TestResponse:
    answer = visitor.client.post(home(county), **form_of("file", content, name))
    assert answer.status_code == status, answer.text[-600:]
    return answer


def products(road: Road) -> int:
    return len(road.look(select(Product.id)))


def test_the_template_comes_back_as_it_went_out(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    for kind in ("xlsx", "csv"):
        content = clerk.client.get(f"{home(county)}/template.{kind}").data
        assert read_sheet("file", content)[:2] == [
            [TITLE, FINGERPRINT, *[""] * (8 if kind == "xlsx" else 0)],
            list(HEADINGS),
        ]
    filled = clerk.client.get(f"{home(county)}/template.xlsx?filled=1").data
    rows = read_sheet("file", filled)
    for number, cells in enumerate(rows[2:]):
        cells[0] = f"M-{number}"
    answer = hand_in(clerk, county, write_xlsx(rows, START))
    assert "要改,现在什么都没有写入" not in clerk.see(answer.location)
    assert "送审 0 行" in clerk.see(answer.location)


@pytest.mark.parametrize("kind", ["xlsx", "utf-8", "gb18030"])
def test_a_table_is_checked_and_written_in_the_background(
    county: County, road: Road, session: Session, kind: str
) -> None:
    content = xlsx(GOOD) if kind == "xlsx" else csv(GOOD)
    if kind == "gb18030":
        content = content.decode("utf-8-sig").encode("gb18030")
    clerk, before = road.visit(county.clerk), products(road)
    page = hand_in(clerk, county, content).location
    assert "新增 1 行" in clerk.see(page)
    assert products(road) == before
    clerk.send(f"{page}/write", rows="all")
    clerk.send(f"{page}/write", rows="all")
    assert "正在写入 1 行" in clerk.see(page)
    (run,) = road.look(select(ImportRun.id))
    write_run(session, run, START)
    session.commit()
    assert "写完了:新增 1 行" in clerk.see(page)
    assert products(road) == before + 1
    again = hand_in(clerk, county, content).location
    assert "没有变化 1 行" in clerk.see(again)


def test_bad_cells_are_fields_and_the_failed_rows_a_file(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    bad = row(sku="A-2", name="=1+1", pack="一大堆", price="abc")
    page = hand_in(clerk, county, xlsx(GOOD, bad)).location
    text = clerk.see(page)
    assert 'name="cell-4-pack" value="一大堆"' in text
    assert 'name="cell-4-price" value="abc"' in text
    assert "看不懂这个规格" in text
    assert "只写入好的 1 行" in text
    refused = clerk.send(f"{page}/write", 422, rows="all").text
    assert '<a href="#cell-4-price">第 4 行,单价(元):' in refused
    failed = clerk.client.get(f"{page}/failed.xlsx").data
    first, headings, cells = read_sheet("file", failed)
    assert (first[0], headings[-1], cells[1]) == (TITLE, "要改的地方", "=1+1")
    assert "单价(元):" in cells[-1]
    with zipfile.ZipFile(BytesIO(failed)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    cells[3], cells[4] = "5斤", "30"
    mended = hand_in(clerk, county, write_xlsx([first, headings, cells], START)).location
    assert "新增 1 行" in clerk.see(mended)
    clerk.send(f"{page}/mend", **{"cell-4-pack": "５斤", "cell-4-price": "３０"})
    assert "每一行都可以" in clerk.see(page)


def test_a_cell_that_is_mended_badly_keeps_what_was_typed(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    page = hand_in(clerk, county, csv(row(price="abc"))).location
    clerk.send(f"{page}/mend", **{"cell-3-price": "xyz", "cell-99-price": "1", "cell-3-no": "1"})
    assert 'value="xyz"' in clerk.see(page)
    answer = clerk.send(f"{page}/mend", 422, **{"cell-3-price": "9" * 10_000})
    assert 'href="#cell-3-price"' in answer.text
    clerk.send(f"{page}/mend", 422, **{"cell-3-price": "a\x00b"})


def _bomb() -> bytes:
    """A small file that unpacks to two hundred million bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    return out.getvalue()


def _with_entity() -> bytes:
    """A workbook whose strings ask for a file of the server."""
    out = BytesIO()
    evil = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>&e;</t></si></sst>"
    )
    with zipfile.ZipFile(BytesIO(xlsx(GOOD))) as given, zipfile.ZipFile(out, "w") as packed:
        for part in given.namelist():
            is_strings = part == "xl/sharedStrings.xml"
            packed.writestr(part, evil if is_strings else given.read(part))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "这个文件是空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "这不是表格文件"),
        (b"PK\x03\x04half", "这不是表格文件"),
        (xlsx(GOOD)[:3000], "这不是表格文件"),
        (_bomb(), "表格不能超过"),
        (write_csv([["商品", "价格"], ["香菇", "1"]]), "「货.xlsx」不是商品导入模板"),
        (write_csv([[TITLE, "00000000"], HEADINGS, GOOD]), "用的是旧模板(版本 00000000)"),
        (write_csv([[TITLE, FINGERPRINT], HEADINGS[1:], GOOD]), "用的是旧模板"),
        (csv(), "表里没有商品"),
        (csv(row(description="好" * 1_001)), "有一格超过了 1000 个字"),
        (csv(*[GOOD] * 5_001), "表格不能超过"),
        (bytes(6 * 1024 * 1024), "表格不能超过"),
    ],
    ids=range(12),
)
def test_a_file_that_is_no_such_table_is_refused_by_name(
    county: County, road: Road, content: bytes, words: str
) -> None:
    answer = hand_in(road.visit(county.clerk), county, content, "../../货.xlsx", 422)
    assert words in answer.text
    assert road.look(select(ImportRun)) == []


def test_a_file_that_asks_for_a_file_of_ours_gets_nothing(county: County, road: Road) -> None:
    answer = road.visit(county.clerk).client.post(
        home(county), data={"file": (BytesIO(_with_entity()), "货.xlsx")}
    )
    assert "root:" not in answer.text
    assert answer.status_code == 422


@pytest.mark.slow
def test_a_million_rows_are_refused_without_reading_them(county: County, road: Road) -> None:
    many = write_xlsx([["x"]] * 60_000, START)
    answer = hand_in(road.visit(county.clerk), county, many, status=422)
    assert "表格不能超过" in answer.text


def test_other_peoples_tables_are_not_found(county: County, road: Road, app: Flask) -> None:
    page = hand_in(road.visit(county.clerk), county, csv(GOOD)).location
    other = road.visit(county.other_clerk)
    steps: dict[str, Any] = {"mend": {}, "write": {"rows": "all"}}
    for place in (home(county), page, f"{page}/failed.xlsx", f"{home(county)}/template.xlsx"):
        other.see(place, 404)
    for step, fields in steps.items():
        other.send(f"{page}/{step}", 404, **fields)
    hand_in(other, county, csv(GOOD), status=404)
    road.visit(county.buyer).see(home(county), 403)
