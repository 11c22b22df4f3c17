"""Buying by list: every row with a verdict, nothing dropped in silence, the good ones bought."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.core.sheets import write_xlsx
from marketplace.ordering.models import BasketLine
from marketplace.ordering.rules.lists import ListRow, OfferedPack, judge, read_rows
from tests.county import START, goods


@pytest.fixture
def basket(session, county):
    def look():
        lines = session.scalars(
            select(BasketLine).where(BasketLine.person_id == county.buyer.person_id)
        )
        found = {line.variant_id: line.quantity for line in lines}
        session.rollback()
        return found

    return look


def test_pasted_rows_are_judged_and_the_good_ones_bought(county, visit, basket):
    buyer = visit(county.buyer)
    pasted = "商品\t规格\t数量\n椴木香菇\t500 克\t２０\n红薯粉条\t\t7\n椴木香菇\t\t1\n没有的\t\t1\n"
    page = buyer.send("/basket/list", 200, list=pasted, step="check").text
    assert "3 行可以买,1 行要改" in page
    assert "没有这种商品" in page
    assert "1,280.60" in page
    assert basket() == {}
    assert buyer.send("/basket/list", list=pasted, step="take").location == "/basket"
    assert basket() == {county.mushrooms.variant_id: 21, county.noodles.variant_id: 7}


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("0", "1 到"),
        ("-1", "整数"),
        ("1.5", "整数"),
        ("1e9", "整数"),
        ("九", "整数"),
        ("", "整数"),
        ("9" * 500, "1 到"),
        ("1001", "库存只有 1000 件"),
    ],
)
def test_a_wrong_quantity_is_told_in_its_row(county, visit, basket, quantity, words):
    page = visit(county.buyer).send(
        "/basket/list", 200, list=f"椴木香菇\t\t{quantity}", step="take"
    )
    assert words in page.text
    assert basket() == {}


@pytest.mark.parametrize("code", ["9" * 19, "9" * 30, "0" * 30 + "9" * 30, "-1", "0"])
def test_a_code_that_no_pack_has_is_told_in_its_row(county, visit, basket, code):
    pasted = f"编号\t数量\n{code}\t1\n"
    page = visit(county.buyer).send("/basket/list", 200, list=pasted, step="take")
    assert "没有这种商品" in page.text
    assert basket() == {}


def test_a_code_may_be_typed_in_full_width(county, visit, basket):
    variant_id = county.mushrooms.variant_id
    wide = str(variant_id).translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)})
    visit(county.buyer).send("/basket/list", list=f"编号\t数量\n{wide}\t2\n", step="take")
    assert basket() == {variant_id: 2}


def test_files_of_spreadsheets_are_taken_and_go_round_once_more(county, visit, basket):
    rows = [("编号", "数量"), (county.mushrooms.variant_id, 3), ("x", 1), ("", "")]
    buyer = visit(county.buyer)
    for name, content in (
        ("list.xlsx", write_xlsx(rows, START)),
        ("list.csv", f"编号,数量\n{county.mushrooms.variant_id},3\nx,1\n".encode("gb18030")),
    ):
        data = {"file": (BytesIO(content), name), "step": "check"}
        answer = buyer.client.post("/basket/list", data=data)
        assert answer.status_code == 200
        assert "1 行可以买,1 行要改" in answer.text
    assert f"{county.mushrooms.variant_id}\t3" in answer.text


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "这里没有商品"),
        ("商品\t数量\n", "这里没有商品"),
        ("椴木香菇\t\t1\x00", "控制字符"),
        ("椴" * 10_000, "1000 个字"),
    ],
)
def test_nonsense_is_named_and_kept(county, visit, pasted, words):
    assert words in visit(county.buyer).send("/basket/list", 422, list=pasted, step="check").text


def test_what_is_no_table_is_refused_by_its_field(county, visit):
    data = {"file": (BytesIO(b"%PDF-1.7"), "list.pdf"), "step": "check"}
    answer = visit(county.buyer).client.post("/basket/list", data=data)
    assert answer.status_code == 422
    assert "这不是表格文件" in answer.text


def errors_of(verdict):
    return [(error.column, dict(error.params)) for error in verdict.errors]


def test_packs_and_producers_that_could_be_meant_are_named():
    def pack(variant_id, pack_name, producer):
        return OfferedPack(variant_id, "香菇", pack_name, producer, 100, 5, 9, is_on_sale=True)

    one_producer = [pack(1, "小袋", "甲"), pack(2, "大袋", "甲")]
    verdict = judge(ListRow(1, "香菇", "", "5"), {"香菇": one_producer}, {})
    assert errors_of(verdict) == [("pack", {"packs": "小袋、大袋"})]
    assert (
        judge(ListRow(1, "香 菇", "大袋", "5"), {"香菇": one_producer}, {}).pack == one_producer[1]
    )
    verdict = judge(ListRow(1, "香菇", "盒", "5"), {"香菇": one_producer}, {})
    assert errors_of(verdict) == [("pack", {"packs": "小袋、大袋"})]
    two = [pack(1, "小袋", "甲"), pack(3, "小袋", "乙")]
    verdict = judge(ListRow(1, "香菇", "小袋", "5"), {"香菇": two}, {})
    assert errors_of(verdict) == [("product", {"packs": "1 甲 小袋、3 乙 小袋"})]
    verdict = judge(ListRow(1, "香菇", "大袋", "4"), {"香菇": one_producer}, {})
    assert errors_of(verdict) == [("quantity", {"minimum": 5})]
    assert judge(ListRow(1, "", "", "5", "3"), {}, {3: two[1]}).pack == two[1]
    assert errors_of(judge(ListRow(1, "", "", "5"), {}, {})) == [("product", {})]


def test_a_row_with_several_bad_cells_names_each(county, visit):
    page = visit(county.buyer).send("/basket/list", 200, list="没有的\t\t1.5").text
    assert "没有这种商品" in page
    assert "数量要写整数" in page


def test_rows_keep_the_number_they_have_in_the_file():
    rows = read_rows("list", [["采购清单"], ["数量", "品名"], [], ["3", "香菇"]])
    assert [(row.number, row.product, row.quantity) for row in rows] == [(4, "香菇", "3")]


@pytest.mark.slow
def test_a_thousand_rows_are_judged_at_once(session, county, visit):
    for number in range(200):
        goods(session, county.producer_id, f"香菇第{number}号", 1_000 + number)
    session.commit()
    pasted = "".join(
        f"香菇第{number % 250}号\t500 克\t{number % 7 + 1}\n" for number in range(1_000)
    )
    buyer = visit(county.buyer)
    page = buyer.send("/basket/list", 200, list=pasted, step="check").text
    assert "800 行可以买,200 行要改" in page


def test_a_purchase_is_bought_again_at_todays_prices(county, road, visit, basket):
    purchase_id = road.submit((county.mushrooms, 3), (county.noodles, 2))
    buyer = visit(county.buyer)
    assert "再买一次" in buyer.see(f"/purchases/{purchase_id}")
    buyer.send(f"/purchases/{purchase_id}/again")
    buyer.send(f"/purchases/{purchase_id}/again")
    assert basket() == {county.mushrooms.variant_id: 6, county.noodles.variant_id: 4}
    visit(county.stranger).send(f"/purchases/{purchase_id}/again", 404)
    visit(county.clerk).send(f"/purchases/{purchase_id}/again", 404)
