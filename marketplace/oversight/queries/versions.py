"""Thresholds in their versions; how far was looked; replays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.ordering.queries.seen import ORDERS_SEEN
from marketplace.oversight.models import SignalCursor, SignalReplay, SignalRule
from marketplace.oversight.rules.kinds import Kind, Thresholds, first_thresholds

FIRST = 1
MOST_REPLAYS = 10


@dataclass(frozen=True)
class Version:
    """The thresholds of a kind from an instant on. The first came with the marketplace."""

    kind: Kind
    version: int
    thresholds: Thresholds
    from_at: datetime | None = None
    who: str = ""
    decided_by: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class ReplayView:
    """A replay, and how far it is."""

    version: int
    from_on: date
    until_on: date
    looked_until: date
    found: int
    who: str
    asked_at: datetime
    done_at: datetime | None

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)


def list_versions(session: Session, kind: Kind) -> Sequence[Version]:
    """All versions of a kind, the newest first."""
    rows = session.execute(
        select(SignalRule, PERSON_NAMES.c.name)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == SignalRule.decided_by)
        .where(SignalRule.kind == kind)
        .order_by(SignalRule.version.desc())
    )
    published = [_version(kind, rule, name) for rule, name in rows]
    return [*published, Version(kind, FIRST, first_thresholds(kind))]


def _version(kind: Kind, rule: SignalRule, name: str = "") -> Version:
    # A threshold that came later than this version has its first value.
    thresholds = {**first_thresholds(kind), **rule.thresholds}
    return Version(kind, rule.version, thresholds, rule.from_at, name, rule.decided_by, rule.reason)


def versions_now(session: Session) -> dict[Kind, Version]:
    """What holds for each kind."""
    newest = select(func.max(SignalRule.id)).group_by(SignalRule.kind)
    rows = session.scalars(select(SignalRule).where(SignalRule.id.in_(newest)))
    published = {row.kind: row for row in rows}
    return {
        kind: _version(kind, published[kind])
        if kind in published
        else Version(kind, FIRST, first_thresholds(kind))
        for kind in Kind
    }


def get_version(session: Session, kind: Kind, version: int) -> Version:
    """One version of a kind. Raises NotFound."""
    if version == FIRST:
        return Version(kind, FIRST, first_thresholds(kind))
    rule = session.scalar(select(SignalRule).filter_by(kind=kind, version=version))
    if rule is None:
        raise NotFound
    return _version(kind, rule)


def cursors(session: Session) -> dict[str, date]:
    """Until before which day each kind was looked for."""
    rows = session.execute(select(SignalCursor.kind, SignalCursor.looked_until))
    return {row.kind: row.looked_until for row in rows}


def first_day(session: Session) -> date | None:
    """The day of the oldest order."""
    oldest = session.scalar(select(func.min(ORDERS_SEEN.c.placed_at)))
    return day_of(oldest) if oldest else None


def list_replays(session: Session, kind: Kind) -> Sequence[ReplayView]:
    """The latest replays of a kind."""
    rows = session.execute(
        select(SignalReplay, PERSON_NAMES.c.name)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == SignalReplay.asked_by)
        .where(SignalReplay.kind == kind)
        .order_by(SignalReplay.id.desc())
        .limit(MOST_REPLAYS)
    )
    names = [name for name in ReplayView.__dataclass_fields__ if name != "who"]
    return [
        ReplayView(**{name: cast(object, getattr(row, name)) for name in names}, who=who)  # type: ignore[arg-type]
        for row, who in rows
    ]
