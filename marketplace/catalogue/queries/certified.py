"""The register of recognised products, as anyone may read it and take it away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Certification, Product, Variant
from marketplace.core.errors import N_, NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES

MOST_ROWS = 20_000
MOST_NOT_IN_FORCE = 20
LONGEST_NUMBER = 40


class NoSuchCertificate(NotFound):
    code = "certificate.unknown"
    message = N_("没有编号为「%(number)s」的认定。请对照证书核对编号,或到认定产品名录里按商品查。")


@dataclass(frozen=True)
class CertifiedFilter:
    """What is looked for: words in product, producer or number, and a township."""

    q: str = ""
    township: str = ""


@dataclass(frozen=True)
class CertifiedRow:
    number: str
    issuer: str
    valid_from: date
    valid_until: date
    withdrawn_on: date | None
    withdrawal_reason: str | None
    product_id: int
    product_name: str
    is_published: bool
    producer_id: int
    producer_name: str
    village_name: str
    township_name: str


def _select_certified(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Certification.number,
            Certification.issuer,
            Certification.valid_from,
            Certification.valid_until,
            Certification.withdrawn_on,
            Certification.withdrawal_reason,
            Product.id,
            Product.name,
            Product.state == "PUBLISHED",
            Product.producer_id,
            PRODUCER_NAMES.c.name,
            PLACE_NAMES.c.name,
            PLACE_NAMES.c.township_name,
        )
        .join(Product, Product.id == Certification.product_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == Product.village_code)
        .where(*conditions)
    )


def _in_force(today: date) -> ColumnElement[bool]:
    return and_(
        Certification.valid_from <= today,
        Certification.valid_until >= today,
        Certification.withdrawn_on.is_(None),
    )


def _conditions(
    wanted: CertifiedFilter, in_force: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    conditions = [in_force]
    if wanted.township:
        conditions.append(Product.township_code == wanted.township)
    if wanted.q:
        conditions.append(
            or_(
                Product.name.contains(wanted.q, autoescape=True),
                PRODUCER_NAMES.c.name.contains(wanted.q, autoescape=True),
                Certification.number.contains(wanted.q, autoescape=True),
            )
        )
    return conditions


def list_certified(
    session: Session, wanted: CertifiedFilter, page: PageRequest, today: date
) -> Page[CertifiedRow]:
    """Recognitions in force today, by product. Two queries."""
    found = _select_certified(*_conditions(wanted, _in_force(today)))
    counted = select(func.count()).select_from(
        found.with_only_columns(Certification.number).subquery()
    )
    rows = session.execute(
        found.order_by(Product.name, Certification.number).offset(page.offset).limit(page.per_page)
    )
    listed = [_row(row) for row in rows]
    return Page(listed, page.page, page.per_page, session.scalar(counted) or 0)


def all_certified(session: Session, wanted: CertifiedFilter, today: date) -> Sequence[CertifiedRow]:
    """The same, as one table to take away."""
    found = _select_certified(*_conditions(wanted, _in_force(today)))
    rows = session.execute(found.order_by(Product.name, Certification.number).limit(MOST_ROWS))
    return [_row(row) for row in rows]


def list_not_in_force(
    session: Session, wanted: CertifiedFilter, today: date
) -> Sequence[CertifiedRow]:
    """Of what somebody asks for by words, what is withdrawn, expired or not valid yet: the newest,
    as many as stand on a page."""
    if not wanted.q:
        return []
    found = _select_certified(*_conditions(wanted, not_(_in_force(today))))
    newest = (Certification.valid_until.desc(), Certification.number)
    rows = session.execute(found.order_by(*newest).limit(MOST_NOT_IN_FORCE))
    return [_row(row) for row in rows]


def get_certificate(session: Session, number: str) -> CertifiedRow:
    """A certificate by its number, whatever became of it. Raises NoSuchCertificate."""
    known = 0 < len(number) <= LONGEST_NUMBER and "\x00" not in number
    found = _select_certified(Certification.number == number)
    row = session.execute(found).one_or_none() if known else None
    if row is None:
        raise NoSuchCertificate(number=number[:LONGEST_NUMBER])
    return _row(row)


def certificates_of(session: Session, product_id: int) -> Sequence[CertifiedRow]:
    """All certificates of a product, the newest first."""
    found = _select_certified(Certification.product_id == product_id)
    rows = session.execute(found.order_by(Certification.valid_from.desc(), Certification.number))
    return [_row(row) for row in rows]


def numbers_in_force(session: Session, product_ids: Collection[int], today: date) -> dict[int, str]:
    """The number of each product's recognition that is in force today, by the register itself:
    what a product's own row says of it follows within the hour."""
    rows = session.execute(
        select(Certification.product_id, Certification.number)
        .where(Certification.product_id.in_(product_ids), _in_force(today))
        .order_by(Certification.valid_until, Certification.number)
    )
    return {row.product_id: row.number for row in rows}


def valid_until(session: Session, product_id: int) -> date | None:
    """The last day on which any certificate of a product that was not withdrawn is valid."""
    mine = (Certification.product_id == product_id, Certification.withdrawn_on.is_(None))
    return session.scalar(select(func.max(Certification.valid_until)).where(*mine))


def variant_ids_of(session: Session, product_id: int) -> Sequence[int]:
    """The packs of a product, on sale or not."""
    return session.scalars(select(Variant.id).where(Variant.product_id == product_id)).all()


def _row(row: Any) -> CertifiedRow:
    number, *facts = tuple(row)
    facts[7] = bool(facts[7])
    return CertifiedRow(number, *facts)
