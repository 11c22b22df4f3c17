"""Reviews: one for each product of an order, kept for ever, hidden only for a reason of law."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.audit.models import AuditEntry
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.notices.models import Notice
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.ordering.rules.refusals import ReasonNeeded
from marketplace.payments.commands import ask_for_payment, confirm_payment
from marketplace.payments.rules import Receipt
from marketplace.reports.queries import reconcile
from marketplace.reviews import commands
from marketplace.reviews.models import ReviewStep
from marketplace.reviews.queries import list_of, newest_of, of_order
from marketplace.reviews.rules import (
    AlreadySaid,
    GivenReview,
    NotYetAccepted,
    ReviewExists,
    average_tenths,
)
from marketplace.uploads.rules import GivenFile
from tests.county import START
from tests.ordering.steps import accepted, delivered, lines_of, orders_of, placed

PAGE = PageRequest()
PHOTO = GivenFile("photographs", "蘑菇.png", b"\x89PNG\r\n\x1a\n mushroom")


@pytest.fixture
def order(session, county):
    wish = county.wish((county.mushrooms, 2), (county.oil, 1))
    _purchase, (placed_order,) = placed(session, county, wish)
    return accepted(session, county, placed_order)


def bought_privately(session, county):
    wish = county.private_wish((county.mushrooms, 1))
    purchase = ordering.draft_purchase(session, county.shopper, wish, START)
    ordering.submit(session, county.shopper, purchase.id, START)
    payment = ask_for_payment(session, county.shopper, purchase.id, "bank_transfer", START)
    receipt = Receipt(payment.amount_fen, day_of(START), "BANK-1")
    confirm_payment(session, county.cashier, payment.id, receipt, START)
    (order,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, order.id, None, START)
    ordering.ship(session, county.clerk, order.id, Parcel("中国邮政", "EMS1"), START)
    ordering.receive(session, county.shopper, order.id, START)
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id))
    return ordering.accept(session, county.shopper, order.id, verdicts, START)


def say(session, who, order, rating=5, words="", product=None, photographs=()):
    given = GivenReview(rating, words, product, photographs)
    return commands.write_review(session, who, order.id, given, START)


@pytest.mark.parametrize(
    ("number", "stars", "tenths"), [(0, 0, 0), (1, 5, 50), (3, 14, 47), (2, 9, 45), (8, 25, 31)]
)
def test_an_average_is_kept_in_tenths(number, stars, tenths):
    assert average_tenths(number, stars) == tenths


def test_without_a_product_it_is_said_of_all(session, county, order):
    written = say(session, county.buyer, order, 4, "都好")
    assert {one.product_id for one in written} == {
        county.mushrooms.product_id,
        county.oil.product_id,
    }
    shown = newest_of(session, "PRODUCER", county.producer_id)
    assert (shown.number, shown.stars, shown.tenths) == (2, 8, 40)
    assert [one.who for one in shown.items] == ["b*", "b*"]
    assert reconcile(session) == []


def test_the_same_said_again_is_the_same_and_another_is_refused(session, county, order):
    product = county.mushrooms.product_id
    (first,) = say(session, county.buyer, order, 5, "好", product)
    (again,) = say(session, county.buyer, order, 5, "好", product)
    assert again.id == first.id
    with pytest.raises(ReviewExists):
        say(session, county.buyer, order, 1, "坏", product)
    assert newest_of(session, "PRODUCT", product).number == 1


def test_nothing_is_said_before_acceptance(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    delivered(session, county, order)
    with pytest.raises(NotYetAccepted):
        say(session, county.buyer, order)


def test_who_bought_says_it(session, county, order):
    for who, refusal in (
        (county.stranger, NotFound),
        (county.shopper, NotFound),
        (county.clerk, Forbidden),
        (county.approver, Forbidden),
        (county.operator, Forbidden),
    ):
        with pytest.raises(refusal):
            say(session, who, order)


def test_a_retail_buyer_says_it_too(session, county):
    order = bought_privately(session, county)
    say(session, county.shopper, order, 3)
    (shown,) = newest_of(session, "PRODUCT", county.mushrooms.product_id).items
    assert (shown.is_of_unit, shown.who) == (False, "s*")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GivenReview(0), "rating"),
        (GivenReview(-1), "rating"),
        (GivenReview(6), "rating"),
        (GivenReview(10**9), "rating"),
        (GivenReview(5, "字" * 10_000), "text"),
        (GivenReview(5, "", 999_999), "product_id"),
        (GivenReview(5, "", None, (PHOTO,) * 7), "photographs"),
        (GivenReview(5, "", None, (GivenFile("photographs", "x.png", b"<svg/>"),)), "photographs"),
    ],
)
def test_what_does_not_fit_is_named(session, county, order, given, field):
    with pytest.raises(InvalidInput) as refusal:
        commands.write_review(session, county.buyer, order.id, given, START)
    assert refusal.value.errors[0].field == field


def test_answer_and_follow_up_are_said_once(session, county, order):
    (review,) = say(session, county.buyer, order, 2, "碎", county.mushrooms.product_id)
    commands.answer_review(session, county.clerk, review.id, "抱歉", START)
    commands.answer_review(session, county.clerk, review.id, "抱歉", START)
    with pytest.raises(AlreadySaid):
        commands.answer_review(session, county.clerk, review.id, "不", START)
    commands.follow_up(session, county.buyer, review.id, "补发了", START)
    (shown,) = newest_of(session, "PRODUCT", county.mushrooms.product_id).items
    assert (shown.answer, shown.follow_up) == ("抱歉", "补发了")
    for who, refusal in ((county.other_clerk, NotFound), (county.buyer, Forbidden)):
        with pytest.raises(refusal):
            commands.answer_review(session, who, review.id, "x", START)
    with pytest.raises(Forbidden):
        commands.follow_up(session, county.clerk, review.id, "x", START)
    with pytest.raises(InvalidInput):
        commands.follow_up(session, county.buyer, review.id, " ", START)
    kinds = set(session.scalars(select(Notice.kind)))
    assert {"review_written", "review_answered"} <= kinds


def test_hiding_needs_a_reason_of_law_and_leaves_a_log(session, county, order):
    product = county.mushrooms.product_id
    (review,) = say(session, county.buyer, order, 1, "骗子", product)
    with pytest.raises(InvalidInput):
        commands.hide_review(session, county.operator, review.id, ("DISLIKE", "x"), START)
    with pytest.raises(ReasonNeeded):
        commands.hide_review(session, county.operator, review.id, ("INSULT", " "), START)
    for who, refusal in ((county.clerk, NotFound), (county.auditor, Forbidden)):
        with pytest.raises(refusal):
            commands.hide_review(session, who, review.id, ("INSULT", "x"), START)
    commands.hide_review(session, county.operator, review.id, ("INSULT", "辱骂"), START)
    commands.hide_review(session, county.operator, review.id, ("INSULT", "辱骂"), START)
    assert newest_of(session, "PRODUCT", product).items == []
    assert list_of(session, "PRODUCT", product, PAGE).total == 0
    assert of_order(session, county.buyer, order.id).reviews[0].is_hidden
    assert reconcile(session) == []
    commands.show_review(session, county.operator, review.id, "改判", START)
    assert newest_of(session, "PRODUCT", product).number == 1
    assert list(session.scalars(select(ReviewStep.kind))) == ["HIDDEN", "SHOWN"]
    about = AuditEntry.object_kind == "review"
    trail = set(session.scalars(select(AuditEntry.action).where(about)))
    assert trail == {"review.hidden", "review.shown"}
    assert reconcile(session) == []


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM review", "DELETE FROM review_step", "UPDATE review_word SET text = 'x'"],
)
def test_nothing_said_is_deleted(session, county, order, statement):
    (review,) = say(session, county.buyer, order, 1, "差", county.mushrooms.product_id)
    commands.answer_review(session, county.clerk, review.id, "抱歉", START)
    commands.hide_review(session, county.operator, review.id, ("INSULT", "辱骂"), START)
    session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))


def test_a_total_that_was_tampered_with_is_found(session, county, order):
    say(session, county.buyer, order, 5, "", county.mushrooms.product_id)
    session.execute(text("UPDATE review_total SET stars = 4 WHERE kind = 'PRODUCT'"))
    assert {found.check for found in reconcile(session)} == {"review.stars"}
