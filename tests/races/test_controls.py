"""Controls: each of these races is real. The same commands, or the same look, decision and
write, go wrong where nothing makes them one; beside each stands the test that holds."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts.models import RecoveryCode
from marketplace.catalogue.models import Batch
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import InvoiceNumber
from marketplace.ordering.queries.debts import owed_by_unit
from marketplace.payments.commands import cancel_settlement_payout, freeze, release_batch
from marketplace.payments.models import Settlement, SettlementLine
from tests.accounts.phones import enrol_with_phone
from tests.conftest import FrozenClock
from tests.county import START, County
from tests.ordering.test_debts import limited
from tests.payments.settling import IN_DECEMBER, declare, owed, sold
from tests.quota.test_caps import PRICE_FEN, cap
from tests.races.crowd import (
    all_at_once,
    comes_to_pass,
    heedless,
    hesitate,
    standing_alone,
)
from tests.races.test_payouts import is_released, waiting_payout

pytestmark = pytest.mark.slow

CROWD = 6
# Far enough ahead that forty months are over, two for each time the control is tried.
LATER = datetime(2031, 1, 15, 2, tzinfo=START.tzinfo)
MONTHS = [f"{2027 + number // 12}-{number % 12 + 1:02d}" for number in range(40)]


@pytest.fixture
def alone(database_url: str) -> Iterator[Engine]:
    with standing_alone(database_url) as engine:
        yield engine


def handed_in(session: Session, county: County, packs: int, terms: str = "PREPAY") -> int:
    wish = county.wish((county.mushrooms, packs), terms=terms)
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    return ordering.submit(session, county.buyer, purchase.id, START).id


def approving(county: County, waiting: list[int]) -> Callable[[Session, int], None]:
    def approve(mine: Session, place: int) -> None:
        ordering.approve(mine, county.approver, waiting[place % len(waiting)], START)

    return heedless(approve)


def test_a_hard_cap_is_exceeded(session: Session, alone: Engine, county: County) -> None:
    """Holds: tests/quota/test_caps.py, two approvals at once."""
    cap(session, county, 1, is_hard=True)

    def exceeded() -> bool:
        waiting = [handed_in(session, county, 1) for _ in range(CROWD)]
        session.commit()
        return all_at_once(alone, CROWD, approving(county, waiting)).count("done") > 1

    assert comes_to_pass(exceeded)


def test_a_credit_limit_is_exceeded(session: Session, alone: Engine, county: County) -> None:
    """Holds: tests/ordering/test_debts.py, two approved at once."""
    limited(session, county, PRICE_FEN)

    def exceeded() -> bool:
        waiting = [handed_in(session, county, 1, "POSTPAY") for _ in range(CROWD)]
        session.commit()
        all_at_once(alone, CROWD, approving(county, waiting))
        owed_fen = owed_by_unit(session, county.unit_id)
        session.rollback()
        return owed_fen > PRICE_FEN

    assert comes_to_pass(exceeded)


def test_a_purchase_approved_at_once_is_placed_twice(
    session: Session, alone: Engine, county: County
) -> None:
    """Holds: test_stock.py, an approval at the same instant."""
    held = select(Batch.quantity_reserved).where(Batch.id == county.mushrooms.batch_id)

    def twice() -> bool:
        before = session.scalar(held) or 0
        waiting = [handed_in(session, county, 1)]
        session.commit()
        all_at_once(alone, CROWD, approving(county, waiting))
        taken = (session.scalar(held) or 0) - before
        session.rollback()
        return taken > 1

    assert comes_to_pass(twice)


def test_a_month_is_promised_twice(session: Session, alone: Engine, county: County) -> None:
    """Holds: tests/payments/test_settlements.py, two who settle at once."""
    declare(session, county)
    promised = select(func.coalesce(func.sum(Settlement.amount_fen), 0))
    settled = select(func.coalesce(func.sum(SettlementLine.amount_fen), 0))
    months = iter(MONTHS)

    def twice() -> bool:
        sold(session, county)
        session.commit()
        pair = (next(months), next(months))

        def settle(mine: Session, place: int) -> None:
            freeze(mine, county.cashier, county.producer_id, pair[place % 2], LATER)

        all_at_once(alone, CROWD, heedless(settle))
        wrong = session.scalar(promised) != session.scalar(settled)
        session.rollback()
        return wrong

    assert comes_to_pass(twice)


def test_a_payout_is_released_and_called_off(
    session: Session, alone: Engine, county: County
) -> None:
    """Holds: test_payouts.py, released while it is called off."""

    def both() -> bool:
        batch_id, payout_id = waiting_payout(session, county)

        def act(mine: Session, place: int) -> None:
            if place % 2:
                cancel_settlement_payout(mine, county.cashier, payout_id, IN_DECEMBER)
            else:
                release_batch(mine, county.operator, batch_id, IN_DECEMBER)

        all_at_once(alone, CROWD, heedless(act))
        wrong = is_released(session, batch_id) and owed(session, county) != 0
        session.rollback()
        return wrong

    declare(session, county)
    assert comes_to_pass(both)


def test_a_number_of_an_invoice_is_seen_free_by_several(session: Session, alone: Engine) -> None:
    """Holds: test_invoice_numbers.py. The database's key decides there; a look does not."""
    number = "26422000000000000001"
    took: list[int] = []

    def take(mine: Session, place: int) -> None:
        seen = mine.scalar(select(InvoiceNumber.holder).where(InvoiceNumber.number == number))
        if seen is None:
            took.append(place)

    def several() -> bool:
        took.clear()
        all_at_once(alone, CROWD, take)
        return len(took) > 1

    assert comes_to_pass(several)


def test_a_recovery_code_lets_several_in(
    session: Session, alone: Engine, clock: FrozenClock
) -> None:
    """Holds: tests/accounts/test_recovery.py, two who use a code at once."""
    enrol_with_phone(session, clock)
    code_id = session.scalars(select(RecoveryCode.id)).first()
    session.commit()
    mine_is = RecoveryCode.id == code_id
    let_in: list[int] = []

    def use(mine: Session, place: int) -> None:
        if mine.scalar(select(RecoveryCode.used_at).where(mine_is)) is None:
            mine.execute(update(RecoveryCode).where(mine_is).values(used_at=START))
            let_in.append(place)

    def several() -> bool:
        session.execute(update(RecoveryCode).where(mine_is).values(used_at=None))
        session.commit()
        let_in.clear()
        all_at_once(alone, CROWD, use)
        return len(let_in) > 1

    assert comes_to_pass(several)


def test_two_baskets_in_opposite_order_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    """Holds: test_stock.py, two baskets in opposite order. SQLite has one writer: nobody there
    holds what another waits for."""
    batches = (county.mushrooms.batch_id, county.noodles.batch_id)
    stopped: list[int] = []

    def take(mine: Session, place: int) -> None:
        try:
            for batch_id in batches[:: 1 if place else -1]:
                one_more = {"quantity_reserved": Batch.quantity_reserved + 1}
                mine.execute(update(Batch).where(Batch.id == batch_id).values(one_more))
                hesitate(mine.connection())
        except OperationalError:
            mine.rollback()
            stopped.append(place)

    def locked_out() -> bool:
        all_at_once(crowded, 2, take)
        return bool(stopped)

    assert comes_to_pass(locked_out) == (crowded.dialect.name == "postgresql")
