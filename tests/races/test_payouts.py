"""What the bank did, noted by several at one instant: nobody waits in a circle."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.payments.commands import make_batch, note_results, release_batch
from marketplace.payments.models import Payout
from marketplace.payments.rules.payouts import Result, new_number
from tests.county import START, County
from tests.races.crowd import all_at_once

MANY = 8


def test_answers_that_name_the_same_payouts_follow_each_other(
    session: Session, crowded: Engine, county: County
) -> None:
    """Each file names all of them, each note by hand one: whoever holds one payout and waits for
    the bank's numbers must not keep another from going on who has these and wants the payout."""
    payouts = [
        Payout(
            number=new_number(),
            kind="CREDIT",
            road="BANK",
            amount_fen=100 + place,
            unit_id=county.unit_id,
            requested_at=START,
        )
        for place in range(MANY)
    ]
    session.add_all(payouts)
    session.flush()
    batch = make_batch(session, county.cashier, [one.id for one in payouts], START)
    release_batch(session, county.operator, batch.id, START)
    session.commit()
    told = [Result(one.number, True, f"R{one.id}") for one in payouts]

    def note(mine: Session, place: int) -> None:
        note_results(mine, county.cashier, told if place % 2 else [told[-1 - place]], START)

    assert all_at_once(crowded, MANY, note) == ["done"] * MANY
    session.rollback()
    assert set(session.scalars(select(Payout.state))) == {"PAID"}
