"""An invoice is registered once anywhere, checked by the buyer, taken back by red ones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound, Refusal
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Invoice, OrderEvent
from marketplace.ordering.queries import invoices_of
from marketplace.ordering.rules import LineVerdict, RefundedLine, RefundWish, WrongState
from marketplace.ordering.rules.invoices import (
    GivenInvoice,
    InvoiceFacts,
    InvoiceNumberUsed,
    InvoiceTooMuch,
    NoSuchBlueInvoice,
    invoice_state,
    read_number,
)
from marketplace.reports.queries import reconcile
from tests.county import START
from tests.ordering.steps import accepted, completed, delivered, lines_of, placed

NUMBER = "26422000000000000001"
SECOND = "26422000000000000002"
DAY = day_of(START)
WHOLE = 3 * 6_403


def given(amount_fen: int = WHOLE, number: str = NUMBER, **more) -> GivenInvoice:
    return GivenInvoice(number, amount_fen, more.pop("issued_on", DAY), **more)


@pytest.fixture
def order(session, county):
    """Three packs, accepted and not yet paid."""
    _purchase, (made,) = placed(session, county, county.wish((county.mushrooms, 3)))
    return accepted(session, county, made)


def register(session, county, order, invoice: GivenInvoice):
    return ordering.register_invoice(session, county.clerk, order.id, invoice, START)


def test_an_invoice_is_registered_checked_and_told(session, county, order):
    invoice = register(session, county, order, given())
    assert (invoice.state, order.invoice_state) == ("ISSUED", "ISSUED")
    ordering.check_invoice(session, county.finance, invoice.id, START)
    again = ordering.check_invoice(session, county.finance, invoice.id, START)
    assert (again.state, order.invoice_state) == ("CHECKED", "CHECKED")
    kinds = session.scalars(select(OrderEvent.kind).where(OrderEvent.kind.startswith("INVOICE")))
    assert list(kinds) == ["INVOICE_REGISTERED", "INVOICE_CHECKED"]
    assert reconcile(session) == []


def test_the_same_invoice_told_again_is_the_same(session, county, order):
    first = register(session, county, order, given())
    assert register(session, county, order, given()).id == first.id
    assert len(invoices_of(session, order.id)) == 1


def test_case_15_a_number_is_accepted_once_in_the_whole_marketplace(session, county, order):
    register(session, county, order, given(1))
    with pytest.raises(InvoiceNumberUsed):
        register(session, county, order, given(2))
    _purchase, (other,) = placed(session, county, county.wish((county.noodles, 1)))
    ordering.confirm(session, county.other_clerk, other.id, None, START)
    with pytest.raises(InvoiceNumberUsed):
        ordering.register_invoice(session, county.other_clerk, other.id, given(1), START)


def test_several_invoices_may_not_come_to_more_than_is_payable(session, county, order):
    register(session, county, order, given(WHOLE - 1))
    with pytest.raises(InvoiceTooMuch):
        register(session, county, order, given(2, SECOND))
    second = register(session, county, order, given(1, SECOND))
    first, _ = invoices_of(session, order.id)
    ordering.check_invoice(session, county.buyer, first.id, START)
    assert order.invoice_state == "ISSUED"
    ordering.check_invoice(session, county.buyer, second.id, START)
    assert order.invoice_state == "CHECKED"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "1" * 19}, "number"),
        ({"number": "1" * 10_000}, "number"),
        ({"number": "2642200000000000000\0"}, "number"),
        ({"number": "-6422000000000000001"}, "number"),
        ({"number": "²6422000000000000001"}, "number"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"issued_on": DAY + timedelta(days=1)}, "issued_on"),
        ({"issued_on": DAY - timedelta(days=1)}, "issued_on"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(session, county, order, change, field):
    with pytest.raises(InvalidInput) as refused:
        register(session, county, order, given(**change))
    assert [error.field for error in refused.value.errors] == [field]
    assert invoices_of(session, order.id) == []


def test_full_width_digits_and_blanks_are_forgiven():
    assert read_number("２６４２ 2000 0000 0000 0001") == NUMBER


def test_a_red_invoice_takes_a_blue_one_back_in_parts(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 3)))
    register(session, county, order, given())
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), None, "发霉")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    register(session, county, order, given(6_403, SECOND, red_of=NUMBER))
    with pytest.raises(InvoiceTooMuch):
        register(session, county, order, given(2 * 6_403 + 1, NUMBER[:-1] + "3", red_of=NUMBER))
    with pytest.raises(NoSuchBlueInvoice):
        register(session, county, order, given(1, NUMBER[:-1] + "4", red_of=SECOND))
    assert order.invoice_state == "ISSUED"
    register(session, county, order, given(2 * 6_403, NUMBER[:-1] + "5", red_of=NUMBER))
    assert order.invoice_state == "REVERSED"
    assert invoices_of(session, order.id)[0].state == "REVERSED"
    assert reconcile(session) == []


def test_what_was_invoiced_in_part_is_whole_once_the_rest_is_given_back(session, county, order):
    """Nothing is left to invoice or to check: it stands on no list of what is to be done."""
    invoice = register(session, county, order, given(2 * 6_403))
    ordering.check_invoice(session, county.finance, invoice.id, START)
    assert order.invoice_state == "ISSUED"
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), None, "发霉")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    assert order.invoice_state == "CHECKED"


def test_what_was_invoiced_in_part_is_whole_once_no_more_is_accepted(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    delivered(session, county, order)
    invoice = register(session, county, order, given(2 * 6_403))
    ordering.check_invoice(session, county.finance, invoice.id, START)
    (line,) = lines_of(session, order.id)
    ordering.accept(session, county.approver, order.id, [LineVerdict(line.id, 2, 0, "少")], START)
    assert order.invoice_state == "CHECKED"


def test_only_the_producer_registers_and_only_the_buyers_side_checks(session, county, order):
    for person, refusal in (
        (county.buyer, Forbidden),
        (county.other_clerk, NotFound),
        (county.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            ordering.register_invoice(session, person, order.id, given(), START)
    invoice = register(session, county, order, given())
    for person, refusal in ((county.clerk, Forbidden), (county.stranger, NotFound)):
        with pytest.raises(refusal):
            ordering.check_invoice(session, person, invoice.id, START)
    with pytest.raises(NotFound):
        ordering.check_invoice(session, county.buyer, 404, START)


def test_an_order_nobody_took_on_has_no_invoice(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(WrongState):
        register(session, county, order, given(1))


def test_two_who_register_one_number_at_once_do_not_both_get_it(engine, session, county):
    orders = []
    for goods, clerk in ((county.mushrooms, county.clerk), (county.noodles, county.other_clerk)):
        _purchase, (made,) = placed(session, county, county.wish((goods, 1)))
        ordering.confirm(session, clerk, made.id, None, START)
        orders.append((made.id, clerk))
    session.commit()

    def take(subject) -> bool:
        order_id, clerk = subject
        with Session(engine) as mine:
            try:
                ordering.register_invoice(mine, clerk, order_id, given(100), START)
                mine.commit()
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, orders * 4))
    owners = session.execute(select(Invoice.order_id)).all()
    assert len(owners) == 1
    # The same invoice told again by its own producer is no refusal.
    assert 1 <= taken.count(True) <= 4
    assert (
        session.scalar(
            select(func.count())
            .select_from(OrderEvent)
            .where(OrderEvent.kind == "INVOICE_REGISTERED")
        )
        == 1
    )


@pytest.mark.parametrize(
    ("invoices", "expected"),
    [
        ([], "NONE"),
        ([("BLUE", "ISSUED", 100)], "ISSUED"),
        ([("BLUE", "CHECKED", 99)], "ISSUED"),
        ([("BLUE", "CHECKED", 100)], "CHECKED"),
        ([("BLUE", "CHECKED", 100), ("RED", "ISSUED", 40)], "ISSUED"),
        ([("BLUE", "REVERSED", 100), ("RED", "ISSUED", 100)], "REVERSED"),
    ],
)
def test_how_an_order_stands_with_its_invoices(invoices, expected):
    assert invoice_state([InvoiceFacts(*one) for one in invoices], 100) == expected


def test_a_red_invoice_told_again_of_another_blue_one_is_refused(session, county, order):
    register(session, county, order, given(2 * 6_403))
    register(session, county, order, given(6_403, SECOND))
    third = NUMBER[:-1] + "3"
    red = register(session, county, order, given(6_403, third, red_of=SECOND))
    again = register(session, county, order, given(6_403, third, red_of=f" {SECOND}"))
    assert again.id == red.id
    for other in (NUMBER, None):
        with pytest.raises(InvoiceNumberUsed):
            register(session, county, order, given(6_403, third, red_of=other))
