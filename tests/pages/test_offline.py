"""Offline purchases on their pages: filed, checked, verified, counted, taken back."""

from io import BytesIO

import pytest

NUMBER = "26422000000000000001"


@pytest.fixture
def page(county):
    return f"/unit/{county.unit_id}/offline/new?producer={county.producer_id}"


def typed(county, **changes):
    plain = {
        "outlet": "FAIR",
        "bought_on": "2026-11-20",
        "fund": "UNION",
        "invoice_number": "2642 2000 0000 0000 0001",
        "invoice_amount": "700",
        f"packs-{county.mushrooms.product_id}": "１０",
        f"amount-{county.mushrooms.product_id}": "640.31",
        "remark": "展销会",
        "proof": (BytesIO(b"%PDF-1.7 invoice"), "发票.pdf"),
        "photograph": (BytesIO(b"\x89PNG\r\n\x1a\n stand"), "现场.png"),
    }
    return {**plain, **changes}


@pytest.mark.parametrize("typed", ["9" * 19, "9" * 5_000, "-1", "1.5", "\x00", "x"])
def test_a_seller_that_cannot_be_is_none_chosen(county, visit, typed):
    page = visit(county.buyer).client.get(
        f"/unit/{county.unit_id}/offline/new", query_string={"producer": typed}
    )
    assert page.status_code == 200


def test_a_seller_is_looked_for_by_what_a_name_can_hold(county, visit):
    form = f"/unit/{county.unit_id}/offline/new"
    page = visit(county.buyer).client.get(form, query_string={"seller": "会\x00沟"})
    assert page.status_code == 200
    assert "会沟村食用菌合作社" in page.text


def test_case_14_from_the_fair_to_the_units_year(road, county, page):
    buyer, finance, centre = (
        road.visit(one) for one in (county.buyer, county.finance, county.operator)
    )
    assert "会沟村食用菌合作社" in buyer.see(f"/unit/{county.unit_id}/offline/new?seller=会沟")
    assert "椴木香菇" in buyer.see(page)
    assert buyer.send(page, **typed(county)).location == "/offline/1"
    assert "核对无误" not in buyer.see("/offline/1")
    assert "核对无误" in finance.see("/offline/1")
    finance.send("/offline/1/check")
    assert "等运营中心核实" in buyer.see(f"/unit/{county.unit_id}/offline")
    assert "区财政局" in centre.see("/desk/offline")
    assert centre.client.get("/offline/1/papers/1").data.startswith(b"%PDF")
    centre.send("/offline/1/verify")
    year = buyer.see(f"/unit/{county.unit_id}")
    assert "线下采购 640.31 元" in year
    assert 'href="/offline/1"' in year
    assert "线下:专柜、展销会、村里" in road.visit(None).see("/board")
    centre.send("/offline/1/reverse", 422, words=" ")
    centre.send("/offline/1/reverse", words="金额填错")
    assert "金额填错" in buyer.see("/offline/1")
    assert "冲销" in buyer.see(f"/unit/{county.unit_id}")


def test_it_comes_back_and_is_amended(road, county, page):
    buyer, approver = road.visit(county.buyer), road.visit(county.approver)
    buyer.send(page, **typed(county))
    approver.send("/offline/1/return", 422, words="")
    approver.send("/offline/1/return", words="请补商品照片")
    assert "请补商品照片" in buyer.see("/offline/1")
    form = buyer.see("/offline/1/amend")
    assert 'value="640.31"' in form
    changes = typed(county, proof=(BytesIO(b""), ""), photograph=(BytesIO(b""), ""))
    buyer.send("/offline/1/amend", **changes)
    assert "等本单位核对" in buyer.see("/offline/1")
    approver.send("/offline/1/refuse", words="不是本单位买的")
    assert "已驳回" in buyer.see("/offline/1")


def test_case_15_the_same_number_is_refused_and_what_was_typed_stays(road, county, page):
    buyer, finance = road.visit(county.buyer), road.visit(county.finance)
    buyer.send(page, **typed(county))
    again = finance.send(page, 409, **typed(county)).text
    assert "同一张发票只能登记一次" in again
    assert 'value="640.31"' in again


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outlet": "MOON"}, "请从给出的选项中选择"),
        ({"fund": "INDIVIDUAL"}, "请从给出的选项中选择"),
        ({"bought_on": "bald"}, "请填写日期"),
        ({"bought_on": "2026-11-24"}, "到今天之间"),
        ({"invoice_number": "123"}, "20 位数字"),
        ({"invoice_number": "1" * 10_000}, "最多 40 个字"),
        ({"invoice_amount": "1e9"}, "请填写金额"),
        ({"invoice_amount": "600"}, "不能超过发票金额"),
        ({"packs-1": "1.5"}, "请填写整数"),
        ({"packs-1": "0"}, "之间的整数"),
        ({"packs-1": ""}, "请填写这一项"),
        ({"amount-1": "-1"}, "金额不能是负数或零"),
        ({"amount-1": "", "packs-1": ""}, "至少填写一种商品"),
        ({"remark": "\x00"}, "控制字符"),
        ({"proof": (BytesIO(b"<html>"), "a.pdf")}, "只能上传"),
        ({"photograph": (BytesIO(b"%PDF-1.7"), "a.pdf")}, "只能上传"),
        ({"photograph": (BytesIO(b""), "")}, "请附上一张"),
    ],
)
def test_what_cannot_be_filed_is_named_and_what_was_typed_stays(road, county, page, changes, words):
    answer = road.visit(county.buyer).send(page, 422, **typed(county, **changes)).text
    assert words in answer
    assert 'value="FAIR"' in answer


def test_others_read_or_do_not_learn_of_it(road, county, page):
    road.visit(county.buyer).send(page, **typed(county))
    road.visit(county.buyer).send("/offline/1/check", 403)
    approver = road.visit(county.approver)
    assert "由本单位的经办人或财务填报" in approver.see(page)
    approver.send(page, 403, **typed(county))
    auditor = road.visit(county.auditor)
    auditor.see("/offline/1")
    for verb in ("check", "verify", "return", "refuse", "reverse"):
        auditor.send(f"/offline/1/{verb}", 403, words="x")
    for other in (county.stranger, county.clerk, county.shopper):
        visitor = road.visit(other)
        visitor.see("/offline/1", 404)
        visitor.see("/offline/1/papers/1", 404)
        visitor.see(page, 404)
        visitor.send(page, 404, **typed(county))
        visitor.see("/desk/offline", 403)
    road.visit(county.buyer).see("/offline/999999999999999999999", 404)
    road.visit(county.buyer).see(page.replace("producer=1", "producer=99"), 404)
