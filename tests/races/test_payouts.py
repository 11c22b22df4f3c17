"""What the bank did, noted by several at one instant: nobody waits in a circle."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.payments.commands import (
    cancel_settlement_payout,
    make_batch,
    note_results,
    release_batch,
)
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.rules.payouts import Result, new_number
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.payments.settling import IN_DECEMBER, declare, frozen, owed, sold
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


def waiting_payout(session: Session, county: County) -> tuple[int, int]:
    """A payout that waits in a batch for somebody's release: the two."""
    sold(session, county)
    frozen(session, county)
    payout_id = session.scalars(select(Payout.id).order_by(Payout.id.desc())).first()
    assert payout_id is not None
    batch_id = make_batch(session, county.cashier, [payout_id], IN_DECEMBER).id
    session.commit()
    return batch_id, payout_id


def is_released(session: Session, batch_id: int) -> bool:
    state = select(PayoutBatch.state).where(PayoutBatch.id == batch_id)
    return session.scalar(state) == "RELEASED"


def test_what_is_released_while_it_is_called_off_is_one_of_both(
    session: Session, crowded: Engine, county: County
) -> None:
    declare(session, county)
    batch_id, payout_id = waiting_payout(session, county)
    earned_fen = session.get_one(Payout, payout_id).amount_fen
    session.rollback()

    def act(mine: Session, place: int) -> None:
        if place % 2:
            cancel_settlement_payout(mine, county.cashier, payout_id, IN_DECEMBER)
        else:
            release_batch(mine, county.operator, batch_id, IN_DECEMBER)

    fared = all_at_once(crowded, MANY, act)
    released, called_off = set(fared[::2]), set(fared[1::2])
    with Session(crowded) as fresh:
        if is_released(fresh, batch_id):
            assert (released, called_off) == ({"done"}, {"payout.decided"})
            assert owed(fresh, county) == 0
        else:
            assert (released, called_off) == ({"batch.empty"}, {"done"})
            assert owed(fresh, county) == earned_fen
        assert reconcile(fresh) == []
