"""Entering what households received, all rows or none, and taking entries back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.benefits.models import BenefitEntry, BenefitHousehold, BenefitList
from marketplace.benefits.queries import AT_ONCE, Told, judge_list
from marketplace.benefits.rules import (
    NOT_READY,
    AlreadyReversed,
    NothingToReverse,
    Verdict,
    may_read,
    may_write,
)
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.core.paging import in_parts
from marketplace.core.resealing import Sealed
from marketplace.core.sealing import Sealer
from marketplace.ordering.forms.lists import FIELD
from marketplace.ordering.rules import require_reason
from marketplace.producers.commands import lock_producer

SEALED = Sealed(
    BenefitHousehold.id, (BenefitHousehold.name_sealed, BenefitHousehold.identity_sealed)
)


def enter_list(
    session: Session, identity: Identity, told: Told, sealer: Sealer, now: datetime
) -> BenefitList:
    """Every row becomes an entry, or none does. The same list again is the same list, while all
    of it stands.

    Raises NotFound, InvalidInput.
    """
    if not may_write(identity, told.producer_id):
        raise NotFound
    lock_producer(session, told.producer_id)
    before = _told_before(session, told, sealer)
    if before and _stands_whole(session, before[-1]):
        return before[-1]
    verdicts = judge_list(session, told, sealer, now)
    bad = sum(not verdict.is_good for verdict in verdicts)
    if bad:
        raise invalid(FIELD, NOT_READY, number=bad)
    kept = BenefitList(
        producer_id=told.producer_id,
        kind=told.kind,
        period=told.period,
        sha256=_digest(told, sealer, len(before)),
        told_by=identity.person_id,
        told_at=now,
    )
    session.add(kept)
    session.flush()
    _write_entries(session, kept, verdicts, sealer)
    _leave_a_trail(session, identity, kept, ("entered", len(verdicts)), now)
    return kept


def _digest(told: Told, sealer: Sealer, times: int) -> str:
    """Marked, not hashed: a plain hash of so few words could be guessed. `times` is how often the
    same was told before, and taken back."""
    rows = ["\t".join((row.name, row.identity, row.village, row.amount)) for row in told.rows]
    content = "\n".join([*rows, str(times)] if times else rows)
    return sha256(sealer.mark(content).encode()).hexdigest()


def _told_before(session: Session, told: Told, sealer: Sealer) -> list[BenefitList]:
    """Lists with just these rows, the latest last."""
    found: list[BenefitList] = []
    same = (
        BenefitList.producer_id == told.producer_id,
        BenefitList.kind == told.kind,
        BenefitList.period == told.period,
    )
    while known := session.scalar(
        select(BenefitList).where(*same, BenefitList.sha256 == _digest(told, sealer, len(found)))
    ):
        found.append(known)
    return found


def _stands_whole(session: Session, kept: BenefitList) -> bool:
    """Whether nothing of it was taken back. What was is told anew: each row has its verdict."""
    taken_back = select(BenefitEntry.id).where(
        BenefitEntry.list_id == kept.id, BenefitEntry.reverses_id.is_not(None)
    )
    return session.scalar(taken_back.limit(1)) is None


def _write_entries(
    session: Session, kept: BenefitList, verdicts: Sequence[Verdict], sealer: Sealer
) -> None:
    marks = {sealer.mark(verdict.identity): verdict for verdict in verdicts}
    households = _households(session, kept.producer_id, marks, sealer)
    rows = [
        {
            "list_id": kept.id,
            "household_id": households[mark],
            "village_code": verdict.village_code,
            "period": kept.period,
            "amount_fen": verdict.amount_fen,
            "words": "",
            "told_by": kept.told_by,
            "told_at": kept.told_at,
        }
        for mark, verdict in marks.items()
    ]
    session.execute(insert(BenefitEntry), rows)


def _households(
    session: Session, producer_id: int, marks: Mapping[str, Verdict], sealer: Sealer
) -> dict[str, int]:
    """The household of each mark; those that are new are sealed and kept."""
    known = _find_households(session, producer_id, marks)
    rows = [
        {
            "producer_id": producer_id,
            "mark": mark,
            "name_sealed": sealer.seal(verdict.row.name),
            "identity_sealed": sealer.seal(verdict.identity),
        }
        for mark, verdict in marks.items()
        if mark not in known
    ]
    if rows:
        session.execute(insert(BenefitHousehold), rows)
    return _find_households(session, producer_id, marks)


def _find_households(session: Session, producer_id: int, marks: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in in_parts(sorted(marks), AT_ONCE):
        rows = session.execute(
            select(BenefitHousehold.mark, BenefitHousehold.id).where(
                BenefitHousehold.producer_id == producer_id, BenefitHousehold.mark.in_(some)
            )
        )
        found.update((mark, household_id) for mark, household_id in rows)
    return found


def reverse_entry(
    session: Session, identity: Identity, entry_id: int, reason: str, now: datetime
) -> BenefitEntry:
    """Takes one entry back by another; what was right is entered anew.

    Raises NotFound, Forbidden, AlreadyReversed.
    """
    entry = session.get(BenefitEntry, entry_id)
    kept = session.get(BenefitList, entry.list_id) if entry is not None else None
    if entry is None or kept is None or entry.reverses_id is not None:
        raise NotFound
    _require_writer(identity, kept)
    words = require_reason(reason)
    lock_producer(session, kept.producer_id)
    if session.scalar(select(BenefitEntry.id).where(BenefitEntry.reverses_id == entry.id)):
        raise AlreadyReversed
    reversal = _reverse(session, identity, entry, words, now)
    _leave_a_trail(session, identity, kept, ("reversed", 1), now)
    return reversal


def reverse_list(
    session: Session, identity: Identity, list_id: int, reason: str, now: datetime
) -> BenefitList:
    """Takes back every entry of a list that still stands."""
    kept = session.get(BenefitList, list_id)
    if kept is None:
        raise NotFound
    _require_writer(identity, kept)
    words = require_reason(reason)
    lock_producer(session, kept.producer_id)
    reversed_ids = select(BenefitEntry.reverses_id).where(
        BenefitEntry.list_id == list_id, BenefitEntry.reverses_id.is_not(None)
    )
    standing = session.scalars(
        select(BenefitEntry).where(
            BenefitEntry.list_id == list_id,
            BenefitEntry.reverses_id.is_(None),
            BenefitEntry.id.not_in(reversed_ids),
        )
    ).all()
    if not standing:
        raise NothingToReverse
    for entry in standing:
        _reverse(session, identity, entry, words, now)
    _leave_a_trail(session, identity, kept, ("reversed", len(standing)), now)
    return kept


def _require_writer(identity: Identity, kept: BenefitList) -> None:
    if not may_read(identity, kept.producer_id):
        raise NotFound
    if not may_write(identity, kept.producer_id):
        raise Forbidden


def _reverse(
    session: Session, identity: Identity, entry: BenefitEntry, words: str, now: datetime
) -> BenefitEntry:
    reversal = BenefitEntry(
        list_id=entry.list_id,
        household_id=entry.household_id,
        village_code=entry.village_code,
        period=entry.period,
        amount_fen=-entry.amount_fen,
        reverses_id=entry.id,
        words=words,
        told_by=identity.person_id,
        told_at=now,
    )
    session.add(reversal)
    session.flush()
    return reversal


def _leave_a_trail(
    session: Session, identity: Identity, kept: BenefitList, deed: tuple[str, int], now: datetime
) -> None:
    """How many rows of what; the trail holds no names."""
    what, rows = deed
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"benefits.{what}",
        object_kind="benefit_list",
        object_id=kept.id,
        before=None,
        after={"kind": kept.kind, "period": kept.period, "rows": rows},
    )
