"""The same click twice at the same instant: it has its effect, and nobody meets an error."""

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import ReceivedBatch
from marketplace.ordering.commands import put_in_basket, put_many
from marketplace.ordering.models import BasketLine
from marketplace.payments.commands import ask_for_payment
from marketplace.payments.models import Payment
from tests.county import START, THIRDS, County
from tests.ordering.steps import placed
from tests.races.crowd import all_at_once

CROWD = 8


def test_what_is_put_into_a_basket_at_once_adds_up(
    session: Session, crowded: Engine, county: County
) -> None:
    mushrooms, oil = county.mushrooms.variant_id, county.oil.variant_id

    def put(mine: Session, place: int) -> None:
        if place % 2:
            put_in_basket(mine, county.shopper, mushrooms, 2, START)
        else:
            put_many(mine, county.shopper, {mushrooms: 1, oil: 3}, START)

    assert all_at_once(crowded, CROWD, put) == ["done"] * CROWD
    packs = select(BasketLine.variant_id, BasketLine.quantity)
    assert dict(session.execute(packs).all()) == {mushrooms: 12, oil: 12}


def test_a_batch_that_comes_in_twice_at_once_is_refused_the_second_time(
    session: Session, crowded: Engine, county: County
) -> None:
    made_on = START.date() - timedelta(days=1)
    batch = ReceivedBatch(county.mushrooms.variant_id, "NEW-1", made_on, 365, 10, THIRDS)

    def receive(mine: Session, _place: int) -> None:
        receive_batch(mine, batch, START)

    fared = all_at_once(crowded, CROWD, receive)
    assert sorted(fared) == [*["batch.code_taken"] * (CROWD - 1), "done"]


def test_two_who_ask_for_a_payment_at_once_are_given_the_same(
    session: Session, crowded: Engine, county: County
) -> None:
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 3)))
    session.commit()

    def ask(mine: Session, _place: int) -> None:
        ask_for_payment(mine, county.buyer, purchase.id, "bank_transfer", START)

    assert all_at_once(crowded, CROWD, ask) == ["done"] * CROWD
    assert session.scalars(select(Payment.amount_fen)).all() == [3 * 6_403]
