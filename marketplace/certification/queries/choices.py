"""What a producer may apply for now, and of everything else why not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.origins import OwnProduct, list_own_products
from marketplace.certification.models import ApplicationProduct, CertificationApplication
from marketplace.certification.rules import OPEN_STATES, is_too_early


@dataclass(frozen=True)
class Choice:
    """A product of the form; `why_not` is nothing where it may be chosen."""

    product_id: int
    name: str
    until: date | None
    why_not: str
    # The number of the application in which it is.
    held: str | None


def list_choices(session: Session, producer_id: int, today: date, besides: int = 0) -> list[Choice]:
    """All products of a producer, for an application that is new or is the one `besides`."""
    products = list_own_products(session, producer_id)
    held = held_by(session, [one.product_id for one in products], besides)
    return [
        Choice(
            one.product_id,
            one.name,
            one.certified_until,
            _why_not(one, held, today),
            held.get(one.product_id),
        )
        for one in products
    ]


def _why_not(product: OwnProduct, held: Collection[int], today: date) -> str:
    if not product.is_offered:
        return "UNLISTED"
    if product.product_id in held:
        return "HELD"
    return "EARLY" if is_too_early(product.certified_until, today) else ""


def held_by(session: Session, product_ids: Collection[int], besides: int = 0) -> dict[int, str]:
    """Product → number of the open application, other than one, in which it is."""
    rows = session.execute(
        select(ApplicationProduct.product_id, CertificationApplication.number)
        .join(CertificationApplication)
        .where(
            ApplicationProduct.product_id.in_(product_ids),
            CertificationApplication.state.in_(OPEN_STATES),
            CertificationApplication.id != besides,
        )
    )
    return {row.product_id: row.number for row in rows}
