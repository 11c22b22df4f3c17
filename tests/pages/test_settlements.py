"""A month is settled, released by a second person, sent to the bank, and seen by its producer."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.payments.models import Payout, PayoutBatch, Settlement
from tests.county import START
from tests.payments.bank import as_csv
from tests.payments.settling import IN_DECEMBER, declare, sold


@pytest.fixture
def december(road, county, session, clock):
    """Something was sold in November, and it is the fifth of December."""
    declare(session, county)
    sold(session, county)
    session.commit()
    clock.advance(days=(IN_DECEMBER - START).days)
    return road


def settled(road, county):
    cashier = road.visit(county.cashier)
    cashier.send("/desk/settlements", period="2026-11")
    return cashier


def batched(road, county):
    """A batch of all that waits; its id."""
    cashier = settled(road, county)
    payout = road.look(select(Payout))[0]
    answer = cashier.send("/desk/payouts", payout=[str(payout.id)])
    return cashier, payout, int(answer.location.rpartition("/")[2])


def test_the_month_is_settled_and_both_sides_see_every_entry(december, county):
    cashier = settled(december, county)
    page = cashier.see("/desk/settlements?period=2026-11")
    assert "已结算 1 家供应商" in page
    assert "2026-11 能结算的都已结算" in page
    assert "确认结算" not in page
    assert "128.06" in page
    cashier.send("/desk/settlements", period="2026-11")
    assert "没有新的可以结算" in cashier.see("/desk/settlements?period=2026-11")
    settlement = december.look(select(Settlement))[0]
    clerk = december.visit(county.clerk)
    assert settlement.number in clerk.see(f"/producer/{county.producer_id}/settlements")
    page = clerk.see(f"/settlements/{settlement.id}")
    assert "完成" in page
    assert "等待付款" in page
    for kind in ("csv", "xlsx"):
        answer = clerk.client.get(f"/settlements/{settlement.id}/file.{kind}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    for other in (county.other_clerk, county.buyer, county.shopper):
        december.visit(other).see(f"/settlements/{settlement.id}", 404)
        december.visit(other).see(f"/producer/{county.producer_id}/settlements", 404)


def test_what_waited_since_earlier_months_is_said_apart(december, county, clock):
    clock.advance(days=31)
    december.visit(county.cashier).send("/desk/settlements", period="2026-12")
    settlement = december.look(select(Settlement))[0]
    clerk = december.visit(county.clerk)
    page = clerk.see(f"/settlements/{settlement.id}")
    assert "其中 2026-11" in page
    assert "请先登记收款账户" not in page
    assert ",其中 2026-11,128.06" in clerk.client.get(f"/settlements/{settlement.id}/file.csv").text


def test_who_has_no_account_is_asked_for_one(road, county, session, clock):
    sold(session, county)
    session.commit()
    clock.advance(days=(IN_DECEMBER - START).days)
    settled(road, county)
    settlement = road.look(select(Settlement))[0]
    page = road.visit(county.clerk).see(f"/settlements/{settlement.id}")
    assert "请先登记收款账户" in page
    assert "等运营中心申请付款" in page


@pytest.mark.parametrize("period", ["", "2026-12", "2027-01", "x" * 10_000, "2026-11\x00"])
def test_a_month_that_cannot_be_settled_is_told_in_words(december, county, period):
    december.visit(county.cashier).send("/desk/settlements", 422, period=period)
    assert december.look(select(Settlement)) == []


def test_a_batch_is_released_by_another_and_its_results_are_taken_in(december, county):
    cashier, payout, batch_id = batched(december, county)
    page = f"/desk/batches/{batch_id}"
    assert "等另一位同事复核放行" in cashier.see(page)
    assert "四眼原则" in cashier.send(f"{page}/release", 403).text
    cashier.see(f"{page}/file.csv", 409)
    december.visit(county.operator).send(f"{page}/release")
    first = cashier.client.get(f"{page}/file.xlsx").data
    assert first == cashier.client.get(f"{page}/file.xlsx").data
    assert payout.number in cashier.client.get(f"{page}/file.csv").text
    cashier.see(f"{page}/file.exe", 404)
    bad = [["付款编号", "结果", "流水号"], ["T000", "成功", "R1"]]
    refused = cashier.send(f"{page}/results", 422, file=(BytesIO(as_csv(bad)), "r.csv")).text
    assert '<td class="num">2</td><td>付款编号</td>' in refused
    good = [["付款编号", "结果", "流水号"], [payout.number, "成功", "R1"]]
    for _ in range(2):
        cashier.send(f"{page}/results", file=(BytesIO(as_csv(good)), "r.csv"))
    assert "R1" in cashier.see(page)
    assert december.look(select(Payout.state)) == ["PAID"]


def test_a_result_is_written_down_by_hand(december, county):
    cashier, payout, batch_id = batched(december, county)
    page = f"/desk/batches/{batch_id}"
    december.visit(county.operator).send(f"{page}/release")
    typed = {"number": payout.number, "result": "returned"}
    cashier.send(f"{page}/result", 422, **typed)
    cashier.send(f"{page}/result", 422, **{**typed, "result": "maybe", "reason": "x"})
    cashier.send(f"{page}/result", **typed, reason="户名不符")
    assert "户名不符" in cashier.see(page)
    settlement = december.look(select(Settlement))[0]
    assert "申请付款" in cashier.see(f"/settlements/{settlement.id}")
    cashier.send(f"/desk/settlements/{settlement.id}/pay")
    assert sorted(december.look(select(Payout.state))) == ["REQUESTED", "RETURNED"]


def test_batches_are_taken_apart_and_payouts_called_off(december, county):
    cashier, payout, batch_id = batched(december, county)
    cashier.send(f"/desk/batches/{batch_id}/discard")
    assert december.look(select(PayoutBatch.state)) == ["DISCARDED"]
    cashier.send(f"/desk/payouts/{payout.id}/cancel")
    assert "仍欠供应商" in cashier.see("/desk/payouts")
    assert december.look(select(Payout.state)) == ["CANCELLED"]
    refused = cashier.send("/desk/payouts", 422, payout=["1", "x", "-1", "9" * 30]).text
    assert "请至少选择一笔" in refused


def test_the_auditor_reads_it_all_and_changes_nothing(december, county):
    _cashier, payout, batch_id = batched(december, county)
    auditor = december.visit(county.auditor)
    for page in ("/desk/settlements", "/desk/payouts", f"/desk/batches/{batch_id}"):
        assert "csrf_token" not in auditor.see(page).partition("<main")[2].partition("</main")[0]
    for path in (
        "/desk/settlements",
        "/desk/payouts",
        f"/desk/payouts/{payout.id}/cancel",
        f"/desk/batches/{batch_id}/release",
        f"/desk/batches/{batch_id}/discard",
        f"/desk/batches/{batch_id}/results",
        f"/desk/batches/{batch_id}/result",
        "/desk/settlements/1/pay",
    ):
        auditor.send(path, 403)
    auditor.see(f"/desk/batches/{batch_id}/file.csv", 403)


@pytest.mark.parametrize("path", ["/desk/batches/999", "/settlements/999"])
def test_what_is_not_there_is_not_found(december, county, path):
    december.visit(county.cashier).see(path, 404)
