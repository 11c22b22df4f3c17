"""Pages of contracts: written, signed by both sides, called off, ended."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.contracts.models import FrameworkContract
from marketplace.ordering.models import Purchase
from tests.contracts.signing import call_off as called_off
from tests.contracts.signing import placed, signed
from tests.county import CONSIGNEE

MUSHROOMS = "会沟村食用菌合作社"


def typed(county, **changes):
    return {
        "title": "香菇框架协议",
        "valid_from": "2026-11-01",
        "valid_until": "2026-12-31",
        "total": "１,200.00",
        "signed_how": "CLOUD",
        f"price-{county.mushrooms.variant_id}": "60",
        **changes,
    }


def call_off(county, **changes):
    return {
        "nonce": "N1",
        f"quantity-{county.mushrooms.variant_id}": "3",
        "fund": "UNION",
        "payment_terms": "POSTPAY",
        "consignee_name": CONSIGNEE.name,
        "consignee_phone": CONSIGNEE.phone,
        "consignee_address": CONSIGNEE.address,
        **changes,
    }


def test_a_contract_goes_from_the_first_word_to_a_purchase(road, county):
    buyer, approver = road.visit(county.buyer), road.visit(county.approver)
    clerk = road.visit(county.clerk)
    form = f"/unit/{county.unit_id}/contracts/new"
    assert MUSHROOMS in buyer.see(form)
    page = f"{form}?producer={MUSHROOMS}"
    assert "椴木香菇" in buyer.see(page)
    scan = (BytesIO(b"%PDF-1.7 signed"), "合同.pdf")
    where = buyer.send(page, **typed(county, scan=scan)).location
    assert clerk.client.get(where).status_code == 404 or "草稿" in clerk.see(where)
    buyer.send(f"{where}/offer")
    assert "等待签署" in clerk.see(where)
    buyer.send(f"{where}/sign", 403)
    approver.send(f"{where}/sign")
    clerk.send(f"{where}/sign")
    clerk.send(f"{where}/sign")
    assert clerk.client.get(f"{where}/scan").data.startswith(b"%PDF")
    assert "还剩 1,200.00 元" in buyer.see(where)
    draft = buyer.send(f"{where}/call-off", **call_off(county)).location
    assert buyer.send(f"{where}/call-off", **call_off(county)).location == draft
    assert "¥60.00" in buyer.see(draft)
    purchase_id = draft.split("/")[2]
    (line,) = road.lines(road.order_of(int(purchase_id)))
    handed_in = {
        f"quantity-{line.id}": line.quantity,
        "fund": "CANTEEN",
        "payment_terms": "POSTPAY",
        "consignee_name": CONSIGNEE.name,
        "consignee_phone": CONSIGNEE.phone,
        "consignee_address": CONSIGNEE.address,
    }
    buyer.send(draft, **handed_in, then="submit", reviewed_fen=18_000)
    approver.send(f"/purchases/{purchase_id}/approve")
    page = buyer.see(where)
    assert "已要货 180.00 元" in page
    assert "还剩 1,020.00 元" in page
    assert road.look(select(Purchase.contract_id)) == [1]
    assert "按框架协议要货" in buyer.see(f"/purchases/{purchase_id}")


def test_a_producer_writes_one_and_the_units_approver_signs(road, county):
    clerk, approver = road.visit(county.clerk), road.visit(county.approver)
    form = f"/producer/{county.producer_id}/contracts/new"
    clerk.see(form)
    assert "没有这个单位" in clerk.send(form, 422, **typed(county, unit="不存在的局")).text
    where = clerk.send(form, **typed(county, unit="区财政局")).location
    clerk.send(f"{where}/offer")
    approver.send(f"{where}/return", 422, words=" ")
    approver.send(f"{where}/return", words="价格偏高")
    assert "价格偏高" in clerk.see(where)
    change = f"{where}/change"
    assert 'value="60.00"' in clerk.see(change)
    clerk.send(change, **typed(county, **{f"price-{county.mushrooms.variant_id}": "58"}))
    clerk.send(f"{where}/offer")
    approver.send(f"{where}/sign")
    assert road.look(select(FrameworkContract.state)) == ["SIGNED"]


def test_lists_of_unit_producer_and_county_show_it_with_what_is_left(road, county, session):
    signed(session, county, valid_until=date(2026, 12, 10))
    session.commit()
    for who, path in (
        (county.buyer, f"/unit/{county.unit_id}/contracts"),
        (county.clerk, f"/producer/{county.producer_id}/contracts"),
        (county.auditor, "/desk/contracts"),
    ):
        page = road.visit(who).see(path)
        assert "2026 年度香菇框架协议" in page
        assert "1,200.00" in page
        assert "还有 18 天" in page
    assert "合同 2026年12月10日 到期" in road.visit(county.buyer).see("/contracts/1")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("total", "0", "金额不能是负数或零"),
        ("total", "-1", "金额不能是负数或零"),
        ("total", "1.555", "请填写金额"),
        ("total", "1000000000", "1 亿"),
        ("title", "", "请填写这一项"),
        ("title", "x" * 10_000, "最多 120 个字"),
        ("title", "\x00", "控制字符"),
        ("valid_until", "2026-10-01", "不能早于开始日期"),
        ("valid_until", "2032-10-01", "最长五年"),
        ("valid_until", "bald", "请填写日期"),
        ("signed_how", "BLOOD", "请从给出的选项中选择"),
        ("price", "0", "金额不能是负数或零"),
        ("price", "", "至少要有一种商品"),
        ("most", "1.5", "请填写整数"),
        ("most", "0", "之间的整数"),
        ("freight", "-1", "金额不能是负数"),
        ("scan", (BytesIO(b"<html>"), "a.pdf"), "只能上传"),
    ],
)
def test_what_cannot_be_agreed_is_named_and_what_was_typed_stays(road, county, field, value, words):
    name = f"{field}-{county.mushrooms.variant_id}" if field in ("price", "most") else field
    buyer = road.visit(county.buyer)
    page = f"/unit/{county.unit_id}/contracts/new?producer={MUSHROOMS}"
    answer = buyer.send(page, 422, **typed(county, address="留着的地址", **{name: value}))
    assert words in answer.text
    assert "留着的地址" in answer.text


def test_no_contract_is_written_with_whom_no_name_can_name(road, county):
    for name in ("", "没有的合作社", "会%00沟"):
        page = f"/unit/{county.unit_id}/contracts/new?producer={name}"
        road.visit(county.buyer).send(page, 404, **typed(county))


@pytest.mark.parametrize("packs", ["0", "-1", "1.5", "1000000000", "", "\x00"])
def test_a_call_off_of_nothing_or_nonsense_is_refused(road, county, session, packs):
    signed(session, county)
    session.commit()
    wish = call_off(county, **{f"quantity-{county.mushrooms.variant_id}": packs})
    page = road.visit(county.buyer).send("/contracts/1/call-off", 422, **wish).text
    assert CONSIGNEE.address in page
    assert road.purchases() == 0


def test_more_than_is_left_is_refused_with_what_is_left(road, county, session):
    signed(session, county)
    session.commit()
    wish = call_off(county, **{f"quantity-{county.mushrooms.variant_id}": "２１"})
    page = road.visit(county.buyer).send("/contracts/1/call-off", 409, **wish).text
    assert "还剩 1,200.00 元,这次要 1,260.00 元" in page


def test_what_waits_for_approval_is_shown_beside_what_is_left(road, county, session):
    contract = signed(session, county)
    called_off(session, county, contract, 3)
    session.commit()
    page = road.visit(county.buyer).see("/contracts/1")
    assert "还剩 1,200.00 元" in page
    assert "等审批的采购单 180.00 元" in page
    road.visit(county.approver).send("/purchases/1/approve")
    page = road.visit(county.buyer).see("/contracts/1")
    assert "还剩 1,020.00 元" in page
    assert "等审批的采购单" not in page


def test_a_contract_that_is_used_up_says_so_and_offers_no_call_off(road, county, session):
    contract = signed(session, county)
    placed(session, county, contract, 19)
    session.commit()
    assert "按合同价做采购单" in road.visit(county.buyer).see("/contracts/1")
    placed(session, county, contract, 1)
    session.commit()
    page = road.visit(county.buyer).see("/contracts/1")
    assert "合同已经用完" in page
    assert "按合同价做采购单" not in page


def test_whoever_ends_it_says_why_and_the_page_names_the_way_out(road, county, session):
    signed(session, county)
    session.commit()
    road.visit(county.clerk).send("/contracts/1/end", 403, words="涨价")
    approver = road.visit(county.approver)
    approver.send("/contracts/1/end", 422, words=" ")
    approver.send("/contracts/1/end", words="改为统一配送")
    approver.send("/contracts/1/end", words="再按一次")
    page = road.visit(county.buyer).see("/contracts/1")
    assert "改为统一配送" in page
    assert "另签合同" in page
    assert "按合同价做采购单" not in page
    road.visit(county.buyer).send("/contracts/1/call-off", 409, **call_off(county))


def test_others_do_not_learn_of_a_contract(road, county, session):
    signed(session, county)
    session.commit()
    for other in (county.stranger, county.other_clerk, county.shopper):
        visitor = road.visit(other)
        visitor.see("/contracts/1", 404)
        visitor.send("/contracts/1/sign", 404)
        visitor.send("/contracts/1/call-off", 404, **call_off(county))
    road.visit(county.stranger).see(f"/unit/{county.unit_id}/contracts", 404)
    road.visit(county.other_clerk).see(f"/producer/{county.producer_id}/contracts", 404)
    road.visit(county.buyer).see("/desk/contracts", 403)
    road.visit(county.shopper).see(f"/unit/{county.unit_id}/contracts", 403)
    auditor = road.visit(county.auditor)
    auditor.see("/contracts/1")
    auditor.send("/contracts/1/end", 403, words="x")
    auditor.send("/contracts/1/scan", 403, scan=(BytesIO(b"%PDF-1.7"), "a.pdf"))
    road.visit(None).see("/contracts/1", 302)
