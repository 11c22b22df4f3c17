"""How many decisions of each kind wait in a county, and since when."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.administration.queries import queue_of_role_requests, queue_of_setting_requests
from marketplace.capacity.queries import queue_of_capacities
from marketplace.certification.queries.applications import queue_of_recognitions
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
    "payments": lambda session, _county, _today: queue_of_payments(session),
    "transfers": lambda session, _county, _today: queue_of_transfers(session),
    "payouts": lambda session, _county, _today: queue_of_payouts(session),
    "gateway": lambda session, _county, _today: queue_of_gateway_disputes(session),
    "mediation": lambda session, _county, _today: queue_of_mediation(session),
    "products": lambda session, _county, _today: queue_of_products(session),
    "changes": lambda session, _county, _today: queue_of_changes(session),
    "recognition_township": lambda session, *_: queue_of_recognitions(session, "township"),
    "recognition_sector": lambda session, *_: queue_of_recognitions(session, "sector"),
    "recognition_county": lambda session, *_: queue_of_recognitions(session, "county"),
    "entry_submitted": lambda session, *_: queue_of_entries(session, "submitted"),
    "entry_prechecked": lambda session, *_: queue_of_entries(session, "prechecked"),
    "entry_recommended": lambda session, *_: queue_of_entries(session, "recommended"),
    "verifications": lambda session, *_: queue_of_verifications(session),
    "capacity": lambda session, *_: queue_of_capacities(session),
    "filings_submitted": lambda session, _county, today: queue_of_filings(
        session, today.year, "SUBMITTED"
    ),
    "filings_reviewed": lambda session, _county, today: queue_of_filings(
        session, today.year, "REVIEWED"
    ),
    "offline": lambda session, *_: queue_of_purchases(session),
    "hosts": lambda session, *_: queue_of_applications(session),
    "sessions": lambda session, county, _today: queue_of_checks(session, county),
    "disputes": lambda session, *_: queue_of_disputes(session),
    "signals_open": lambda session, *_: queue_of_signals(session, "OPEN"),
    "signals_answered": lambda session, *_: queue_of_signals(session, "ANSWERED"),
    "roles": lambda session, county, _today: queue_of_role_requests(session, county),
    "settings": lambda session, county, _today: queue_of_setting_requests(session, county),
}


def count_waiting(session: Session, county: str, today: date) -> dict[str, Queue]:
    """Every kind; a statement each, which is why pages read the snapshot."""
    return {kind: count(session, county, today) for kind, count in QUEUES.items()}
