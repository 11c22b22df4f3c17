"""Only call-offs are sales; they keep to the prices and bounds of their contract."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.catalogue.commands import change_price
from marketplace.contracts import commands as contracts
from marketplace.contracts.models import ContractEntry
from marketplace.contracts.queries.agreements import get_agreement
from marketplace.contracts.rules.contracts import CalledLine, GivenLine
from marketplace.contracts.rules.refusals import (
    ContractOver,
    ContractUsedUp,
    FreightAgreed,
    LineUsedUp,
    NotAgreed,
    NotSigned,
    NotYetValid,
)
from marketplace.core.errors import Forbidden, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import (
    LineVerdict,
    PurchaseChange,
    PurchaseWish,
    RefundedLine,
    RefundWish,
    WishedLine,
)
from marketplace.quota.queries import summed_entries
from marketplace.reports.queries import reconcile
from tests.contracts.signing import AGREED_FEN, call_off, called, given, placed, signed
from tests.county import CONSIGNEE, START
from tests.ordering.steps import accepted, delivered, lines_of, orders_of, paid


def test_case_16_a_contract_itself_is_no_sale_and_counts_nothing(session, county):
    signed(session, county)
    assert summed_entries(session) == {}
    assert reconcile(session) == []


def test_case_16_only_the_call_off_counts_at_the_agreed_price(session, county):
    contract = signed(session, county)
    purchase = placed(session, county, contract, 10)
    (order,) = orders_of(session, purchase.id)
    assert (order.goods_fen, purchase.goods_fen) == (60_000, 60_000)
    accepted(session, county, order)
    paid(session, county, purchase)
    assert sum(summed_entries(session).values()) == 60_000
    assert called(session, contract) == (60_000, 10)
    assert reconcile(session) == []


def test_the_price_is_that_of_the_contract_whatever_the_catalogue_says_later(session, county):
    contract = signed(session, county)
    lines = (WishedLine(county.mushrooms.variant_id, 3),)
    wish = PurchaseWish(
        county.unit_id, "UNION", "POSTPAY", lines, CONSIGNEE, contract_id=contract.id
    )
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    change_price(session, county.mushrooms.variant_id, 9_999, START)
    more = PurchaseChange(lines=(WishedLine(county.mushrooms.variant_id, 4),))
    ordering.change_draft(session, county.buyer, purchase.id, more, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    assert session.get_one(type(purchase), purchase.id).goods_fen == 4 * AGREED_FEN


def test_case_16_call_offs_never_exceed_the_contract(session, county):
    contract = signed(session, county)
    placed(session, county, contract, 15)
    with pytest.raises(ContractUsedUp) as refused:
        call_off(session, county, contract, 6)
    assert refused.value.params == {"number": contract.number, "left": "300.00", "wanted": "360.00"}
    placed(session, county, contract, 5)
    assert called(session, contract) == (120_000, 20)


def test_two_that_waited_for_approval_do_not_both_fit(session, county):
    contract = signed(session, county)
    first, second = (call_off(session, county, contract, 12) for _ in range(2))
    assert called(session, contract) == (0, 0)
    ordering.approve(session, county.approver, first.id, START)
    with pytest.raises(ContractUsedUp):
        ordering.approve(session, county.approver, second.id, START)


def test_what_is_given_back_while_a_refusal_is_looked_up_is_taken(session, county, monkeypatch):
    contract = signed(session, county)
    first, second = call_off(session, county, contract, 20), call_off(session, county, contract, 5)
    ordering.approve(session, county.approver, first.id, START)

    def meanwhile(*asked):
        ordering.cancel_purchase(session, county.buyer, first.id, "不要了", START)
        return get_agreement(*asked)

    using = import_module("marketplace.contracts.commands.use")
    monkeypatch.setattr(using, "get_agreement", meanwhile)
    ordering.approve(session, county.approver, second.id, START)
    assert called(session, contract) == (30_000, 5)
    assert reconcile(session) == []


def test_a_line_has_a_bound_of_its_own(session, county):
    line = GivenLine(county.mushrooms.variant_id, AGREED_FEN, 5)
    contract = signed(session, county, lines=(line,), total_fen=None)
    assert contract.total_fen == 5 * AGREED_FEN
    with pytest.raises(LineUsedUp):
        call_off(session, county, contract, 6)
    first, second = (call_off(session, county, contract, 3) for _ in range(2))
    ordering.approve(session, county.approver, first.id, START)
    with pytest.raises((LineUsedUp, ContractUsedUp)):
        ordering.approve(session, county.approver, second.id, START)


@pytest.mark.parametrize("way", ["cancel", "decline", "expire"])
def test_what_comes_to_nothing_gives_its_room_back(session, county, way):
    contract = signed(session, county)
    purchase = placed(session, county, contract, 20)
    (order,) = orders_of(session, purchase.id)
    if way == "cancel":
        ordering.cancel_purchase(session, county.buyer, purchase.id, "不要了", START)
    elif way == "decline":
        ordering.decline(session, county.clerk, order.id, "没有货", START)
    else:
        ordering.expire_due(session, START + timedelta(days=16))
    assert called(session, contract) == (0, 0)
    assert reconcile(session) == []
    placed(session, county, contract, 20)


def test_a_purchase_sent_back_never_took_anything(session, county):
    contract = signed(session, county)
    purchase = call_off(session, county, contract, 20)
    ordering.reject(session, county.approver, purchase.id, "太多", START)
    ordering.cancel_purchase(session, county.buyer, purchase.id, "", START)
    assert called(session, contract) == (0, 0)
    assert reconcile(session) == []


def test_short_rejected_and_refunded_packs_give_their_room_back(session, county):
    contract = signed(session, county)
    purchase = placed(session, county, contract, 20)
    (order,) = orders_of(session, purchase.id)
    delivered(session, county, order)
    (line,) = lines_of(session, order.id)
    verdict = LineVerdict(line.id, accepted=15, rejected=3, reason="受潮")
    ordering.accept(session, county.approver, order.id, (verdict,), START)
    assert called(session, contract) == (15 * AGREED_FEN, 15)
    paid(session, county, purchase)
    for wish in (
        RefundWish(lines=(RefundedLine(line.id, 2),), reason="坏了"),
        RefundWish(amount_fen=501, reason="小瑕疵"),
    ):
        refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
        ordering.approve_refund(session, county.clerk, refund.id, START)
        ordering.approve_refund(session, county.clerk, refund.id, START)
    assert called(session, contract) == (13 * AGREED_FEN - 501, 13)
    assert reconcile(session) == []


def test_a_contract_that_is_not_signed_not_yet_valid_or_over_refuses(session, county):
    parties = ("UNIT", county.unit_id, county.producer_id)
    draft = contracts.write_contract(session, county.buyer, parties, given(county), START)
    with pytest.raises(NotSigned):
        call_off(session, county, draft, 1)
    contract = signed(session, county, valid_from=START.date() + timedelta(days=9))
    with pytest.raises(NotYetValid):
        call_off(session, county, contract, 1)
    later = START + timedelta(days=60)
    with pytest.raises(ContractOver):
        call_off(session, county, contract, 1, later)


def test_what_was_asked_in_time_is_not_placed_when_the_contract_is_over(session, county):
    contract = signed(session, county)
    purchase = call_off(session, county, contract, 1)
    session.commit()
    with pytest.raises(ContractOver) as refused:
        ordering.approve(session, county.approver, purchase.id, START + timedelta(days=60))
    session.rollback()
    assert "签新合同" in refused.value.message
    contracts.end_contract(session, county.approver, contract.id, "改由食堂统一采购", START)
    with pytest.raises(ContractOver):
        ordering.approve(session, county.approver, purchase.id, START)


def test_what_is_over_still_takes_back(session, county):
    contract = signed(session, county)
    purchase = placed(session, county, contract, 20)
    contracts.end_contract(session, county.approver, contract.id, "改由食堂统一采购", START)
    ordering.cancel_purchase(session, county.buyer, purchase.id, "不要了", START)
    assert called(session, contract) == (0, 0)


def test_others_and_other_goods_do_not_come_in_under_it(session, county):
    contract = signed(session, county)
    lines = (WishedLine(county.noodles.variant_id, 1),)
    wish = PurchaseWish(
        county.unit_id, "UNION", "POSTPAY", lines, CONSIGNEE, contract_id=contract.id
    )
    with pytest.raises(NotAgreed):
        ordering.draft_purchase(session, county.buyer, wish, START)
    lines = (WishedLine(county.mushrooms.variant_id, 1),)
    foreign = PurchaseWish(
        county.other_unit_id, "UNION", "POSTPAY", lines, CONSIGNEE, contract_id=contract.id
    )
    with pytest.raises(NotFound):
        ordering.draft_purchase(session, county.stranger, foreign, START)
    with pytest.raises(Forbidden):
        ordering.draft_purchase(session, county.approver, wish, START)


def test_agreed_freight_is_charged_and_cannot_rise(session, county):
    contract = signed(session, county, freight_fen=1_500)
    purchase = placed(session, county, contract, 1)
    (order,) = orders_of(session, purchase.id)
    assert order.freight_fen == 1_500
    with pytest.raises(FreightAgreed):
        ordering.confirm(session, county.clerk, order.id, 1_501, START)
    ordering.confirm(session, county.clerk, order.id, 1_000, START)
    assert session.get_one(Order, order.id).freight_fen == 1_000
    assert called(session, contract) == (AGREED_FEN, 1)


def test_a_source_uses_a_contract_once_and_entries_are_never_rewritten(session, county):
    contract = signed(session, county)
    one = CalledLine(county.mushrooms.variant_id, 1, "order-line:1/placed", 1, AGREED_FEN)
    contracts.use(session, contract.id, [one], START)
    session.commit()
    with pytest.raises(DatabaseError):
        contracts.use(session, contract.id, [one], START)
    session.rollback()
    assert called(session, contract) == (AGREED_FEN, 1)
    assert len(session.scalars(select(ContractEntry)).all()) == 1
    for statement in ("UPDATE contract_entry SET packs = 9", "DELETE FROM contract_entry"):
        with pytest.raises(DatabaseError):
            session.execute(text(statement))
        session.rollback()
