"""The cashier takes in the bank's statement; a unit sees its money and uses its credit."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.ordering.models import Purchase
from marketplace.payments.models import BankLine, Payment
from tests.payments.bank import LINE, as_csv, plain
from tests.payments.test_transfers import yuan

NUMBER = "17020001112222"


def ask(road):
    order_id = road.place((road.county.mushrooms, 2))
    purchase_id = road.order(order_id).purchase_id
    road.visit(road.county.buyer).send(f"/purchases/{purchase_id}/payments", method="bank_transfer")
    return purchase_id, road.look(select(Payment))[0]


def take_in(road, *lines, status=302):
    cashier = road.visit(road.county.cashier)
    file = (BytesIO(as_csv(plain(*lines))), "流水.csv")
    return cashier.send("/desk/transfers", status, file=file)


def line_of(payment, words="", fen=None):
    fen = payment.amount_fen if fen is None else fen
    return ("2026-11-20", "B1", yuan(fen), "区财政局", NUMBER, words or payment.remittance_code)


def test_a_statement_pays_the_purchase_it_names(road, county):
    purchase_id, payment = ask(road)
    take_in(road, line_of(payment))
    cashier = road.visit(county.cashier)
    assert "附言里的识别码和金额都对上了" in cashier.see("/desk/transfers?tab=matched")
    assert "到账 128.06 元" in road.visit(county.buyer).see(f"/purchases/{purchase_id}")


def test_every_bad_row_stands_in_a_table_and_nothing_is_written(road, county):
    bad = ("gestern", "", "1.234", "", "", "")
    page = take_in(road, LINE, bad, status=422).text
    for column in ("日期", "流水号", "金额"):
        assert f'<td class="num">3</td><td>{column}</td>' in page
    assert road.look(select(BankLine)) == []


def test_a_file_that_is_none_and_no_file_are_told_in_words(road, county):
    cashier = road.visit(county.cashier)
    assert "请选择要导入的文件" in cashier.send("/desk/transfers", 422).text
    picture = (BytesIO(b"\x89PNG\r\n\x1a\n\x00"), "流水.csv")
    assert "不是表格文件" in cashier.send("/desk/transfers", 422, file=picture).text


def test_what_waits_is_given_by_hand_after_it_was_shown(road, county):
    purchase_id, payment = ask(road)
    take_in(road, line_of(payment, words="货款"))
    line = road.look(select(BankLine))[0]
    assert line.state == "WAITING"
    cashier = road.visit(county.cashier)
    typed = {"name-1": payment.remittance_code, "amount-1": "100", "unit": "区财政局"}
    shown = cashier.send(f"/desk/transfers/{line.id}/give", 200, **typed).text
    assert "核对后入账" in shown
    assert "剩下的 28.06 元记入“区财政局”的余额" in shown
    assert road.look(select(BankLine.state)) == ["WAITING"]
    cashier.send(f"/desk/transfers/{line.id}/give", **typed, confirmed="1")
    assert road.look(select(BankLine.state)) == ["MATCHED"]
    page = road.visit(county.finance).see(f"/account/unit/{county.unit_id}")
    assert "28.06" in page
    buyer = road.visit(county.buyer)
    assert "用余额支付 28.06 元" in buyer.see(f"/purchases/{purchase_id}")
    buyer.send(f"/purchases/{purchase_id}/credit")
    assert "还要付" not in buyer.see(f"/purchases/{purchase_id}")


def test_credit_is_not_offered_for_what_was_said_to_be_transferred(road, county):
    take_in(road, ("2026-11-20", "B1", "30.00", "区财政局", NUMBER, "货款"))
    given = {"unit": "区财政局", "confirmed": "1"}
    road.visit(county.cashier).send("/desk/transfers/1/give", **given)
    purchase_id, payment = ask(road)
    buyer, page = road.visit(county.buyer), f"/purchases/{purchase_id}"
    assert "用余额支付 30.00 元" in buyer.see(page)
    buyer.send(f"/payments/{payment.id}/declare")
    assert "用余额支付" not in buyer.see(page)
    assert "以免付两次" in buyer.send(f"{page}/credit", 409).text


def test_what_was_said_to_be_transferred_is_taken_back_after_a_second_question(road, county):
    purchase_id, payment = ask(road)
    buyer, page = road.visit(county.buyer), f"/purchases/{purchase_id}"
    take_back = f"/payments/{payment.id}/take-back"
    assert take_back not in buyer.see(page)
    buyer.send(f"/payments/{payment.id}/declare")
    assert take_back in buyer.see(page)
    assert "确认收回" in buyer.see(page)
    assert "买方已告知汇出" in road.visit(county.cashier).see("/desk/payments")
    road.visit(county.clerk).send(take_back, 403)
    road.visit(county.stranger).send(take_back, 404)
    buyer.send(take_back)
    assert "我们已汇款" in buyer.see(page)
    assert "买方已告知汇出" not in road.visit(county.cashier).see("/desk/payments")
    other = 'name="method" value="simulated"'
    assert other in buyer.see(page)
    buyer.send(f"/payments/{payment.id}/declare")
    assert other not in buyer.see(page)


def test_what_was_booked_is_not_taken_back_and_says_so(road, county):
    _purchase_id, payment = ask(road)
    buyer = road.visit(county.buyer)
    buyer.send(f"/payments/{payment.id}/declare")
    receipt = {"received": "1.00", "received_on": "2026-11-23", "reference": "N1"}
    road.visit(county.cashier).send(
        f"/desk/payments/{payment.id}/confirm", **receipt, confirmed="1"
    )
    assert "不能再收回" in buyer.send(f"/payments/{payment.id}/take-back", 409).text


def test_what_the_payer_owes_by_its_name_is_listed_and_another_buyer_is_pointed_out(road, county):
    purchase_id, _payment = ask(road)
    take_in(
        road,
        ("2026-11-20", "B1", "9.00", "区财政局", NUMBER, "货款"),
        ("2026-11-20", "B2", "9.00", "某公司", "1", "货款"),
    )
    (own, other) = (f"/desk/transfers/{line.id}" for line in road.look(select(BankLine)))
    (number,) = road.look(select(Purchase.number))
    cashier = road.visit(county.cashier)
    assert "还没有付清的采购单" in cashier.see(own)
    assert f'href="/purchases/{purchase_id}"' in cashier.see(own)
    assert number not in cashier.see(other)
    typed = {"name-1": number, "amount-1": "9"}
    assert "请确认没有认错" not in cashier.send(f"{own}/give", 200, **typed).text
    assert "请确认没有认错" in cashier.send(f"{other}/give", 200, **typed).text


def test_a_sum_that_does_not_come_out_even_is_told_before_it_is_looked_over(road, county):
    _purchase_id, payment = ask(road)
    take_in(road, line_of(payment, words="货款"))
    line = road.look(select(BankLine))[0]
    typed = {"name-1": payment.remittance_code, "amount-1": "100"}
    page = road.visit(county.cashier).send(f"/desk/transfers/{line.id}/give", 422, **typed).text
    assert 'value="100"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "请填写采购单号或汇款识别码"),
        ({"name-1": "P000", "amount-1": "1"}, "没有找到这个采购单号"),
        ({"name-1": "\x00", "amount-1": "1"}, "控制字符"),
        ({"name-1": "P000", "amount-1": "-1"}, "金额不能是负数"),
        ({"name-1": "P000", "amount-1": "1.555"}, "最多两位小数"),
        ({"name-1": "", "amount-1": "1"}, "请填写这一项"),
        ({"unit": "没有的单位"}, "没有这个名称的单位"),
        ({"name-1": "x" * 10_000, "amount-1": "1"}, "最多 40 个字"),
    ],
)
def test_what_cannot_be_given_is_named_and_kept(road, county, typed, words):
    take_in(road, ("2026-11-20", "B1", "5.00", "某人", "", "货款"))
    line = road.look(select(BankLine))[0]
    cashier = road.visit(county.cashier)
    page = cashier.send(f"/desk/transfers/{line.id}/give", 422, **typed, confirmed="1").text
    assert words in page
    assert road.look(select(BankLine.state)) == ["WAITING"]


def test_charges_are_set_aside(road, county):
    take_in(road, ("2026-11-20", "B1", "-5.00", "", "", "手续费"))
    line = road.look(select(BankLine))[0]
    cashier = road.visit(county.cashier)
    cashier.send(f"/desk/transfers/{line.id}/set-aside", 422, reason=" ")
    cashier.send(f"/desk/transfers/{line.id}/set-aside", reason="银行手续费")
    assert "银行手续费" in cashier.see("/desk/transfers?tab=set_aside")


def test_the_auditor_reads_and_takes_nothing_in(road, county):
    take_in(road, LINE)
    line = road.look(select(BankLine))[0]
    auditor = road.visit(county.auditor)
    assert 'type="file"' not in auditor.see("/desk/transfers?q=%25&tab=nonsense")
    auditor.see(f"/desk/transfers/{line.id}")
    auditor.send("/desk/transfers", 403)
    auditor.send(f"/desk/transfers/{line.id}/give", 403, unit="区财政局")
    road.visit(county.cashier).see("/desk/transfers/999", 404)


def test_a_unit_declares_accounts_and_asks_its_credit_back(road, county):
    page = f"/account/unit/{county.unit_id}"
    finance = road.visit(county.finance)
    given = {"holder": "区财政局", "number": "1702 0001 1122", "bank": "建设银行"}
    refused = finance.send(f"{page}/accounts", 422, **{**given, "number": "x"}).text
    assert "账号是 6 到 32 位数字" in refused
    assert 'value="建设银行"' in refused
    finance.send(f"{page}/accounts", **given)
    assert "170200011122" in finance.see(page)
    take_in(road, ("2026-11-20", "B1", "50.00", "区财政局", "1", "货款"))
    line = road.look(select(BankLine))[0]
    typed = {"unit": "区财政局", "confirmed": "1"}
    road.visit(county.cashier).send(f"/desk/transfers/{line.id}/give", **typed)
    finance.send(f"{page}/payouts", 422, account="1", amount="50.01")
    finance.send(f"{page}/payouts", account="1", amount="50")
    assert "等待付款" in finance.see(page)
    finance.send(f"{page}/payouts/1/cancel")
    assert "已撤销" in finance.see(page)
    finance.send(f"{page}/accounts/1/withdraw")
    assert "还没有登记账户" in finance.see(page)


def test_nobody_else_sees_a_units_money(road, county):
    page = f"/account/unit/{county.unit_id}"
    for other in (county.stranger, county.clerk, county.shopper):
        visitor = road.visit(other)
        visitor.see(page, 404)
        visitor.see(f"{page}/statement.csv", 404)
        visitor.send(f"{page}/accounts", 404, holder="a", number="1234567", bank="b")
    road.visit(county.buyer).send(f"{page}/accounts", 403, holder="a", number="1234567", bank="b")
    road.visit(county.auditor).see(page)
    road.visit(county.shopper).see("/account/nonsense/1", 404)


def test_the_statement_comes_as_a_file_that_runs_nothing(road, county):
    answer = road.visit(county.finance).client.get(f"/account/unit/{county.unit_id}/statement.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "月初余额" in answer.text


def test_a_person_has_an_account_too(road, county):
    shopper = road.visit(county.shopper)
    answer = shopper.client.get("/account")
    assert answer.location == f"/account/person/{county.shopper.person_id}"
    assert "余额" in shopper.see(answer.location)
    road.visit(county.clerk).see(answer.location, 404)
    producer = road.visit(county.clerk)
    assert "收款账户" in producer.see(f"/producer/{county.producer_id}/orders")
    assert "户名要与供应商名称一致" in producer.see(f"/account/producer/{county.producer_id}")


def test_the_centre_reads_whose_account_it_is(road, county):
    """Not its own name over somebody else's money."""
    page = f"/account/person/{county.shopper.person_id}"
    assert "<h1>账户</h1><p>shopper</p>" in road.visit(county.shopper).see(page)
    assert "<h1>账户</h1><p>shopper</p>" in road.visit(county.cashier).see(page)
    road.visit(county.cashier).see("/account/person/999", 404)
