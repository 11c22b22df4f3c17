"""A producer applies for its products, and again after an application was sent back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.products import lock_product
from marketplace.certification.commands.steps import lock, recheck, step, tell_centre
from marketplace.certification.models import (
    ApplicationPaper,
    ApplicationProduct,
    ApplicationRequirement,
    CertificationApplication,
)
from marketplace.certification.queries.choices import held_by
from marketplace.certification.rules import (
    ATTESTED,
    MOST_PAPERS,
    MOST_PRODUCTS,
    MOST_STATEMENT,
    PAPER_KINDS,
    REQUIREMENTS,
    AlreadyApplied,
    ApplicationElsewhere,
    Candidate,
    RenewalTooEarly,
    Rung,
    State,
    Wish,
    is_too_early,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.ids import new_code
from marketplace.uploads.commands import keep


def apply(
    session: Session, identity: Identity, producer_id: int, wish: Wish, now: datetime
) -> CertificationApplication:
    """Applies for products of the person's own producer. Raises NotFound, InvalidInput,
    AlreadyApplied, RenewalTooEarly."""
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    _check(wish)
    products = _own_products(session, producer_id, wish.product_ids)
    _require_free(session, products, now, besides=None)
    application = CertificationApplication(
        number=f"R{new_code(9)}",
        producer_id=producer_id,
        state=State.SUBMITTED,
        statement=wish.statement.strip(),
        applied_by=identity.person_id,
        applied_at=now,
    )
    session.add(application)
    session.flush()
    _keep_papers(session, identity, application, wish, now)
    _write(session, application, products, identity, now)
    return application


def apply_again(
    session: Session, identity: Identity, application_id: int, wish: Wish, now: datetime
) -> CertificationApplication:
    """Hands in again what was sent back; every rung looks anew."""
    application = lock(session, identity, application_id)
    if not identity.has_role(OrganisationKind.PRODUCER, application.producer_id):
        raise ApplicationElsewhere
    if application.state != State.RETURNED:
        raise ApplicationElsewhere
    _check(wish)
    products = _own_products(session, application.producer_id, wish.product_ids)
    _require_free(session, products, now, besides=application.id)
    for table in (ApplicationProduct, ApplicationRequirement):
        session.execute(delete(table).where(table.application_id == application.id))
    application.state = State.SUBMITTED
    application.statement = wish.statement.strip()
    application.applied_by, application.applied_at = identity.person_id, now
    application.notice_from = application.notice_until = None
    _keep_papers(session, identity, application, wish, now)
    _write(session, application, products, identity, now)
    return application


def _check(wish: Wish) -> None:
    checks = (
        ("products", N_("请至少选择一种商品。"), bool(wish.product_ids)),
        ("products", N_("一份申请最多 20 种商品。"), len(wish.product_ids) <= MOST_PRODUCTS),
        (
            "statement",
            N_("请说明怎样带动脱贫户,最多 1000 个字。"),
            0 < len(wish.statement.strip()) <= MOST_STATEMENT,
        ),
        ("papers", N_("最多附 5 个文件。"), len(wish.papers) <= MOST_PAPERS),
        *((code, N_("请确认这一项属实。"), code in wish.attested) for code in ATTESTED),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    if errors:
        raise InvalidInput(*errors)


def _own_products(
    session: Session, producer_id: int, product_ids: Sequence[int]
) -> list[Candidate]:
    """The products, held in the order of their ids. Raises NotFound for someone else's."""
    products = [lock_product(session, product_id) for product_id in sorted(set(product_ids))]
    if any(product.producer_id != producer_id for product in products):
        raise NotFound
    return [
        Candidate(one.id, one.name, one.certification_number, one.certified_until)
        for one in products
    ]


def _require_free(
    session: Session, products: Sequence[Candidate], now: datetime, *, besides: int | None
) -> None:
    """Each product is in one open application, and is renewed when its time comes."""
    held = held_by(session, [product.id for product in products], besides or 0)
    for product in products:
        if product.id in held:
            raise AlreadyApplied(name=product.name, number=held[product.id])
        if is_too_early(product.until, day_of(now)):
            raise RenewalTooEarly(name=product.name, until=product.until)


def _keep_papers(
    session: Session,
    identity: Identity,
    application: CertificationApplication,
    wish: Wish,
    now: datetime,
) -> None:
    for paper in wish.papers:
        upload_id = keep(session, identity, paper, PAPER_KINDS, now)
        session.add(ApplicationPaper(application_id=application.id, upload_id=upload_id))


def _write(
    session: Session,
    application: CertificationApplication,
    products: Sequence[Candidate],
    identity: Identity,
    now: datetime,
) -> None:
    session.add_all(
        ApplicationProduct(
            application_id=application.id,
            product_id=product.id,
            product_name=product.name,
            renews=product.number,
        )
        for product in products
    )
    session.add_all(
        ApplicationRequirement(
            application_id=application.id,
            code=one.code,
            state="MET" if one.code in ATTESTED else "OPEN",
            person_id=identity.person_id if one.code in ATTESTED else None,
            at=now,
        )
        for one in REQUIREMENTS
    )
    session.flush()
    recheck(session, application, now)
    step(session, application, identity, (Rung.APPLICANT, "APPLIED", ""), now)
    tell_centre(session, application, Rung.TOWNSHIP, now)
