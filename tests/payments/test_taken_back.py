"""Who said that a transfer was made says that it was not, as long as no money came by it."""

import pytest
from sqlalchemy import event, select

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, NotFound
from marketplace.ordering.models import Order, OrderEvent, Purchase
from marketplace.payments import queries
from marketplace.payments.commands import (
    ask_for_payment,
    confirm_payment,
    declare,
    take_back_declaration,
)
from marketplace.payments.models import Payment
from marketplace.payments.rules import MoneyBooked, Receipt
from marketplace.reports.queries import reconcile
from tests.county import START
from tests.ordering.steps import placed


def declared(session, county):
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    return declare(session, county.buyer, payment.id, START)


def state_of(session, payment):
    wanted = select(Order.payment_state).where(Order.purchase_id == payment.purchase_id)
    return session.scalars(wanted).one()


def events(session, payment):
    wanted = select(OrderEvent).where(OrderEvent.purchase_id == payment.purchase_id)
    found = session.scalars(wanted.order_by(OrderEvent.id))
    return [(one.kind, one.actor_id) for one in found if one.kind.startswith("PAYMENT_")]


def take_back(session, who, payment):
    return take_back_declaration(session, who, payment.id, START)


def test_what_was_said_is_taken_back_with_a_trail(session, county):
    payment = declared(session, county)
    take_back(session, county.finance, payment)
    assert (payment.state, state_of(session, payment)) == ("DUE", "DUE")
    assert events(session, payment) == [
        ("PAYMENT_DECLARED", county.buyer.person_id),
        ("PAYMENT_UNDECLARED", county.finance.person_id),
    ]
    wanted = select(AuditEntry).where(AuditEntry.action == "payment.undeclared")
    entry = session.scalars(wanted).one()
    assert (entry.object_id, entry.actor_id) == (str(payment.id), county.finance.person_id)
    assert (entry.before, entry.after) == ({"state": "DECLARED"}, {"state": "DUE"})
    assert reconcile(session) == []


def test_a_second_click_changes_nothing_and_it_may_be_said_again(session, county):
    payment = declared(session, county)
    for _click in range(2):
        take_back(session, county.buyer, payment)
    assert len(events(session, payment)) == 2
    declare(session, county.buyer, payment.id, START)
    assert (payment.state, state_of(session, payment)) == ("DECLARED", "DECLARED")


def test_what_came_is_not_taken_back(session, county):
    payment = declared(session, county)
    receipt = Receipt(1_000, START.date(), "N1")
    confirm_payment(session, county.cashier, payment.id, receipt, START)
    with pytest.raises(MoneyBooked):
        take_back(session, county.buyer, payment)
    assert (payment.state, state_of(session, payment)) == ("RECEIVED", "PART_PAID")


def test_what_another_transfer_announces_stays_announced(session, county):
    """After a part came a second transfer may be on its way: only the first is taken back."""
    payment = declared(session, county)
    other = queries.payments_of(session, payment.purchase_id)[0]
    second = ask_for_payment(session, county.buyer, payment.purchase_id, "simulated", START)
    second.method = "bank_transfer"
    declare(session, county.buyer, second.id, START)
    take_back(session, county.buyer, payment)
    assert (payment.state, second.state) == ("DUE", "DECLARED")
    assert state_of(session, payment) == "DECLARED"
    assert other.id == payment.id


def test_money_that_comes_all_the_same_is_taken(session, county):
    payment = declared(session, county)
    take_back(session, county.buyer, payment)
    receipt = Receipt(payment.amount_fen, START.date(), "N1")
    confirm_payment(session, county.cashier, payment.id, receipt, START)
    assert state_of(session, payment) == "PAID"
    assert reconcile(session) == []


def test_only_who_may_say_it_takes_it_back(session, county):
    payment = declared(session, county)
    for stranger in (county.stranger, county.shopper):
        with pytest.raises(NotFound):
            take_back(session, stranger, payment)
    for other in (county.clerk, county.cashier, county.auditor):
        with pytest.raises(Forbidden):
            take_back(session, other, payment)
    assert payment.state == "DECLARED"


def test_both_lock_the_payment_then_its_purchase_then_the_orders(session, county):
    """The one order of all steps: who pays from credit meanwhile holds the purchase alone."""
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    held = []

    def note(state):
        if getattr(state.statement, "_for_update_arg", None) is not None:
            held.append(state.statement.column_descriptions[0]["entity"])

    event.listen(session, "do_orm_execute", note)
    declare(session, county.buyer, payment.id, START)
    assert held == [Payment, Purchase, Order]
    held.clear()
    take_back_declaration(session, county.buyer, payment.id, START)
    assert held == [Payment, Purchase, Order]
