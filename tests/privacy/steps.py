"""A purchase of one's own, a copy and an erasure in a few words, for tests."""

import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from marketplace.accounts.commands import Claim
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.core.sealing import Sealer
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from marketplace.privacy.commands.ask import ask_for_copy, ask_to_be_forgotten
from marketplace.privacy.commands.erase import erase
from marketplace.privacy.commands.export import fetch, make_copy
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.requests import find_waiting
from marketplace.privacy.rules import ERASURE, EXPORT
from tests.county import START, County
from tests.ordering.steps import completed, lines_of, orders_of

PASSWORD = "four horses by the river"
SEALER = Sealer("a secret of the tests")


@dataclass
class Shopper:
    """Somebody who shops for themselves and knows their password."""

    identity: Identity

    @property
    def id(self):
        return self.identity.person_id

    def proof(self, password=PASSWORD):
        return Claim(self.identity.login, password, "192.0.2.7", demonstration=True)


def waiting(session, who, kind=EXPORT):
    found = find_waiting(session, who.id, kind)
    assert found is not None
    return found


def asked(session, who, now=START):
    ask_to_be_forgotten(session, who.identity, who.proof(), now, end_transaction=session.commit)
    session.commit()
    return waiting(session, who, ERASURE)


def forgotten(session, who, now=START):
    request = asked(session, who, now)
    erase(session, {"request_id": request.id}, now + timedelta(days=7))
    session.commit()
    return session.get(PrivacyRequest, request.id, populate_existing=True)


def copied(session, who, now=START):
    ask_for_copy(session, who.identity, now)
    request = waiting(session, who)
    make_copy(session, {"request_id": request.id}, now, sealer=SEALER)
    session.commit()
    return request.id


def unpacked(session, who, request_id, now=START, sealer=SEALER):
    """The files of a copy, as its owner finds them."""
    archive = zipfile.ZipFile(BytesIO(fetch(session, who.identity, request_id, sealer, now)))
    return {name: archive.read(name) for name in archive.namelist()}


def bought(
    session: Session,
    county: County,
    buyer: Identity,
    now: datetime,
    *,
    until: str = "completed",
    of_unit: bool = False,
) -> Purchase:
    """One pack of mushrooms: for oneself, or for the unit of the county's buyer."""
    if of_unit:
        purchase, _orders = completed(session, county, county.wish((county.mushrooms, 1)), now)
        session.commit()
        return purchase
    wish = county.private_wish((county.mushrooms, 1))
    purchase = ordering.draft_purchase(session, buyer, wish, now)
    ordering.submit(session, buyer, purchase.id, now)
    payment = payments.ask_for_payment(session, buyer, purchase.id, "bank_transfer", now)
    receipt = Receipt(payment.amount_fen, day_of(now), f"BANK-{payment.id}")
    payments.confirm_payment(session, county.cashier, payment.id, receipt, now)
    if until == "completed":
        _deliver(session, county, buyer, purchase.id, now)
    session.commit()
    return purchase


def _deliver(
    session: Session, county: County, buyer: Identity, purchase_id: int, now: datetime
) -> None:
    (order,) = orders_of(session, purchase_id)
    ordering.confirm(session, county.clerk, order.id, None, now)
    ordering.ship(session, county.clerk, order.id, Parcel("中国邮政", f"EMS{order.id}"), now)
    ordering.receive(session, buyer, order.id, now)
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id))
    ordering.accept(session, buyer, order.id, verdicts, now)
