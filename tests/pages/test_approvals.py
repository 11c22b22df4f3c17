"""Approving: what the approver sees, four eyes, and reasons that come through."""

from sqlalchemy.orm import Session

from marketplace.quota.commands import RuleText, publish_rule
from tests.county import START, County
from tests.pages.conftest import Road


def test_the_inbox_leads_to_lines_prices_and_the_quota(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    approver = road.visit(county.approver)
    inbox = approver.see(f"/unit/{county.unit_id}/approvals")
    assert f"/purchases/{purchase_id}/approval" in inbox
    page = approver.see(f"/purchases/{purchase_id}/approval")
    assert "椴木香菇" in page
    assert "壹佰贰拾捌元零陆分" in page
    assert "本次采购 128.06 元" in page
    # It waits already, and is not shown twice: the part that waits is drawn without it.
    assert 'class="quota-waiting" x="0" width="0"' in page


def test_approving_places_the_orders(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    assert road.order(order_id).state == "PLACED"
    assert "审批通过" in road.visit(county.buyer).see(f"/orders/{order_id}")


def test_a_purchase_is_sent_back_with_a_reason_only(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    approver = road.visit(county.approver)
    answer = approver.send(f"/purchases/{purchase_id}/reject", 422, reason=" ")
    assert 'href="#reason"' in answer.text
    approver.send(f"/purchases/{purchase_id}/reject", reason="数量太多,请减半")
    assert "数量太多,请减半" in road.visit(county.buyer).see(f"/purchases/{purchase_id}")


def test_a_buyer_without_the_role_approves_nothing(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 2))
    buyer = road.visit(county.buyer)
    buyer.send(f"/purchases/{purchase_id}/approve", 403)
    buyer.see(f"/unit/{county.unit_id}/approvals", 403)


def test_too_little_stock_is_said_on_the_page_of_the_approval(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 1001))
    approver = road.visit(county.approver)
    answer = approver.send(f"/purchases/{purchase_id}/approve", 409)
    assert "现在只有 1000 件" in answer.text
    assert "您的意见" in answer.text


def test_another_units_inbox_is_not_found(county: County, road: Road) -> None:
    road.visit(county.approver).see(f"/unit/{county.other_unit_id}/approvals", 404)


def test_case_13_the_approver_is_warned_before_a_cap_is_exceeded(
    session: Session, county: County, road: Road
) -> None:
    text = RuleText(
        code="union-cap",
        year=2026,
        name="工会人均上限",
        basis="PER_HEAD_CAP",
        area="420304",
        funds=("UNION",),
        legal_reference="试",
        amount_fen=1,
        is_hard=True,
    )
    publish_rule(session, text, START)
    session.commit()
    purchase_id = road.submit((county.mushrooms, 2))
    approver = road.visit(county.approver)
    assert "这条规则不允许超出" in approver.see(f"/purchases/{purchase_id}/approval")
    refused = approver.send(f"/purchases/{purchase_id}/approve", 409)
    assert "改用其他资金渠道" in refused.text
    assert "审批中" in refused.text
