"""How many decisions of each kind wait in a county, and since when."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.administration.queries import queue_of_role_requests, queue_of_setting_requests
from marketplace.capacity.queries import queue_of_capacities
from marketplace.certification.queries.waiting import queue_of_recognitions
from marketplace.commission.queries.disputes import queue_of_disputes
from marketplace.core.queues import Queue
from marketplace.entering.queries.applications import queue_of_entries
from marketplace.entering.queries.verifications import queue_of_verifications
from marketplace.filings.queries import queue_of_filings
from marketplace.hosts.queries.applications import queue_of_applications
from marketplace.listing.queries import queue_of_changes, queue_of_products
from marketplace.livestream.queries.sessions import queue_of_checks
from marketplace.offline.queries.purchases import queue_of_purchases
from marketplace.ordering.queries.aftersale import queue_of_mediation
from marketplace.oversight.queries.signals import queue_of_signals
from marketplace.payments.queries.batches import queue_of_payouts
from marketplace.payments.queries.gateway import queue_of_gateway_disputes
from marketplace.payments.queries.payments import queue_of_payments
from marketplace.payments.queries.transfers import queue_of_transfers

Count = Callable[[Session, str, date], Queue]

# Each counts exactly the list that its tile leads to.
QUEUES: Mapping[str, Count] = {
    "payments": lambda session, area, _today: queue_of_payments(session, area=area),
    "payouts": lambda session, area, _today: queue_of_payouts(session, area=area),
    "mediation": lambda session, area, _today: queue_of_mediation(session, area=area),
    "products": lambda session, area, _today: queue_of_products(session, area=area),
    "changes": lambda session, area, _today: queue_of_changes(session, area=area),
    "recognition_township": lambda session, area, _today: queue_of_recognitions(
        session, "township", area=area
    ),
    "recognition_sector": lambda session, area, _today: queue_of_recognitions(
        session, "sector", area=area
    ),
    "recognition_county": lambda session, area, _today: queue_of_recognitions(
        session, "county", area=area
    ),
    "entry_submitted": lambda session, area, _today: queue_of_entries(
        session, "submitted", area=area
    ),
    "entry_prechecked": lambda session, area, _today: queue_of_entries(
        session, "prechecked", area=area
    ),
    "entry_recommended": lambda session, area, _today: queue_of_entries(
        session, "recommended", area=area
    ),
    "verifications": lambda session, area, _today: queue_of_verifications(session, area=area),
    "capacity": lambda session, area, _today: queue_of_capacities(session, area=area),
    "filings_submitted": lambda session, area, today: queue_of_filings(
        session, today.year, "SUBMITTED", area=area
    ),
    "filings_reviewed": lambda session, area, today: queue_of_filings(
        session, today.year, "REVIEWED", area=area
    ),
    "offline": lambda session, area, _today: queue_of_purchases(session, area=area),
    "hosts": lambda session, area, _today: queue_of_applications(session, area=area),
    "disputes": lambda session, area, _today: queue_of_disputes(session, area=area),
    "signals_open": lambda session, area, _today: queue_of_signals(session, "OPEN", area=area),
    "signals_answered": lambda session, area, _today: queue_of_signals(
        session, "ANSWERED", area=area
    ),
}


# What a county is asked by its code, however many counties there are.
BY_COUNTY: Mapping[str, Callable[[Session, str], Queue]] = {
    "sessions": queue_of_checks,
    "roles": queue_of_role_requests,
    "settings": queue_of_setting_requests,
}
# What belongs to no county: it waits for the centre that keeps the common account.
COMMON: Mapping[str, Callable[[Session], Queue]] = {
    "transfers": queue_of_transfers,
    "gateway": queue_of_gateway_disputes,
}


def count_waiting(session: Session, county: str, area: str, today: date) -> dict[str, Queue]:
    """Every kind that waits for a county; a statement each, which is why pages read the snapshot.
    The area is the county, or everything where it has no other beside it."""
    return {kind: count(session, area, today) for kind, count in QUEUES.items()} | {
        kind: count(session, county) for kind, count in BY_COUNTY.items()
    }


def count_common(session: Session) -> dict[str, Queue]:
    return {kind: count(session) for kind, count in COMMON.items()}
