"""What papers are about, as far as pages lead back to it and compare with today."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.documents.queries.papers import Certificate
from marketplace.documents.queries.purchases import certified_orders
from marketplace.documents.rules.kinds import Subject
from marketplace.ordering.queries import kept_of_purchase
from marketplace.payments.rules.commissions import KINDS as COMMISSION_KINDS

# Kind of object → the page of it, and what its address calls the id.
_NUMBERED = {
    "purchase": ("payments.purchase", "purchase_id"),
    "gifts": ("ordering.people", "purchase_id"),
    "order": ("ordering.order", "order_id"),
    "certification": ("certification.show", "application_id"),
}
# … and, of what has papers by year or month, what it calls that.
_PERIODICAL = {
    "unit": ("reports.unit_year", "unit_id", "year"),
    "producer": ("reports.statement", "producer_id", "period"),
}


def home_of(subject: Subject, found: Any) -> tuple[str, str, dict[str, Any]]:
    """(name, endpoint, values) of the page of an object."""
    if subject.kind in _NUMBERED:
        endpoint, name = _NUMBERED[subject.kind]
        return found.number, endpoint, {name: subject.id}
    if subject.kind == "refund":
        return found.order.number, "ordering.order", {"order_id": found.order.id}
    if subject.kind == "bulletin":
        return found.facts.period, "bulletin.issue", {"bulletin_id": subject.id}
    if subject.kind in _PERIODICAL:
        endpoint, name, period = _PERIODICAL[subject.kind]
        return found.name, endpoint, {name: subject.id, period: subject.period}
    if subject.kind == "village":
        return found.name, "storefront.village", {"code": found.code, "year": subject.period}
    assert subject.kind in COMMISSION_KINDS, subject
    values = {"kind": subject.kind, "payee_id": subject.id, "period": subject.period}
    return found.name, "broadcast.statement", values


def returned_since(session: Session, certificate: Certificate) -> int:
    """What was given back of a certified purchase since the certificate was issued."""
    kept = kept_of_purchase(session, certificate.subject.id)
    certified = certified_orders(certificate.sheet)
    return sum(max(0, amount_fen - kept[number]) for number, amount_fen in certified.items())
