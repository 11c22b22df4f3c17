"""What every step of an application does: hold it, note who did what, tell whom it concerns."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.certification.models import (
    ApplicationProduct,
    ApplicationRequirement,
    ApplicationStep,
    CertificationApplication,
)
from marketplace.certification.queries.standing import check_by_system, nearest_free_for
from marketplace.certification.rules import REQUIREMENTS, Proof
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.notices.commands import Matter, tell_each, tell_readers
from marketplace.producers.queries import get_producer


def lock(session: Session, identity: Identity, application_id: int) -> CertificationApplication:
    """An application, held until the end. Raises NotFound for strangers."""
    application = session.scalar(
        select(CertificationApplication)
        .where(CertificationApplication.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if application is None:
        raise NotFound
    own = identity.has_role(OrganisationKind.PRODUCER, application.producer_id)
    if not (own or identity.is_in_centre()):
        raise NotFound
    return application


def products_of(
    session: Session, application: CertificationApplication
) -> list[ApplicationProduct]:
    mine = ApplicationProduct.application_id == application.id
    wanted = select(ApplicationProduct).where(mine).order_by(ApplicationProduct.product_id)
    return list(session.scalars(wanted))


def recheck(
    session: Session, application: CertificationApplication, now: datetime
) -> list[ApplicationRequirement]:
    """The requirements, those that the system looks at looked at anew; a waiver stays."""
    product_ids = [one.product_id for one in products_of(session, application)]
    found = check_by_system(session, application.producer_id, product_ids)
    rows = list(
        session.scalars(
            select(ApplicationRequirement)
            .where(ApplicationRequirement.application_id == application.id)
            .order_by(ApplicationRequirement.code)
        )
    )
    by_system = {one.code for one in REQUIREMENTS if one.proof == Proof.SYSTEM}
    for row in rows:
        if row.code in by_system and row.state != "WAIVED":
            state = "MET" if found[row.code] else "OPEN"
            if row.state != state:
                row.state, row.at = state, now
    session.flush()
    return rows


def step(
    session: Session,
    application: CertificationApplication,
    identity: Identity | None,
    deed: tuple[str, str, str],
    now: datetime,
) -> None:
    """Appends what was done (rung, kind, words), and to the trail what it came to."""
    rung, kind, words = deed
    actor_id = identity.person_id if identity else None
    session.add(
        ApplicationStep(
            application_id=application.id,
            at=now,
            actor_id=actor_id,
            rung=rung,
            kind=kind,
            words=words,
        )
    )
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action=f"certification.{kind.lower()}",
        object_kind="certification_application",
        object_id=application.id,
        before=None,
        after={"state": application.shown_state, "rung": rung, "words": words},
    )


def tell_producer(
    session: Session, application: CertificationApplication, kind: str, now: datetime
) -> None:
    """Tells the producer's clerks how far their application is."""
    clerks = (OrganisationKind.PRODUCER, application.producer_id, ())
    tell_readers(session, kind, _matter_of(application, now), clerks, now)


def tell_centre(
    session: Session,
    application: CertificationApplication,
    rung: str,
    now: datetime,
    *,
    kind: str = "certification_waiting",
) -> None:
    """Tells those in the centre who may take the next rung and stood on no other."""
    township = get_producer(session, application.producer_id).township_code
    free = nearest_free_for(session, application.id, township, rung)
    tell_each(session, kind, _matter_of(application, now), free, now)


def _matter_of(application: CertificationApplication, now: datetime) -> Matter:
    params = {"number": application.number, "state": application.state}
    once = f"{application.state}:{int(now.timestamp())}"
    return Matter("certification", application.id, params, f"/certification/{application.id}", once)
