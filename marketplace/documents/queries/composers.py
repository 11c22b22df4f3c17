"""Which facts each kind of paper is made of, who may see its object, and when it can be had."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from marketplace.certification.queries import get_application
from marketplace.core.areas import SUBJECTS, identity_at
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.documents.queries import (
    aftersale,
    bulletins,
    certification,
    commission,
    gifts,
    orders,
    producers,
    purchases,
    units,
    villages,
)
from marketplace.documents.rules.kinds import CERTIFICATE, KINDS, Kind, PaperNotYet, Subject
from marketplace.documents.rules.sheet import Sheet
from marketplace.ordering.queries import PurchaseView, get_order, get_purchase
from marketplace.ordering.rules import is_buyers_side
from marketplace.payments.rules.commissions import KINDS as COMMISSION_KINDS


@dataclass(frozen=True)
class Composer:
    """`is_due` says whether what the paper tells has happened; it asks no database."""

    compose: Callable[[Session, Any, date], Sheet]
    is_due: Callable[[Any, date], bool]


def _now(is_due: Callable[[Any], bool]) -> Callable[[Any, date], bool]:
    return lambda found, _today: is_due(found)


def _always(_found: Any, _today: date) -> bool:
    return True


COMPOSERS: Mapping[str, Composer] = {
    "purchase_order": Composer(purchases.purchase_order, _now(purchases.is_submitted)),
    "approval_sheet": Composer(purchases.approval_sheet, _now(purchases.is_a_units)),
    "payment_notice": Composer(purchases.payment_notice, _now(purchases.is_placed)),
    CERTIFICATE: Composer(purchases.certificate, _now(purchases.has_completed)),
    "gift_sign_off": Composer(gifts.sign_off, _now(gifts.is_due)),
    "contract": Composer(orders.contract, _now(orders.is_confirmed)),
    "delivery_note": Composer(orders.delivery_note, _now(orders.is_shipped)),
    "acceptance_sheet": Composer(orders.acceptance_sheet, _now(orders.is_accepted)),
    "stock_entry": Composer(orders.stock_entry, _now(orders.has_accepted)),
    "order_entries": Composer(orders.order_entries, _now(orders.is_complete)),
    "after_sale_sheet": Composer(aftersale.after_sale_sheet, _always),
    "quota_filing": Composer(units.quota_filing, units.is_filed),
    "unit_progress": Composer(units.unit_progress, units.has_begun),
    "roll_up": Composer(units.roll_up_sheet, units.is_above),
    "invoice_register": Composer(units.invoice_register, units.has_begun),
    "quota_entries": Composer(units.quota_entries, units.has_begun),
    "certification_application": Composer(certification.application_sheet, _always),
    "public_notice": Composer(certification.public_notice, _now(certification.has_been_noticed)),
    "bulletin": Composer(bulletins.bulletin, _always),
    "village_ledger": Composer(villages.ledger, villages.has_begun),
    "producer_statement": Composer(producers.statement, _always),
    "commission_statement": Composer(commission.statement, _always),
    "agency_statement": Composer(commission.statement, _always),
}


def find_subject(session: Session, identity: Identity, subject: Subject) -> Any:
    """What a paper is about, as this person may see it. Raises NotFound where they may not."""
    place = SUBJECTS.get(subject.kind)
    if place is not None:
        identity = identity_at(session, identity, place, subject.id)
    if subject.kind in _BY_ID:
        return _BY_ID[subject.kind](session, identity, subject.id)
    if subject.kind == "unit":
        return units.get_year(session, identity, subject)
    if subject.kind == "village":
        return villages.get_year(session, identity, subject)
    if subject.kind in COMMISSION_KINDS:
        return commission.get_month(session, identity, subject)
    return producers.get_month(session, identity, subject)


def _purchase(session: Session, identity: Identity, purchase_id: int) -> PurchaseView:
    """A producer sees a part of a purchase; its papers tell the whole and are not theirs."""
    purchase = get_purchase(session, identity, purchase_id)
    own = is_buyers_side(identity, purchase.unit_id, purchase.buyer_id)
    if not (own or identity.is_in_centre()):
        raise NotFound
    return purchase


# Objects that are found by their id alone; each refuses whoever may not see it.
_BY_ID: Mapping[str, Callable[[Session, Identity, int], Any]] = {
    "purchase": _purchase,
    "gifts": gifts.get_listed,
    "order": get_order,
    "refund": aftersale.get_request,
    "certification": get_application,
    "bulletin": bulletins.get_issue,
}


def compose(session: Session, kind: Kind, found: Any, today: date) -> Sheet:
    """The facts of a paper. Raises PaperNotYet."""
    composer = COMPOSERS[kind.name]
    if not composer.is_due(found, today):
        raise PaperNotYet(title=kind.title)
    return composer.compose(session, found, today)


def kinds_due(subject: Subject, found: Any, today: date) -> list[Kind]:
    """The kinds of papers that can be had of an object now, packages aside."""
    return [
        KINDS[name]
        for name, composer in COMPOSERS.items()
        if KINDS[name].about == subject.kind and composer.is_due(found, today)
    ]
