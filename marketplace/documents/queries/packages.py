"""What goes into an audit package: every paper there is, entries as CSV, and the invoices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.documents.queries.composers import compose, find_subject, kinds_due
from marketplace.documents.rules.kinds import CSV, MOST_PRINTED_ROWS, PDF, XLSX, Kind, Subject
from marketplace.documents.rules.sheet import Sheet
from marketplace.ordering.queries import PurchaseView, get_order, invoices_of


@dataclass(frozen=True)
class Part:
    """A paper in a package, its facts already made."""

    name: str
    kind: Kind
    subject: Subject
    format: str
    sheet: Sheet


def parts_of(
    session: Session, identity: Identity, subject: Subject, found: Any, today: date
) -> list[Part]:
    """The parts of the package of a purchase or of a unit's year."""
    parts = list(_papers(session, subject, found, today))
    if isinstance(found, PurchaseView):
        for order in found.orders:
            parts += _of_order(session, identity, order.id, today)
    return parts


def _of_order(session: Session, identity: Identity, order_id: int, today: date) -> Iterator[Part]:
    order = get_order(session, identity, order_id)
    yield from _papers(session, Subject("order", order_id), order, today, order.number)
    for place, refund in enumerate(order.refunds, 1):
        of = Subject("refund", refund.id)
        request = find_subject(session, identity, of)
        yield from _papers(session, of, request, today, f"{order.number}-{place}")


def _papers(
    session: Session, subject: Subject, found: Any, today: date, label: str = ""
) -> Iterator[Part]:
    for kind in kinds_due(subject, found, today):
        sheet = compose(session, kind, found, today)
        name = f"{label} {sheet.title}".strip()
        form = PDF if sheet.row_count <= MOST_PRINTED_ROWS else XLSX
        yield Part(f"{name}.{form}", kind, subject, form, sheet)
        if CSV in kind.formats:
            yield Part(f"{name}.{CSV}", kind, subject, CSV, sheet)


def files_of(session: Session, subject: Subject, found: Any) -> dict[str, int]:
    """The invoices that were handed in with the orders of a purchase: name → upload."""
    if subject.kind != "purchase":
        return {}
    return {
        f"发票 {invoice.number}.{invoice.upload_id}": invoice.upload_id
        for order in found.orders
        for invoice in invoices_of(session, order.id)
        if invoice.upload_id is not None
    }
