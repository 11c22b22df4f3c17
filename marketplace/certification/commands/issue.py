"""The days of the public notice have passed: certificates are issued."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import certify
from marketplace.catalogue.commands.products import lock_product
from marketplace.catalogue.queries.certified import valid_until
from marketplace.catalogue.rules import Certificate
from marketplace.certification.commands.steps import products_of, step, tell_producer
from marketplace.certification.models import CertificationApplication
from marketplace.certification.queries.terms import get_terms
from marketplace.certification.rules import Rung, State, valid_days
from marketplace.core.clock import day_of
from marketplace.producers.queries import get_producer

AT_ONCE = 100


def issue_due(session: Session, now: datetime, limit: int = AT_ONCE) -> int:
    """Issues what nobody objected to by the last day of its notice; how many applications."""
    due = session.scalars(
        select(CertificationApplication)
        .where(
            CertificationApplication.state == State.NOTICE,
            CertificationApplication.notice_until < day_of(now),
        )
        .order_by(CertificationApplication.id)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for application in due:
        # On PostgreSQL whoever waited for the row sees it as it is now.
        if application.state == State.NOTICE:
            _issue(session, application, now)
    return len(due)


def _issue(session: Session, application: CertificationApplication, now: datetime) -> None:
    """A certificate for each product, numbered after its application."""
    today = day_of(now)
    producer = get_producer(session, application.producer_id)
    terms = get_terms(session, producer.township_code)
    for place, row in enumerate(products_of(session, application), 1):
        # What is in force is looked at under the lock: it may be withdrawn at this very instant.
        lock_product(session, row.product_id)
        known_until = valid_until(session, row.product_id)
        first, last = valid_days(today, known_until, terms.valid_years)
        number = f"RD{today.year}-{application.id:05d}-{place:02d}"
        certify(session, row.product_id, Certificate(number, terms.issuer, first, last), now)
        row.certificate_number = number
    application.state = State.CERTIFIED
    step(session, application, None, (Rung.NOTICE, "CERTIFIED", ""), now)
    tell_producer(session, application, "certification_issued", now)
