"""A dispute is asked, answered and read on pages, by whoever may and nobody else."""

import pytest
from sqlalchemy import select

from marketplace.commission.models import CommissionDispute
from marketplace.reports.queries import reconcile
from tests.commission.november import Sold, sold_in_november
from tests.county import START
from tests.ordering.steps import lines_of
from tests.payments.settling import IN_DECEMBER

STRANGE = ["x" * 10_000, "a\x00b", "0", "−1", "1.5", "1e9"]


@pytest.fixture
def sold(session, county, clock) -> Sold:
    """It is the fifth of December."""
    sold = sold_in_november(session, county)
    clock.advance(days=(IN_DECEMBER - START).days)
    return sold


def disputed(road, sold, words="口令没来得及填,回放里有。"):
    """Asked by the second host; the page of it."""
    visitor = road.visit(sold.second.host)
    answer = visitor.send(
        f"/host/{sold.second.host_id}/disputes", number=f" {sold.number.lower()} ", words=words
    )
    return visitor, answer.location


def test_a_dispute_is_asked_answered_and_seen_by_both(road, county, sold):
    visitor, page = disputed(road, sold)
    assert "等待答复" in visitor.see(page)
    again = {"number": sold.number, "words": "再问一次"}
    path = f"/host/{sold.second.host_id}/disputes"
    refused = visitor.send(path, 409, **again).text
    assert "再问一次" in refused
    dispute = road.look(select(CommissionDispute))[0]
    operator = road.visit(county.operator)
    assert sold.number in operator.see("/desk/disputes")
    desk = f"/desk/disputes/{dispute.id}"
    shown = operator.see(desk)
    assert "秋菇专场" in shown
    assert "王芳" not in shown
    line = lines_of(road.session, sold.order.id)[0].id
    road.session.rollback()
    offer = next(iter(sold.second.offers.values()))
    fields = {f"offer-{line}": str(offer), "answer": "核对了回放"}
    operator.send(f"{desk}/grant", **fields)
    assert "核对了回放" in visitor.see(page)
    operator.send(f"{desk}/grant", 409, **fields)
    operator.send(f"{desk}/refuse", 409, answer="不行")
    assert sold.number in operator.see("/desk/disputes?tab=ended")
    given = road.visit(sold.second.host)
    statement = given.see(f"/host/{sold.second.host_id}/statement?period=2026-12")
    assert "经申诉改判给" in statement
    lost = road.visit(sold.first.host)
    assert "改判扣回" in lost.see(f"/host/{sold.first.host_id}/statement?period=2026-12")
    assert reconcile(road.session) == []
    road.session.rollback()


def test_a_dispute_is_refused_with_a_reason_or_taken_back(road, county, sold):
    visitor, page = disputed(road, sold)
    visitor.send(f"{page}/withdraw")
    visitor.send(f"{page}/withdraw")
    assert "已撤回" in visitor.see(page)
    _visitor, page = disputed(road, sold)
    dispute = road.look(select(CommissionDispute).order_by(CommissionDispute.id.desc()))[0]
    operator = road.visit(county.operator)
    desk = f"/desk/disputes/{dispute.id}"
    operator.send(f"{desk}/refuse", 422, answer="")
    operator.send(f"{desk}/refuse", answer="链接点开在先")
    assert "链接点开在先" in visitor.see(page)
    visitor.send(f"{page}/withdraw", 409)


@pytest.mark.parametrize("typed", STRANGE)
def test_what_is_typed_strangely_is_refused_by_field_and_stays(road, county, sold, typed):
    visitor = road.visit(sold.second.host)
    path = f"/host/{sold.second.host_id}/disputes"
    refused = visitor.send(path, 422, number=typed, words="经过在此").text
    assert "经过在此" in refused
    _visitor, _page = disputed(road, sold)
    dispute = road.look(select(CommissionDispute))[0]
    line = lines_of(road.session, sold.order.id)[0].id
    road.session.rollback()
    operator = road.visit(county.operator)
    fields = {f"offer-{line}": typed, "answer": "理由在此"}
    assert "理由在此" in operator.send(f"/desk/disputes/{dispute.id}/grant", 422, **fields).text
    operator.send(f"/desk/disputes/{dispute.id}/grant", 422, answer="什么都没选")
    assert road.look(select(CommissionDispute.state)) == ["OPEN"]


def test_full_width_numbers_are_understood(road, county, sold):
    wide = sold.number.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    visitor = road.visit(sold.second.host)
    visitor.send(f"/host/{sold.second.host_id}/disputes", number=wide, words="全角输入")


def test_disputes_of_others_are_not_there(road, county, sold):
    _visitor, page = disputed(road, sold)
    dispute = road.look(select(CommissionDispute))[0]
    mine = f"/host/{sold.first.host_id}/disputes"
    visitor = road.visit(sold.first.host)
    visitor.see(page, 404)
    visitor.see(f"{mine}/{dispute.id}", 404)
    visitor.send(f"{mine}/{dispute.id}/withdraw", 404)
    visitor.send(f"/host/{sold.second.host_id}/disputes", 404, number=sold.number, words="x")
    visitor.see(f"{mine}/999", 404)
    visitor.see(f"/desk/disputes/{dispute.id}", 403)
    visitor.send(f"/desk/disputes/{dispute.id}/refuse", 403, answer="x")
    road.visit(county.cashier).see("/desk/disputes/999", 404)
    road.visit(county.auditor).send(f"/desk/disputes/{dispute.id}/refuse", 403, answer="x")
