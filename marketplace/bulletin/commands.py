"""A month's bulletin: drafted from the books, edited, signed by another, published."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.bulletin.models import Bulletin, BulletinIssue, BulletinStep
from marketplace.bulletin.queries import gather
from marketplace.bulletin.rules import (
    MOST_LAGGARDS,
    BulletinChanged,
    BulletinElsewhere,
    Facts,
    OwnBulletin,
    UnsavedWords,
    first_words,
    freeze,
    last_day_of,
    likely_reason,
    require_writer,
    seal_of,
)
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity

# (turn that was seen, title, words, reasons by unit).
Wording = tuple[int, str, str, dict[str, str]]


def draft_bulletin(
    session: Session, identity: Identity, place: tuple[str, str], now: datetime
) -> Bulletin:
    """A draft for a county's month (place), from the books as they stood on its last day.

    There is one a month: asked for again, it is the same. Raises PeriodNotOver, NothingToTell.
    """
    require_writer(identity)
    county, period = place
    as_of = last_day_of(period, day_of(now))
    facts = gather(session, county, period, as_of, today=day_of(now))
    words = _from_facts(facts)
    made = session.execute(
        insert_into(session, Bulletin)
        .values(
            county_code=county,
            period=period,
            state="DRAFT",
            turn=1,
            as_of=as_of,
            edited_by=identity.person_id,
            edited_at=now,
            title=f"{as_of.year} 年 {as_of.month} 月消费帮扶采购情况通报",
            **words,
        )
        .on_conflict_do_nothing(index_elements=["county_code", "period"])
        .returning(Bulletin.id)
    ).scalar()
    found = session.scalars(
        select(Bulletin).where(Bulletin.county_code == county, Bulletin.period == period)
    ).one()
    if made is not None:
        _step(session, identity, found, ("DRAFTED", ""), now)
    return found


def _from_facts(facts: Facts) -> dict[str, Any]:
    laggards = facts.laggards[:MOST_LAGGARDS]
    return {
        "words": first_words(facts),
        "reasons": {str(unit.unit_id): likely_reason(unit) for unit in laggards},
        "facts": freeze(facts),
    }


def _lock(session: Session, identity: Identity, place: tuple[str, int]) -> Bulletin:
    require_writer(identity)
    county, bulletin_id = place
    found = session.get(Bulletin, bulletin_id, with_for_update=True, populate_existing=True)
    if found is None or found.county_code != county:
        raise NotFound
    return found


def edit_bulletin(
    session: Session,
    identity: Identity,
    place: tuple[str, int],
    change: Wording,
    now: datetime,
) -> Bulletin:
    """Rewords a draft: (turn that was seen, title, words, reasons by unit). Raises BulletinChanged
    where somebody else was faster; the same words again change nothing."""
    bulletin = _lock(session, identity, place)
    turn, title, words, _reasons = change
    said = _reasons_said(bulletin, change)
    if (bulletin.title, bulletin.words, bulletin.reasons) == (title, words, said):
        return bulletin
    _require(bulletin, "DRAFT")
    if turn != bulletin.turn:
        raise BulletinChanged
    bulletin.title, bulletin.words, bulletin.reasons = title, words, said
    _touch(session, identity, bulletin, now)
    _step(session, identity, bulletin, ("EDITED", ""), now)
    return bulletin


def _reasons_said(bulletin: Bulletin, change: Wording) -> dict[str, str]:
    """The reasons as they are with a change; it names those alone that are in the table."""
    reasons = change[3]
    return {unit: reasons.get(unit, words) for unit, words in bulletin.reasons.items()}


def refresh_bulletin(
    session: Session, identity: Identity, place: tuple[str, int], now: datetime
) -> Bulletin:
    """Takes a draft's figures anew from the books; people's own words stay, reasons too."""
    bulletin = _lock(session, identity, place)
    _require(bulletin, "DRAFT")
    facts = gather(
        session, bulletin.county_code, bulletin.period, bulletin.as_of, today=day_of(now)
    )
    fresh = _from_facts(facts)
    if fresh["facts"] == bulletin.facts:
        return bulletin
    bulletin.facts = fresh["facts"]
    bulletin.reasons = {**fresh["reasons"], **_kept(bulletin.reasons, fresh["reasons"])}
    _touch(session, identity, bulletin, now)
    _step(session, identity, bulletin, ("REFRESHED", ""), now)
    return bulletin


def _kept(old: dict[str, str], fresh: dict[str, str]) -> dict[str, str]:
    return {unit: words for unit, words in old.items() if unit in fresh}


def sign_bulletin(
    session: Session,
    identity: Identity,
    place: tuple[str, int],
    now: datetime,
    *,
    seen: Wording | None = None,
) -> BulletinIssue:
    """Someone else than the last editor stands for it: it is frozen with its figures. Where they
    say what they have before them (seen), it must be what is saved. Raises BulletinChanged,
    UnsavedWords."""
    bulletin = _lock(session, identity, place)
    last = _last_issue(session, bulletin.id)
    if bulletin.state == "SIGNED" and last is not None and last.signed_by == identity.person_id:
        return last
    _require(bulletin, "DRAFT")
    if bulletin.edited_by == identity.person_id:
        raise OwnBulletin
    if seen is not None:
        _require_saved(bulletin, seen)
    content = _content(bulletin)
    issue = BulletinIssue(
        bulletin_id=bulletin.id,
        number=(last.number if last else 0) + 1,
        sha256=seal_of({**content, "as_of": bulletin.as_of.isoformat()}),
        edited_by=bulletin.edited_by,
        signed_by=identity.person_id,
        signed_at=now,
        **content,
    )
    session.add(issue)
    bulletin.state = "SIGNED"
    session.flush()
    _step(session, identity, bulletin, ("SIGNED", issue.sha256), now)
    return issue


def _content(bulletin: Bulletin) -> dict[str, Any]:
    names = ("title", "words", "reasons", "facts", "as_of")
    return {name: getattr(bulletin, name) for name in names}


def _require_saved(bulletin: Bulletin, seen: Wording) -> None:
    turn, title, words, _reasons = seen
    if turn != bulletin.turn:
        raise BulletinChanged
    said = (title, words, _reasons_said(bulletin, seen))
    if (bulletin.title, bulletin.words.strip(), bulletin.reasons) != said:
        raise UnsavedWords


def _last_issue(session: Session, bulletin_id: int) -> BulletinIssue | None:
    newest = select(func.max(BulletinIssue.number)).where(BulletinIssue.bulletin_id == bulletin_id)
    return session.scalars(
        select(BulletinIssue).where(
            BulletinIssue.bulletin_id == bulletin_id,
            BulletinIssue.number == newest.scalar_subquery(),
        )
    ).one_or_none()


def publish_bulletin(
    session: Session, identity: Identity, place: tuple[str, int], now: datetime
) -> Bulletin:
    """Units see it from now on. Only what was signed is published."""
    bulletin = _lock(session, identity, place)
    if bulletin.state == "PUBLISHED":
        return bulletin
    _require(bulletin, "SIGNED")
    last = _last_issue(session, bulletin.id)
    assert last is not None, bulletin.id
    bulletin.state, bulletin.published_number = "PUBLISHED", last.number
    _step(session, identity, bulletin, ("PUBLISHED", ""), now)
    return bulletin


def reopen_bulletin(
    session: Session, identity: Identity, place: tuple[str, int], words: str, now: datetime
) -> Bulletin:
    """Back to a draft, with the reason: what was signed stays as an issue, and the next one says
    what is different. While it is reopened, units still see the last issue."""
    bulletin = _lock(session, identity, place)
    if bulletin.state == "DRAFT":
        return bulletin
    bulletin.state = "DRAFT"
    _touch(session, identity, bulletin, now)
    _step(session, identity, bulletin, ("REOPENED", words), now)
    return bulletin


def _require(bulletin: Bulletin, state: str) -> None:
    if bulletin.state != state:
        raise BulletinElsewhere


def _touch(session: Session, identity: Identity, bulletin: Bulletin, now: datetime) -> None:
    bulletin.turn += 1
    bulletin.edited_by, bulletin.edited_at = identity.person_id, now
    session.flush()


def _step(
    session: Session, identity: Identity, bulletin: Bulletin, what: tuple[str, str], now: datetime
) -> None:
    """What was done (kind, words), in the bulletin's own log and in the trail."""
    kind, words = what
    session.add(
        BulletinStep(
            bulletin_id=bulletin.id, kind=kind, at=now, actor_id=identity.person_id, words=words
        )
    )
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"bulletin.{kind.lower()}",
        object_kind="bulletin",
        object_id=bulletin.id,
        before=None,
        after={"period": bulletin.period, "title": bulletin.title, "words": words},
    )
