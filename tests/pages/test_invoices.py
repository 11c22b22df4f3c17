"""The producer registers an invoice on the order's page, and the buyer's side checks it there."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.outbox.models import OutboxMessage

NUMBER = "26422000000000000001"


def test_an_invoice_goes_from_the_producer_to_the_buyer(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    clerk, buyer = road.visit(county.clerk), road.visit(county.finance)
    page = f"/orders/{order_id}"
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    assert "登记发票" in clerk.see(page)
    assert "登记发票" not in buyer.see(page)
    clerk.send(f"{page}/invoices", **given)
    assert "已核对" in buyer.see(page)
    buyer.send("/invoices/1/check")
    assert "买方已核对" in clerk.see(page)


def test_an_invoice_of_another_sum_is_asked_about_before_it_is_checked(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    clerk, page = road.visit(county.clerk), f"/orders/{order_id}"
    given = {"number": NUMBER, "invoice_amount": "180.00", "issued_on": "2026-11-23"}
    clerk.send(f"{page}/invoices", **given)
    for reader in (county.finance, county.buyer):
        seen = road.visit(reader).see(page)
        assert "发票合计 180.00 元,订单应付 192.09 元,不相等" in seen
        assert "金额不同,我已核对" in seen
    rest = {"number": NUMBER[:-1] + "2", "invoice_amount": "12.09", "issued_on": "2026-11-23"}
    clerk.send(f"{page}/invoices", **rest)
    assert "不相等" not in road.visit(county.finance).see(page)


def test_an_order_that_was_cancelled_uninvoiced_needs_no_invoice(road, county):
    order_id = road.place((county.mushrooms, 3))
    page, buyer = f"/orders/{order_id}", road.visit(county.buyer)
    assert "未开票" in buyer.see(page)
    buyer.send(f"{page}/cancel", reason="不要了")
    seen = buyer.see(page)
    assert "未开票" not in seen
    assert "不需要开票" in seen


def test_of_a_cancelled_order_the_invoice_is_taken_back_by_a_red_one(road, county):
    order_id = road.place((county.mushrooms, 3))
    page, clerk, buyer = f"/orders/{order_id}", road.visit(county.clerk), road.visit(county.buyer)
    clerk.send(f"{page}/confirm")
    blue = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    clerk.send(f"{page}/invoices", **blue)
    buyer.send(f"{page}/cancel", reason="不要了")
    for reader in (buyer, clerk):
        seen = reader.see(page)
        assert "已开票,待冲红" in seen
        assert "请供应商开红字发票冲销" in seen
        assert "不相等" not in seen
        assert "等买方核对" not in seen
    clerk.send(f"{page}/invoices", 409, **{**blue, "number": NUMBER[:-1] + "2"})
    red = {**blue, "number": NUMBER[:-1] + "3", "red_of": NUMBER}
    clerk.send(f"{page}/invoices", **red)
    seen = buyer.see(page)
    assert ("待冲红" in seen, "已冲红" in seen) == (False, True)
    assert "<summary>登记发票" not in clerk.see(page)


def test_finance_asks_for_a_missing_invoice_once_a_day(road, county, clock):
    order_id = road.deliver((county.mushrooms, 1))
    page, finance = f"/orders/{order_id}", road.visit(county.finance)
    assert "请供应商开票" not in finance.see(page)
    finance.send(f"{page}/invoices/ask", 409)
    (line,) = road.lines(order_id)
    road.visit(county.approver).send(f"{page}/accept", **{f"accepted-{line.id}": 1})
    assert "请供应商开票" in finance.see(page)
    asked = select(OutboxMessage.effect_key).where(
        OutboxMessage.effect_key.contains("order_uninvoiced")
    )
    for days, number in ((0, 1), (0, 1), (1, 2)):
        clock.advance(days=days)
        road.visit(county.finance).send(f"{page}/invoices/ask")
        assert len(road.look(asked)) == number
    road.visit(county.clerk).send(f"{page}/invoices/ask", 403)
    given = {"number": NUMBER, "invoice_amount": "64.03", "issued_on": "2026-11-23"}
    road.visit(county.clerk).send(f"{page}/invoices", **given)
    assert "请供应商开票" not in road.visit(county.finance).see(page)


def test_what_was_typed_is_kept_and_the_field_is_named(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    clerk = road.visit(county.clerk)
    page = clerk.send(
        f"/orders/{order_id}/invoices",
        422,
        number="123",
        invoice_amount="abc",
        issued_on="2026-11-23",
    ).text
    assert 'value="123"' in page
    assert 'value="abc"' in page


def test_another_unit_does_not_even_learn_that_there_is_one(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    road.visit(county.clerk).send(f"/orders/{order_id}/invoices", **given)
    road.visit(county.stranger).send("/invoices/1/check", 404)


PDF = b"%PDF-1.7 an invoice"


def test_the_invoice_itself_comes_back_only_to_those_who_see_the_order(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    clerk = road.visit(county.clerk)
    clerk.send(f"/orders/{order_id}/invoices", **given, file=(BytesIO(PDF), "../票.pdf"))
    answer = road.visit(county.finance).client.get("/invoices/1/file")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert road.visit(county.stranger).client.get("/invoices/1/file").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html>", b"MZ", b""])
def test_a_file_of_another_kind_is_refused_and_nothing_is_registered(road, county, content):
    order_id = road.deliver((county.mushrooms, 3))
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    file = (BytesIO(content), "invoice.pdf")
    clerk = road.visit(county.clerk)
    page = clerk.send(f"/orders/{order_id}/invoices", 422, **given, file=file).text
    assert f'value="{NUMBER}"' in page
    assert "还没有登记发票" in page


def test_what_is_missing_is_listed_for_each_side_and_the_register_is_a_file(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    line = road.lines(order_id)[0]
    road.visit(county.buyer).send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 3})
    number = road.order(order_id).number
    for person in (county.buyer, county.finance, county.clerk, county.cashier, county.auditor):
        assert number in road.visit(person).see("/invoices")
    for person in (county.stranger, county.other_clerk, county.shopper):
        assert number not in road.visit(person).see("/invoices?tab=nonsense")
    clerk, finance = road.visit(county.clerk), road.visit(county.finance)
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    clerk.send(f"/orders/{order_id}/invoices", **given)
    assert number in finance.see("/invoices?tab=to_check")
    finance.send("/invoices/1/check")
    assert number in finance.see("/invoices?tab=checked")
    register = finance.client.get("/invoices/register-2026.csv").text
    assert NUMBER in register
    assert "192.09" in register
    assert NUMBER not in road.visit(county.stranger).client.get("/invoices/register-2026.csv").text
    finance.see("/invoices/register-1.csv", 404)
