"""Proving commission: what hosts sold is what villages sold through them, and earned its rate."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.attribution.queries import proof as villages
from marketplace.broadcast.queries.proof import completed_on_boards
from marketplace.commission.queries import proof as commission
from marketplace.commission.queries.sessions import earned_by_session
from marketplace.ledger.rules import agency_account, host_account, producer_account
from marketplace.reports.queries.comparison import Comparison, compare


def commission_moves(session: Session) -> Iterator[tuple[str, int]]:
    """What hosts and agencies earned is what producers paid for it."""
    for producer_id, host_id, agency_id, host_fen, agency_fen in commission.earned_sums(session):
        yield producer_account(producer_id), host_fen + agency_fen
        yield host_account(host_id), -host_fen
        if agency_id is not None:
            yield agency_account(agency_id), -agency_fen


def commission_follows_sales(session: Session, _orders: object) -> Iterator[Comparison]:
    """What a host sold of each order is what the villages' entries say of the host, and what it
    earned is its rate of that."""
    sold = villages.amounts_by_host(session)
    based = commission.bases_by_order(session)
    yield compare("commission.base", sold, based, lambda key: "order:{}/host:{}".format(*key))
    expected, found = commission.earned_and_due(session)
    yield compare("commission.rate", expected, found, lambda key: f"order_line:{key}")


def boards_are_the_books(session: Session, _orders: object) -> Iterator[Comparison]:
    """What the boards of sessions say of complete orders is what the books have."""
    sold, earned = completed_on_boards(session)
    yield compare("session.sold", villages.amounts_by_session(session), sold, _session)
    yield compare("session.earned", earned_by_session(session), earned, _session)


def _session(key: int) -> str:
    return f"live_session:{key}"
