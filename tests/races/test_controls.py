"""Controls: each of these races is real. The same commands, or the same look, decision and
write, go wrong where nothing makes them one; beside each stands the test that holds."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts.models import RecoveryCode
from marketplace.catalogue.models import Batch
from marketplace.contracts.models import FrameworkContract
from marketplace.livestream.models import OfferTaken
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import InvoiceNumber, Purchase
from marketplace.ordering.queries.debts import owed_by_unit
from marketplace.payments.commands import cancel_settlement_payout, freeze, release_batch
from marketplace.payments.models import Settlement, SettlementLine
from tests.accounts.phones import enrol_with_phone
from tests.conftest import FrozenClock
from tests.contracts.signing import signed
from tests.county import START, County
from tests.livestream.sessions import hold_session
from tests.ordering.test_debts import limited
from tests.payments.settling import IN_DECEMBER, declare, owed, sold
from tests.quota.test_caps import PRICE_FEN, cap
from tests.races.crowd import Act, all_at_once, goes_wrong_in_a_gap, hesitate
from tests.races.test_payouts import is_released, waiting_payout

# Far enough ahead that all these months are over, two for each place a freeze can be cut at.
LATER = datetime(2047, 1, 15, 2, tzinfo=START.tzinfo)
MONTHS = [f"{2027 + number // 12}-{number % 12 + 1:02d}" for number in range(240)]


Case = tuple[Act, Act, Callable[[], bool]]


def handed_in(session: Session, county: County, terms: str = "PREPAY") -> int:
    wish = county.wish((county.mushrooms, 1), terms=terms)
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    purchase_id = ordering.submit(session, county.buyer, purchase.id, START).id
    session.commit()
    return purchase_id


def approving(county: County, purchase_id: int) -> Act:
    return lambda mine: ordering.approve(mine, county.approver, purchase_id, START)


def seen(session: Session, look: Callable[[], bool]) -> Callable[[], bool]:
    """What a look says, which ends with it."""

    def went_wrong() -> bool:
        said = look()
        session.rollback()
        return said

    return went_wrong


def test_the_last_pack_is_sold_twice(session: Session, database_url: str, county: County) -> None:
    """Holds: test_stock.py, forty buyers for ten pieces."""
    mine_is = Batch.id == county.mushrooms.batch_id
    sold_to: list[str] = []

    def grab(mine: Session) -> None:
        there, taken = mine.execute(
            select(Batch.quantity_on_hand, Batch.quantity_reserved).where(mine_is)
        ).one()
        if taken < there:
            mine.execute(update(Batch).where(mine_is).values(quantity_reserved=taken + 1))
            sold_to.append("somebody")

    def case() -> Case:
        all_but_one = {"quantity_reserved": Batch.quantity_on_hand - 1}
        session.execute(update(Batch).where(mine_is).values(all_but_one))
        session.commit()
        sold_to.clear()
        return grab, grab, lambda: len(sold_to) > 1

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_limit_for_each_person_is_passed(
    session: Session, database_url: str, county: County
) -> None:
    """Holds: test_rush.py, one person at eight windows."""
    held = hold_session(session, county, county.mushrooms, limit=2)
    key = {
        "offer_id": held.offers[county.mushrooms.product_id],
        "person_id": county.shopper.person_id,
    }
    packs_of = select(OfferTaken.packs).filter_by(**key)
    session.execute(insert(OfferTaken).values(**key, packs=0))
    session.commit()

    def grab(mine: Session) -> None:
        if mine.scalars(packs_of).one() + 2 <= 2:
            more = update(OfferTaken).filter_by(**key).values(packs=OfferTaken.packs + 2)
            mine.execute(more)

    def case() -> Case:
        session.execute(update(OfferTaken).filter_by(**key).values(packs=0))
        session.commit()
        return grab, grab, seen(session, lambda: session.scalars(packs_of).one() > 2)

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_call_off_of_a_contract_is_lost(
    session: Session, database_url: str, county: County
) -> None:
    """Holds: test_contracts.py, case 16."""
    mine_is = FrameworkContract.id == signed(session, county).id
    called_fen = select(FrameworkContract.called_fen).where(mine_is)
    session.commit()

    def grab(mine: Session) -> None:
        one_more = mine.scalars(called_fen).one() + 1
        mine.execute(update(FrameworkContract).where(mine_is).values(called_fen=one_more))

    def case() -> Case:
        session.execute(update(FrameworkContract).where(mine_is).values(called_fen=0))
        session.commit()
        return grab, grab, seen(session, lambda: session.scalars(called_fen).one() < 2)

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_hard_cap_is_exceeded(session: Session, database_url: str, county: County) -> None:
    """Holds: tests/quota/test_caps.py, two approvals at once."""
    approved = select(Purchase.id).where(Purchase.state == "PLACED")
    cap(session, county, 1, is_hard=True)

    def case() -> Case:
        for purchase_id in session.scalars(approved).all():
            ordering.cancel_purchase(session, county.buyer, purchase_id, "不要了", START)
        one, other = handed_in(session, county), handed_in(session, county)
        wrong = seen(session, lambda: len(session.scalars(approved).all()) > 1)
        return approving(county, one), approving(county, other), wrong

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_credit_limit_is_exceeded(session: Session, database_url: str, county: County) -> None:
    """Holds: tests/ordering/test_debts.py, two approved at once."""
    fits_fen = 0

    def case() -> Case:
        nonlocal fits_fen
        fits_fen += PRICE_FEN
        limited(session, county, fits_fen)
        one, other = (handed_in(session, county, "POSTPAY") for _ in range(2))
        wrong = seen(session, lambda: owed_by_unit(session, county.unit_id) > fits_fen)
        return approving(county, one), approving(county, other), wrong

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_purchase_approved_at_once_is_placed_twice(
    session: Session, database_url: str, county: County
) -> None:
    """Holds: test_stock.py, an approval at the same instant."""
    held = select(Batch.quantity_reserved).where(Batch.id == county.mushrooms.batch_id)

    def case() -> Case:
        approve = approving(county, handed_in(session, county))
        before = session.scalar(held) or 0
        wrong = seen(session, lambda: (session.scalar(held) or 0) - before > 1)
        session.rollback()
        return approve, approve, wrong

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_month_is_promised_twice(session: Session, database_url: str, county: County) -> None:
    """Holds: tests/payments/test_settlements.py, two who settle at once."""
    declare(session, county)
    promised = select(func.coalesce(func.sum(Settlement.amount_fen), 0))
    settled = select(func.coalesce(func.sum(SettlementLine.amount_fen), 0))
    months = iter(MONTHS)

    def freezing(period: str) -> Act:
        return lambda mine: freeze(mine, county.cashier, county.producer_id, period, LATER)

    def case() -> Case:
        sold(session, county)
        session.commit()
        wrong = seen(session, lambda: session.scalar(promised) != session.scalar(settled))
        return freezing(next(months)), freezing(next(months)), wrong

    assert goes_wrong_in_a_gap(database_url, case)


def test_a_payout_is_released_and_called_off(
    session: Session, database_url: str, county: County
) -> None:
    """Holds: test_payouts.py, released while it is called off."""
    declare(session, county)

    def case() -> Case:
        batch_id, payout_id = waiting_payout(session, county)
        wrong = seen(
            session,
            lambda: is_released(session, batch_id) and owed(session, county) != 0,
        )
        return (
            lambda mine: cancel_settlement_payout(mine, county.cashier, payout_id, IN_DECEMBER),
            lambda mine: release_batch(mine, county.operator, batch_id, IN_DECEMBER),
            wrong,
        )

    assert goes_wrong_in_a_gap(database_url, case)


def test_an_invoice_number_is_seen_free_by_several(session: Session, database_url: str) -> None:
    """Holds: test_invoice_numbers.py. The database's key decides there; a look does not."""
    took: list[str] = []

    def take(mine: Session) -> None:
        number = InvoiceNumber.number == "26422000000000000001"
        if mine.scalar(select(InvoiceNumber.holder).where(number)) is None:
            took.append("mine")

    assert goes_wrong_in_a_gap(database_url, lambda: (take, take, lambda: len(took) > 1))


def test_a_recovery_code_lets_several_in(
    session: Session, database_url: str, clock: FrozenClock
) -> None:
    """Holds: tests/accounts/test_recovery.py, two who use a code at once."""
    enrol_with_phone(session, clock)
    mine_is = RecoveryCode.id == session.scalars(select(RecoveryCode.id)).first()
    session.commit()
    let_in: list[str] = []

    def use(mine: Session) -> None:
        if mine.scalar(select(RecoveryCode.used_at).where(mine_is)) is None:
            mine.execute(update(RecoveryCode).where(mine_is).values(used_at=START))
            let_in.append("somebody")

    assert goes_wrong_in_a_gap(database_url, lambda: (use, use, lambda: len(let_in) > 1))


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

    # Each holds one for a while before wanting the other.
    for _ in range(5):
        all_at_once(crowded, 2, take)
    assert bool(stopped) == (crowded.dialect.name == "postgresql")
