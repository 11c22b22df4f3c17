"""Township, sector and county look at an application: pass it on, send it back, or say no."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.certification.commands.steps import (
    lock,
    recheck,
    step,
    tell_centre,
    tell_producer,
)
from marketplace.certification.models import (
    ApplicationRequirement,
    CertificationApplication,
    CertificationTerms,
)
from marketplace.certification.queries.standing import rungs_of
from marketplace.certification.queries.terms import get_terms
from marketplace.certification.rules import (
    BY_CODE,
    NEXT_RUNG,
    PASSED,
    ApplicationElsewhere,
    OwnApplication,
    Proof,
    RequirementsOpen,
    Rung,
    State,
    Terms,
    Verdict,
    acts_on,
    due_on,
    has_stood_elsewhere,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, invalid
from marketplace.core.identity import Identity, Role
from marketplace.core.workdays import workdays_after
from marketplace.ordering.rules import require_reason
from marketplace.producers.queries import get_producer
from marketplace.producers.rules import require_no_stake

NOT_A_REQUIREMENT = N_("这一项由系统核对,不能人工确认;确实符合的,请写明免予核实的理由。")


def pass_rung(
    session: Session,
    identity: Identity,
    place: tuple[int, str],
    verdicts: Sequence[Verdict],
    now: datetime,
    *,
    words: str = "",
) -> CertificationApplication:
    """Passes an application on from a rung, once what is due there is settled.

    `place` is the application and the rung. Raises ApplicationElsewhere, OwnApplication,
    RequirementsOpen. The county's word begins the public notice.
    """
    application_id, rung = place
    application = _open(session, identity, application_id, rung)
    if application.state == State.NOTICE:
        raise ApplicationElsewhere
    requirements = recheck(session, application, now)
    _judge(requirements, verdicts, identity, now)
    left = due_on(rung, {one.code for one in requirements if one.state == "OPEN"})
    if left:
        raise RequirementsOpen(number=len(left))
    if rung == Rung.COUNTY:
        _begin_notice(session, application, now)
    application.state = PASSED[Rung(rung)]
    step(session, application, identity, (rung, "PASSED", words.strip()), now)
    if application.state == State.NOTICE:
        tell_producer(session, application, "certification_notice", now)
    else:
        tell_centre(session, application, NEXT_RUNG[State(application.state)], now)
    return application


def give_back(
    session: Session, identity: Identity, place: tuple[int, str], words: str, now: datetime
) -> CertificationApplication:
    """Sends an application back, and says what is to be changed. During the public notice this
    is how an objection that holds stops it."""
    return _end(session, identity, place, (State.RETURNED, words), now)


def refuse_application(
    session: Session, identity: Identity, place: tuple[int, str], words: str, now: datetime
) -> CertificationApplication:
    """Says no for good; the products are free to be applied for anew."""
    return _end(session, identity, place, (State.REFUSED, words), now)


def _end(
    session: Session,
    identity: Identity,
    place: tuple[int, str],
    answer: tuple[State, str],
    now: datetime,
) -> CertificationApplication:
    application_id, rung = place
    application = _open(session, identity, application_id, rung)
    state, words = answer[0], require_reason(answer[1])
    application.state = state
    application.notice_from = application.notice_until = None
    step(session, application, identity, (rung, state, words), now)
    tell_producer(session, application, f"certification_{state.lower()}", now)
    return application


def _open(
    session: Session, identity: Identity, application_id: int, rung: str
) -> CertificationApplication:
    """The application, where it is on this rung and this person may take it."""
    application = lock(session, identity, application_id)
    if NEXT_RUNG.get(State(application.state)) != rung:
        raise ApplicationElsewhere
    if not acts_on(identity, rung):
        raise Forbidden
    require_no_stake(identity, application.producer_id)
    if has_stood_elsewhere(rungs_of(session, application.id, identity.person_id), rung):
        raise OwnApplication
    return application


def _judge(
    requirements: Sequence[ApplicationRequirement],
    verdicts: Sequence[Verdict],
    identity: Identity,
    now: datetime,
) -> None:
    """What was found, with the person who found it; what the system looks at is only waived."""
    rows = {one.code: one for one in requirements}
    for verdict in verdicts:
        row = rows.get(verdict.code)
        if row is None or row.state != "OPEN":
            continue
        if not verdict.waived and BY_CODE[verdict.code].proof == Proof.SYSTEM:
            raise invalid(f"waive-{verdict.code}", NOT_A_REQUIREMENT)
        row.state = "WAIVED" if verdict.waived else "MET"
        row.person_id, row.words, row.at = identity.person_id, verdict.waived, now


def _begin_notice(session: Session, application: CertificationApplication, now: datetime) -> None:
    producer = get_producer(session, application.producer_id)
    terms = get_terms(session, producer.township_code)
    first = day_of(now)
    application.notice_from = first
    application.notice_until = workdays_after(first, terms.notice_days)


def set_terms(
    session: Session, identity: Identity, county_code: str, terms: Terms, now: datetime
) -> CertificationTerms:
    """From now on notices last so many working days, and certificates so many years."""
    if not identity.is_in_centre(Role.CERTIFIER):
        raise Forbidden
    if not 1 <= terms.notice_days <= 60:
        raise invalid("notice_days", N_("公示期要在 1 到 60 个工作日之间。"))
    if not 1 <= terms.valid_years <= 10:
        raise invalid("valid_years", N_("有效期要在 1 到 10 年之间。"))
    if not 0 < len(terms.issuer.strip()) <= 120:
        raise invalid("issuer", N_("认定机构需要 1 到 120 个字。"))
    row = session.get(CertificationTerms, county_code, with_for_update=True)
    before = {name: getattr(row, name) for name in vars(terms)} if row else None
    if row is None:
        row = CertificationTerms(county_code=county_code)
        session.add(row)
    row.notice_days, row.valid_years = terms.notice_days, terms.valid_years
    row.issuer = terms.issuer.strip()
    row.changed_by, row.changed_at = identity.person_id, now
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="certification.terms",
        object_kind="county",
        object_id=county_code,
        before=before,
        after={name: getattr(row, name) for name in vars(terms)},
    )
    return row
