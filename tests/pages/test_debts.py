"""The page of debts: sums by age, each leading to its orders."""

import pytest

from tests.county import person


def test_a_debt_leads_to_its_order_and_late_ones_are_red(road, county, clock):
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    buyer = road.visit(county.buyer)
    assert "没有欠款" in buyer.see("/debts")
    buyer.send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 3})
    page = buyer.see("/debts?age=not_due")
    assert f"/orders/{order_id}" in page
    assert "192.09" in page
    assert f"/purchases/{road.order(order_id).purchase_id}#payment" in page
    assert "#payment" not in road.visit(county.clerk).see("/debts?age=not_due")
    assert "tile-bad" not in page
    clock.advance(days=45)
    # By then they have logged in anew.
    buyer = road.visit(county.buyer)
    late = buyer.see("/debts?age=1-30")
    assert "tile-bad" in late
    assert "逾期 15 天" in late
    assert f"/orders/{order_id}" not in buyer.see("/debts?age=over-90")


@pytest.mark.parametrize("age", ["", "nonsense", "1-30\0", "x" * 5_000, "%00"])
def test_an_age_that_is_none_shows_all(road, county, age):
    assert "没有欠款" in road.visit(county.finance).see(f"/debts?age={age}&page=-1")


def test_the_centre_sets_what_a_unit_may_owe(road, county, session):
    operator = person(session, "operator@test", ("CENTRE", 1, "OPERATOR"))
    session.commit()
    desk, page = road.visit(operator), f"/desk/units/{county.unit_id}/credit"
    assert "不限" in desk.see(page)
    desk.send(page, limit="500", reason="合作社周转")
    assert "500.00" in road.visit(county.auditor).see(page)
    for wrong in ("-1", "1.234", "abc", "1e9", "9" * 40, "\0"):
        assert "合作社" in desk.send(page, 422, limit=wrong, reason="合作社").text
    for other in (county.finance, county.auditor):
        road.visit(other).send(page, 403, limit="1", reason="x")
