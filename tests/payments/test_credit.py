"""Credit pays the next purchase, or goes back; never more than there is."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import OUTGOING, credit_account
from marketplace.payments.commands import (
    ask_for_payment,
    ask_for_payout,
    cancel_payout,
    declare,
    declare_account,
    note_results,
    pay_from_credit,
)
from marketplace.payments.models import Payout
from marketplace.payments.queries import buyer_statement
from marketplace.payments.rules import NothingToPay
from marketplace.payments.rules.accounts import (
    GivenAccount,
    Holder,
    NoCredit,
    NotThatMuchCredit,
    TransferOnItsWay,
)
from marketplace.payments.rules.payouts import PayoutDecided, Result
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import accepted, orders_of, paid, placed
from tests.payments.settling import released, told


def with_credit(session: Session, county: County, fen: int) -> None:
    """Somebody paid too much."""
    purchase, _orders = placed(session, county, county.wish((county.noodles, 1)))
    paid(session, county, purchase, received_fen=county.noodles.price_fen + fen)


def account(session: Session, county: County) -> int:
    given = GivenAccount("区财政局", "17020001112222", "建设银行")
    holder = Holder(unit_id=county.unit_id)
    return declare_account(session, county.finance, holder, given, START).id


def credit(session: Session, county: County) -> int:
    return -balance_of(session, credit_account(county.unit_id, 0))


def test_credit_pays_a_purchase_whole_and_completes_it(session, county):
    with_credit(session, county, 20_000)
    purchase, orders = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, orders[0])
    assert pay_from_credit(session, county.buyer, purchase.id, START) == 12_806
    assert orders_of(session, purchase.id)[0].state == "COMPLETED"
    assert credit(session, county) == 20_000 - 12_806
    assert reconcile(session) == []
    with pytest.raises(NothingToPay):
        pay_from_credit(session, county.buyer, purchase.id, START)


def test_too_little_credit_pays_a_part_and_the_next_credit_the_rest(session, county):
    with_credit(session, county, 100)
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    assert pay_from_credit(session, county.buyer, purchase.id, START) == 100
    with pytest.raises(NoCredit):
        pay_from_credit(session, county.buyer, purchase.id, START)
    with_credit(session, county, 50_000)
    assert pay_from_credit(session, county.buyer, purchase.id, START) == 12_706
    assert reconcile(session) == []


def test_what_was_said_to_be_transferred_is_not_paid_from_credit_too(session, county):
    with_credit(session, county, 20_000)
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    declare(session, county.buyer, payment.id, START)
    with pytest.raises(TransferOnItsWay):
        pay_from_credit(session, county.buyer, purchase.id, START)
    assert credit(session, county) == 20_000
    assert reconcile(session) == []


def test_nobody_pays_with_anothers_credit(session, county):
    with_credit(session, county, 20_000)
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    for other in (county.stranger, county.shopper):
        with pytest.raises(NotFound):
            pay_from_credit(session, other, purchase.id, START)
    with pytest.raises(Forbidden):
        pay_from_credit(session, county.clerk, purchase.id, START)


def test_two_purchases_never_spend_more_than_there_is(
    session: Session, engine: Engine, county: County
):
    with_credit(session, county, 15_000)
    purchases = [
        placed(session, county, county.wish((county.mushrooms, 2)))[0].id for _ in range(4)
    ]
    session.commit()
    barrier, spent = Barrier(len(purchases)), []

    def pay(purchase_id):
        with Session(engine) as own:
            barrier.wait()
            try:
                spent.append(pay_from_credit(own, county.buyer, purchase_id, START))
                own.commit()
            except NoCredit:
                own.rollback()

    threads = [Thread(target=pay, args=(one,)) for one in purchases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert sum(spent) == 15_000
    assert credit(session, county) == 0
    assert reconcile(session) == []


def test_credit_that_is_asked_back_cannot_be_spent_and_comes_back_when_called_off(session, county):
    with_credit(session, county, 15_000)
    payout = ask_for_payout(session, county.finance, account(session, county), 15_000, START)
    assert (credit(session, county), -balance_of(session, OUTGOING)) == (0, 15_000)
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 2)))
    with pytest.raises(NoCredit):
        pay_from_credit(session, county.buyer, purchase.id, START)
    assert reconcile(session) == []
    cancel_payout(session, county.finance, payout.id, START)
    cancel_payout(session, county.finance, payout.id, START)
    assert (credit(session, county), balance_of(session, OUTGOING)) == (15_000, 0)
    assert reconcile(session) == []


@pytest.mark.parametrize("fen", [0, -1, 15_001, 10**9])
def test_not_more_than_there_is_goes_back(session, county, fen):
    with_credit(session, county, 15_000)
    with pytest.raises(NotThatMuchCredit):
        ask_for_payout(session, county.finance, account(session, county), fen, START)


def test_credit_goes_back_only_by_finance_and_only_to_their_own_account(session, county):
    with_credit(session, county, 15_000)
    to = account(session, county)
    with pytest.raises(Forbidden):
        ask_for_payout(session, county.buyer, to, 100, START)
    for other in (county.stranger, county.clerk, county.shopper):
        with pytest.raises(NotFound):
            ask_for_payout(session, other, to, 100, START)


def test_a_payout_that_was_released_cannot_be_called_off(session, county):
    with_credit(session, county, 15_000)
    payout = ask_for_payout(session, county.finance, account(session, county), 100, START)
    payout.state = "RELEASED"
    with pytest.raises(PayoutDecided):
        cancel_payout(session, county.finance, payout.id, START)


def test_two_who_ask_the_credit_back_at_once_get_it_once(
    session: Session, engine: Engine, county: County
):
    with_credit(session, county, 15_000)
    to = account(session, county)
    session.commit()
    barrier, answers = Barrier(3), []

    def ask():
        with Session(engine) as own:
            barrier.wait()
            try:
                ask_for_payout(own, county.finance, to, 15_000, START)
                own.commit()
                answers.append("asked")
            except Refusal as refusal:
                own.rollback()
                answers.append(refusal.code)

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert sorted(answers) == ["asked", "credit.too_little", "credit.too_little"]
    assert len(session.scalars(select(Payout)).all()) == 1
    assert reconcile(session) == []


def test_the_statement_shows_every_move_and_ends_at_what_is_held(session, county):
    with_credit(session, county, 15_000)
    purchase, orders = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, orders[0])
    pay_from_credit(session, county.buyer, purchase.id, START)
    statement = buyer_statement(session, Holder(unit_id=county.unit_id), "2026-11")
    assert statement.opening_fen == 0
    # The noodles are paid and not accepted, the mushrooms accepted and paid.
    assert statement.closing_fen == county.noodles.price_fen + 15_000 - 12_806
    assert sum(move.amount_fen for move in statement.moves) == statement.closing_fen
    later = buyer_statement(session, Holder(unit_id=county.unit_id), "2026-12")
    assert (later.opening_fen, later.moves) == (statement.closing_fen, [])


def test_whoever_asked_hears_that_credit_was_paid_back_and_that_it_came_back(session, county):
    with_credit(session, county, 15_000)
    to = account(session, county)
    for came, reference in ((False, ""), (True, "R1")):
        ask_for_payout(session, county.finance, to, 15_000, START)
        result = Result(released(session, county).number, came, reference, "户名不符")
        for _twice in range(2):
            note_results(session, county.cashier, [result], START)
    assert told(session, "finance@test")[-2:] == [
        "银行退回了您的余额 150.00 元,请核对登记的账户后再申请",
        "您申请退回的余额 150.00 元已付出",
    ]
    assert reconcile(session) == []
