"""After the sale: deadlines by kind of goods, answers, mediation, and what nobody answers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from marketplace.catalogue.models import Batch, Product
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import AfterSaleStep, Refund
from marketplace.ordering.rules import (
    ReasonNeeded,
    RefundedLine,
    RefundWish,
    WrongLines,
    WrongState,
)
from marketplace.ordering.rules.aftersale import (
    NotYourTurn,
    TooLateForRefund,
    TooManyPhotographs,
)
from marketplace.reports.queries import reconcile
from marketplace.uploads.rules import GivenFile
from tests.county import START
from tests.ordering.steps import completed, lines_of

JPEG = b"\xff\xd8\xff\xe0 a photograph"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def order(session, county):
    return completed(session, county, county.wish((county.mushrooms, 5)))[1][0]


def ask(session, county, order, now=START, ground="OTHER", photographs=()):
    line = lines_of(session, order.id)[0]
    wish = RefundWish((RefundedLine(line.id, 2),), None, "两袋发霉", ground, photographs)
    return ordering.request_refund(session, county.buyer, order.id, wish, now)


def make_fresh(session, county):
    fresh = update(Product).where(Product.id == county.mushrooms.product_id)
    session.execute(fresh.values(category_code="vegetables"))


@pytest.mark.parametrize(
    ("fresh", "ground", "last"),
    [
        (False, "OTHER", START + 7 * DAY),
        (False, "NOT_WANTED", START + 7 * DAY),
        (True, "OTHER", START + 48 * HOUR),
        (True, "QUALITY", START + 360 * DAY),
        (False, "QUALITY", START + 340 * DAY),
    ],
)
def test_the_time_to_ask_depends_on_the_goods_and_the_ground(
    session, county, order, fresh, ground, last
):
    if fresh:
        make_fresh(session, county)
    perishes = update(Batch).values(expires_on=(last + 8 * HOUR).date() + DAY)
    session.execute(perishes)
    with pytest.raises(TooLateForRefund):
        ask(session, county, order, last + 2 * DAY, ground)
    assert ask(session, county, order, last, ground).state == "REQUESTED"


def test_goods_that_never_perish_are_like_others_and_bad_ones_have_their_seven_days(
    session, county, order
):
    session.execute(update(Batch).values(expires_on=None))
    with pytest.raises(TooLateForRefund):
        ask(session, county, order, START + 8 * DAY, "QUALITY")
    session.execute(update(Batch).values(expires_on=date(2026, 11, 20)))
    assert ask(session, county, order, START + 6 * DAY, "QUALITY").state == "REQUESTED"


def test_an_amount_is_spread_over_the_lines_that_are_still_open(session, county):
    wish = county.wish((county.mushrooms, 2), (county.oil, 1))
    order = completed(session, county, wish)[1][0]
    make_fresh(session, county)
    late = START + 3 * DAY
    amount = RefundWish(amount_fen=9_900, reason="味道不对")
    refund = ordering.request_refund(session, county.buyer, order.id, amount, late)
    assert refund.amount_fen == 9_900
    with pytest.raises(TooLateForRefund):
        ordering.request_refund(session, county.buyer, order.id, amount, START + 8 * DAY)


def test_the_producer_agrees_and_everything_moves_back(session, county, order):
    refund = ask(session, county, order)
    assert order.after_sale_state == "OPEN"
    ordering.approve_refund(session, county.clerk, refund.id, START)
    assert (refund.state, refund.stage, refund.due_at) == ("DONE", "ENDED", None)
    assert order.after_sale_state == "DONE"
    assert reconcile(session) == []


def test_a_refusal_is_contested_and_the_county_decides(session, county, order):
    refund = ask(session, county, order)
    ordering.refuse_refund(session, county.clerk, refund.id, "发货时完好", START)
    ordering.refuse_refund(session, county.clerk, refund.id, "发货时完好", START)
    assert (refund.stage, refund.due_at) == ("REFUSED", START + 7 * DAY)
    ordering.call_county(session, county.buyer, refund.id, "有照片", START)
    ordering.call_county(session, county.buyer, refund.id, "有照片", START)
    assert order.after_sale_state == "IN_MEDIATION"
    with pytest.raises(NotYourTurn):
        ordering.refuse_refund(session, county.clerk, refund.id, "还是不同意", START)
    ordering.approve_refund(session, county.operator, refund.id, START)
    assert order.after_sale_state == "DONE"
    kinds = session.scalars(select(AfterSaleStep.kind).order_by(AfterSaleStep.id)).all()
    assert kinds == ["REQUESTED", "REFUSED", "CALLED", "DONE"]
    assert reconcile(session) == []


def test_the_county_may_decide_against_it_for_good(session, county, order):
    refund = ask(session, county, order)
    ordering.refuse_refund(session, county.operator, refund.id, "证据不足", START)
    assert (refund.state, order.after_sale_state) == ("REJECTED", "REJECTED")
    with pytest.raises(WrongState):
        ordering.approve_refund(session, county.clerk, refund.id, START)


def test_what_is_given_up_or_rejected_can_be_asked_for_again(session, county, order):
    first = ask(session, county, order)
    line = lines_of(session, order.id)[0]
    again = RefundWish((RefundedLine(line.id, 4),), reason="x")
    with pytest.raises(WrongLines):
        ordering.request_refund(session, county.buyer, order.id, again, START)
    ordering.withdraw_refund(session, county.buyer, first.id, START)
    ordering.withdraw_refund(session, county.buyer, first.id, START)
    assert order.after_sale_state == "REJECTED"
    assert ordering.request_refund(session, county.buyer, order.id, again, START)


def test_silence_takes_a_request_to_the_county_and_ends_an_uncontested_no(session, county, order):
    silent = ask(session, county, order)
    assert ordering.turn_due(session, START + 3 * DAY - HOUR) == 0
    assert ordering.turn_due(session, START + 3 * DAY) == 1
    assert (silent.stage, order.after_sale_state) == ("MEDIATION", "IN_MEDIATION")
    ordering.refuse_refund(session, county.operator, silent.id, "证据不足", START)
    refused = ask(session, county, order)
    ordering.refuse_refund(session, county.clerk, refused.id, "完好", START)
    assert ordering.turn_due(session, START + 7 * DAY) == 1
    assert (refused.state, refused.stage) == ("REJECTED", "ENDED")
    assert ordering.turn_due(session, START + 30 * DAY) == 0


def test_each_step_belongs_to_its_side(session, county, order):
    refund = ask(session, county, order)
    with pytest.raises(Forbidden):
        ordering.refuse_refund(session, county.buyer, refund.id, "x", START)
    with pytest.raises(Forbidden):
        ordering.refuse_refund(session, county.auditor, refund.id, "x", START)
    with pytest.raises(Forbidden):
        ordering.withdraw_refund(session, county.clerk, refund.id, START)
    with pytest.raises(NotYourTurn):
        ordering.call_county(session, county.buyer, refund.id, "x", START)
    for other in (county.stranger, county.other_clerk, county.shopper):
        with pytest.raises(NotFound):
            ordering.refuse_refund(session, other, refund.id, "x", START)
        with pytest.raises(NotFound):
            ordering.withdraw_refund(session, other, refund.id, START)
    with pytest.raises(ReasonNeeded):
        ordering.refuse_refund(session, county.clerk, refund.id, "  ", START)


def test_photographs_are_kept_and_others_refused(session, county, order):
    photographs = tuple(GivenFile("photographs", f"{n}.jpg", JPEG) for n in range(3))
    refund = ask(session, county, order, photographs=photographs)
    step = session.scalars(select(AfterSaleStep)).one()
    assert (step.refund_id, len(step.uploads)) == (refund.id, 3)
    with pytest.raises(TooManyPhotographs):
        ask(session, county, order, photographs=(*photographs, photographs[0]))


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"<html>", b"%PDF-1.7", b"", b"MZ", JPEG * 400_000]
)
def test_what_is_no_photograph_is_refused_and_nothing_is_asked(session, county, order, content):
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        ask(session, county, order, photographs=(GivenFile("photographs", "a.jpg", content),))
    assert refused.value.errors[0].field == "photographs"
    session.rollback()
    assert session.scalars(select(Refund)).all() == []
