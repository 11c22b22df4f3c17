"""The life of a filing: written, submitted, reviewed, approved or sent back, revised."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import N_, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, Role
from marketplace.filings.models import FilingPaper, FilingStep, FilingYear, QuotaFiling
from marketplace.filings.rules import (
    OWN_LEAD,
    WITH_THE_UNIT,
    FilingElsewhere,
    FilingNotYours,
    FilingState,
    GivenFiling,
    after_review,
    holds_from,
    may_file,
    require_year,
    reviews,
    wrong_filing,
)
from marketplace.units.commands import (
    HeadcountChange,
    lock_unit,
    revise_headcount,
    set_canteen_status,
)
from marketplace.units.queries import (
    find_unit,
    get_visible_unit,
    list_ancestors,
    require_living,
)
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS

NO_SUCH_UNIT = N_("没有这个名称的单位,请照单位名册填写全称。")
NO_WORDS = N_("请写明退回的理由,单位会看到。")


def write_filing(
    session: Session,
    identity: Identity,
    unit_id: int,
    year: int,
    given: GivenFiling,
    *,
    now: datetime,
) -> QuotaFiling:
    """Keeps what a unit states so far. After an approval this begins a revision."""
    get_visible_unit(session, identity, unit_id)
    if not may_file(identity, unit_id):
        raise Forbidden
    require_year(year, day_of(now))
    require_living(session, unit_id)
    lock_unit(session, unit_id)
    latest = _latest(session, unit_id, year)
    if latest is not None and latest.state not in (*WITH_THE_UNIT, FilingState.APPROVED):
        raise FilingElsewhere
    begins = latest is None or latest.state == FilingState.APPROVED
    revision = (latest.revision if latest else 0) + begins
    errors = wrong_filing(given, year, is_revision=revision > 1)
    if errors:
        raise InvalidInput(*errors)
    lead_id = _lead(session, given, unit_id)
    filing = latest if latest is not None and not begins else None
    if filing is None:
        filing = QuotaFiling(unit_id=unit_id, year=year, revision=revision, state="DRAFT")
        session.add(filing)
    filing.headcount, filing.canteen_status = given.headcount, given.canteen_status
    filing.lead_unit_id = lead_id
    filing.canteen_spend_fen = given.canteen_spend_fen
    filing.union_spend_fen = given.union_spend_fen
    filing.remark, filing.reason = given.remark, given.reason.strip()
    filing.effective_on = given.effective_on or holds_from(year, day_of(now), revision)
    filing.filed_by, filing.filed_at = identity.person_id, now
    session.flush()
    _add_papers(session, identity, filing, given, now)
    _step(session, identity, filing, ("WRITTEN", ""), now)
    return filing


def _lead(session: Session, given: GivenFiling, unit_id: int) -> int | None:
    if given.canteen_status != "SHARED_MEMBER":
        return None
    lead = find_unit(session, given.lead_name)
    if lead is None:
        raise invalid("lead_name", NO_SUCH_UNIT)
    if lead.id == unit_id:
        raise invalid("lead_name", OWN_LEAD)
    return lead.id


def _add_papers(
    session: Session, identity: Identity, filing: QuotaFiling, given: GivenFiling, now: datetime
) -> None:
    for paper in given.papers:
        upload_id = keep(session, identity, paper, PAPERS, now)
        session.add(FilingPaper(filing_id=filing.id, upload_id=upload_id))
    session.flush()


def submit_filing(
    session: Session, identity: Identity, filing_id: int, now: datetime
) -> QuotaFiling:
    """Hands a filing to the supervisor, or to the finance bureau where there is none."""
    filing = _lock(session, identity, filing_id)
    if not may_file(identity, filing.unit_id):
        raise Forbidden
    if filing.state == FilingState.SUBMITTED:
        return filing
    if filing.state not in WITH_THE_UNIT:
        raise FilingElsewhere
    filing.state = FilingState.SUBMITTED
    _step(session, identity, filing, ("SUBMITTED", ""), now)
    return filing


def pass_filing(session: Session, identity: Identity, filing_id: int, now: datetime) -> QuotaFiling:
    """Whoever's turn it is says yes. The last yes makes the figures hold."""
    filing = _lock(session, identity, filing_id)
    ancestors = list_ancestors(session, filing.unit_id)
    if not reviews(identity, filing.state, ancestors):
        raise FilingNotYours
    filing.state = after_review(filing.state, ancestors)
    if filing.state == FilingState.APPROVED:
        _make_hold(session, identity, filing, now)
    _step(session, identity, filing, (filing.state, ""), now)
    return filing


def _make_hold(session: Session, identity: Identity, filing: QuotaFiling, now: datetime) -> None:
    filing.decided_at = now
    words = filing.reason or f"{filing.year} 年预留份额填报"
    change = HeadcountChange(filing.headcount, filing.effective_on, words)
    revise_headcount(session, identity, filing.unit_id, change, now=now)
    set_canteen_status(session, filing.unit_id, filing.canteen_status)


def return_filing(
    session: Session, identity: Identity, filing_id: int, words: str, now: datetime
) -> QuotaFiling:
    """Whoever's turn it is sends it back, and says what is to be changed."""
    filing = _lock(session, identity, filing_id)
    if not reviews(identity, filing.state, list_ancestors(session, filing.unit_id)):
        raise FilingNotYours
    if not words.strip():
        raise invalid("words", NO_WORDS)
    filing.state = FilingState.RETURNED
    _step(session, identity, filing, ("RETURNED", words.strip()), now)
    return filing


def set_filing_due(
    session: Session, identity: Identity, year: int, due_on: date, now: datetime
) -> None:
    """Until when a year is to be filed: the finance bureau says so."""
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    require_year(year, day_of(now))
    row = insert_into(session, FilingYear).values(
        year=year, due_on=due_on, set_by=identity.person_id, set_at=now
    )
    later = {"due_on": due_on, "set_by": identity.person_id, "set_at": now}
    session.execute(row.on_conflict_do_update(index_elements=["year"], set_=later))
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="filing.due",
        object_kind="filing_year",
        object_id=year,
        before=None,
        after={"due_on": due_on.isoformat()},
    )


def _latest(session: Session, unit_id: int, year: int) -> QuotaFiling | None:
    """As it is now: whoever asks holds the unit."""
    wanted = select(QuotaFiling).where(QuotaFiling.unit_id == unit_id, QuotaFiling.year == year)
    wanted = wanted.order_by(QuotaFiling.revision.desc()).limit(1)
    return session.scalar(wanted.execution_options(populate_existing=True))


def _lock(session: Session, identity: Identity, filing_id: int) -> QuotaFiling:
    """The filing, held with its unit until this transaction ends: whoever writes one holds the
    unit too, so that nothing is changed while it is handed in. Raises NotFound for strangers."""
    unit_id = session.scalar(select(QuotaFiling.unit_id).where(QuotaFiling.id == filing_id))
    if unit_id is None:
        raise NotFound
    get_visible_unit(session, identity, unit_id)
    lock_unit(session, unit_id)
    return session.get_one(QuotaFiling, filing_id, populate_existing=True)


def _step(
    session: Session,
    identity: Identity,
    filing: QuotaFiling,
    deed: tuple[str, str],
    now: datetime,
) -> None:
    kind, words = deed
    session.add(
        FilingStep(filing_id=filing.id, at=now, actor_id=identity.person_id, kind=kind, words=words)
    )
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"filing.{kind.lower()}",
        object_kind="quota_filing",
        object_id=filing.id,
        before=None,
        after=_facts(filing),
    )


def _facts(filing: QuotaFiling) -> dict[str, object]:
    names: Sequence[str] = (
        "revision",
        "headcount",
        "canteen_status",
        "canteen_spend_fen",
        "union_spend_fen",
    )
    return {name: getattr(filing, name) for name in names}
