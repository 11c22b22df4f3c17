"""The pages of approval steps, and a purchase taken back, changed and handed in again."""

import pytest
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from tests.county import County, person
from tests.pages.conftest import Road


@pytest.fixture
def admin(session: Session, county: County) -> Identity:
    found = person(session, "admin@test", ("UNIT", county.unit_id, "ADMIN"))
    session.commit()
    return found


def steps(county: County, **changes: str) -> dict[str, str]:
    rows = {f"{name}-{place}": "" for name in ("approver", "from") for place in range(1, 7)}
    funds = {f"fund-{place}": "ALL" for place in range(1, 7)}
    first = {"approver-1": str(county.approver.person_id), "from-1": "１００"}
    return {**rows, **funds, **first, **changes}


def test_an_administrator_sets_steps_and_others_read_them(county, road: Road, admin):
    path = f"/unit/{county.unit_id}/approval-steps"
    visitor = road.visit(admin)
    visitor.send(path, **steps(county))
    assert 'value="100.00"' in visitor.see(path)
    seen = road.visit(county.finance).see(path)
    assert "100.00 元起" in seen
    assert "保存步骤" not in seen
    road.visit(county.finance).send(path, 403, **steps(county))
    road.visit(county.stranger).see(path, 404)
    road.visit(county.shopper).see(path, 403)


@pytest.mark.parametrize("typed", ["-1", "1e9", "1.234", "\x00", "9" * 10_000, "很多"])
def test_an_amount_that_is_none_is_named_and_kept(county, road: Road, admin, typed):
    path = f"/unit/{county.unit_id}/approval-steps"
    answer = road.visit(admin).send(path, 422, **steps(county, **{"from-1": typed}))
    assert 'href="#from-1"' in answer.text


def test_the_page_shows_whose_turn_it_is(county, road: Road, admin):
    road.visit(admin).send(f"/unit/{county.unit_id}/approval-steps", **steps(county))
    purchase_id = road.submit((county.mushrooms, 2))
    page = road.visit(county.buyer).see(f"/purchases/{purchase_id}")
    assert "第 1 步" in page
    assert "等待审批" in page
    assert "现在由 approver 审批" in page
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")


def test_a_substitute_is_named_and_ended(county, road: Road, session, admin):
    deputy = person(session, "deputy@test", ("UNIT", county.unit_id, "APPROVER"))
    session.commit()
    visitor = road.visit(county.approver)
    days = {"from_on": "2026-11-23", "until_on": "2026-11-30"}
    path = f"/unit/{county.unit_id}/substitutes"
    visitor.send(path, substitute=deputy.person_id, **days)
    page = visitor.see(f"/unit/{county.unit_id}/approval-steps")
    assert "结束代办" in page
    visitor.send(f"{path}/1/end")
    assert "结束代办" not in visitor.see(f"/unit/{county.unit_id}/approval-steps")
    refused = visitor.send(path, 422, substitute=deputy.person_id, from_on="x", until_on="")
    assert 'href="#from_on"' in refused.text
    road.visit(county.buyer).send(path, 404, substitute=deputy.person_id, **days)


def test_nobody_is_offered_as_their_own_substitute(county, road: Road, session, admin):
    deputy = person(session, "deputy@test", ("UNIT", county.unit_id, "APPROVER"))
    session.commit()
    page = road.visit(county.approver).see(f"/unit/{county.unit_id}/approval-steps")
    assert f'<option value="{deputy.person_id}"' in page
    assert f'<option value="{county.approver.person_id}"' not in page


def test_four_eyes_are_switched_with_a_reason_only(county, road: Road, admin):
    path = f"/unit/{county.unit_id}/four-eyes"
    visitor = road.visit(admin)
    visitor.send(path, 422, four_eyes="off", reason=" ")
    visitor.send(path, four_eyes="off", reason="只有一名工作人员")


def test_a_purchase_is_taken_back_changed_and_handed_in_again(county, road: Road):
    purchase_id = road.submit((county.mushrooms, 2), (county.noodles, 1))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/reject", reason="减半")
    buyer = road.visit(county.buyer)
    assert "修改以后再提交" in buyer.see(f"/purchases/{purchase_id}")
    buyer.send(f"/purchases/{purchase_id}/recall")
    page = buyer.see(f"/purchases/{purchase_id}/draft")
    assert "椴木香菇" in page
    fields = {
        "fund": "OTHER",
        "payment_terms": "PREPAY",
        "consignee_name": "王芳",
        "consignee_phone": "13800000000",
        "consignee_address": "城关镇 8 号",
        "note": "",
    }
    mushrooms, noodles = (f"quantity-{line}" for line in (1, 2))
    path = f"/purchases/{purchase_id}/draft"
    for typed in ("-1", "1.5", "1000000000", "\x00"):
        refused = buyer.send(path, 422, **fields, **{mushrooms: typed, noodles: "1"})
        assert f'href="#{mushrooms}"' in refused.text
    buyer.send(path, 422, **fields, **{mushrooms: "0", noodles: "0"})
    buyer.send(path, **fields, **{mushrooms: "１", noodles: "0"})
    (line,) = road.lines(road.order_of(purchase_id))
    last = {**fields, f"quantity-{line.id}": "1", "then": "submit"}
    buyer.send(path, **last, reviewed_fen="1")
    assert "现在合计 64.03 元" in buyer.see(path)
    (line,) = road.lines(road.order_of(purchase_id))
    buyer.send(path, **fields, **{f"quantity-{line.id}": "1"}, then="submit", reviewed_fen="6403")
    road.visit(county.approver).send(f"/purchases/{purchase_id}/approve")
    order = road.order(road.order_of(purchase_id))
    assert (order.state, order.goods_fen, order.payment_terms) == ("PLACED", 6_403, "PREPAY")
    buyer.send(f"/purchases/{purchase_id}/recall", 409)


def test_nobody_else_takes_a_purchase_back_or_changes_it(county, road: Road):
    purchase_id = road.submit((county.mushrooms, 2))
    road.visit(county.approver).send(f"/purchases/{purchase_id}/recall", 403)
    road.visit(county.stranger).send(f"/purchases/{purchase_id}/recall", 404)
    road.visit(county.shopper).see(f"/purchases/{purchase_id}/draft", 404)
    road.visit(county.buyer).see(f"/purchases/{purchase_id}/draft", 404)
