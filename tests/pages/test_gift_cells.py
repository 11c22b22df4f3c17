"""Cells of a staff list that cannot be kept, and fields that were emptied."""

from html import unescape
from io import BytesIO

import pytest

from marketplace.core.sheets import write_xlsx
from tests.county import CONSIGNEE, START
from tests.pages.test_gifts import LIST, TERMS


@pytest.fixture
def path(county):
    return f"/unit/{county.unit_id}/gifts"


@pytest.fixture
def drafted(county, visit, path):
    answer = visit(county.buyer).send(path, list=LIST, step="make", **TERMS)
    return int(answer.location.split("/")[2])


def test_a_cell_that_no_database_keeps_is_named_by_row_and_column(county, visit, path):
    rows = [("姓名", "慰问品"), ("王小明", "椴木\x00香菇")]
    data = {"file": (BytesIO(write_xlsx(rows, START)), "a.xlsx"), "step": "check"}
    answer = visit(county.buyer).client.post(path, data=data)
    assert answer.status_code == 422
    assert "第 2 行第 2 列里有不能保存的控制字符" in unescape(answer.text)


def test_what_was_emptied_stays_empty(county, visit, drafted):
    place = f"/purchases/{drafted}/people/replace"
    buyer, noted = visit(county.buyer), {**TERMS, "note": "放在门卫室"}
    buyer.send(place, list="孙丽\t\t\t红薯粉条\n", step="make", **noted)
    page = buyer.send(place, 200, list="孙丽\t\t\t红薯粉条\n", step="check").text
    assert "放在门卫室" in page
    emptied = {**TERMS, "note": "", "consignee_phone": ""}
    page = buyer.send(place, 422, list="孙丽\t\t\t红薯粉条\n", step="make", **emptied).text
    assert "放在门卫室" not in page
    assert CONSIGNEE.phone not in page


def test_a_row_with_several_bad_cells_names_each(county, visit, path):
    listed = "姓名\t电话\t慰问品\t金额\t份数\n\t12\t没有的\t-5\t0\n"
    page = unescape(visit(county.buyer).send(path, 200, list=listed, step="check").text)
    for column in ("姓名", "电话", "慰问品", "金额", "份数"):
        assert f"<strong>{column}:" in page
