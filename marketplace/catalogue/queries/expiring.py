"""Recognitions that end soon and are not renewed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import Session, aliased

from marketplace.catalogue.models import Certification, Product
from marketplace.notices.queries import Check, Checks, while_true
from marketplace.notices.rules import OpenNotice
from marketplace.outbox.queries import is_asked_for


@dataclass(frozen=True)
class Expiring:
    """A recognition in force, with whom it concerns."""

    number: str
    product_id: int
    name: str
    producer_id: int
    township_code: str
    valid_until: date


def _unrenewed() -> ColumnElement[bool]:
    """Neither withdrawn nor followed by another one of the same product that lasts longer."""
    later = aliased(Certification)
    followed = exists().where(
        later.product_id == Certification.product_id,
        later.valid_until > Certification.valid_until,
        later.withdrawn_on.is_(None),
    )
    return Certification.withdrawn_on.is_(None) & ~followed


def list_expiring(
    session: Session, days: tuple[int, int], key_prefix: str, today: date, most: int
) -> list[str]:
    """Numbers of those that end within so many days (from, to) and whose people do not know."""
    first, last = (today + timedelta(days=number) for number in days)
    asked = is_asked_for(literal(key_prefix) + Certification.number)
    wanted = (
        select(Certification.number)
        .join(Product, Product.id == Certification.product_id)
        .where(
            Product.state == "PUBLISHED",
            Certification.valid_until.between(first, last),
            _unrenewed(),
            ~asked,
        )
        .order_by(Certification.number)
        .limit(most)
    )
    return list(session.scalars(wanted))


def find_expiring(session: Session, number: str) -> Expiring | None:
    """The recognition, unless it was renewed or withdrawn meanwhile."""
    wanted = (
        select(Certification.valid_until, Product)
        .join(Product, Product.id == Certification.product_id)
        .where(Certification.number == number, _unrenewed())
    )
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    valid_until, product = row
    return Expiring(
        number, product.id, product.name, product.producer_id, product.township_code, valid_until
    )


def certificate_still_expiring(
    session: Session, notices: Sequence[OpenNotice], _now: datetime
) -> set[int]:
    """Of notices about recognitions that end, those that were neither renewed nor withdrawn."""
    numbers = {one.params["number"] for one in notices}
    wanted = select(Certification.number).where(Certification.number.in_(numbers), _unrenewed())
    waiting = set(session.scalars(wanted))
    return {one.id for one in notices if one.params["number"] in waiting}


def while_product(state: str) -> Check:
    """A check of notices about products: they wait for as long as the product is in this state."""
    return while_true(Product.id, Product.state == state)


# Kind of notice → whether it still waits.
CHECKS: Checks = {"certificate_expiring": certificate_still_expiring}
