"""What other thresholds would find, before they are published: read, never written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.oversight.models import Signal
from marketplace.oversight.queries.finders import find
from marketplace.oversight.rules.flags import Flag, parts_of
from marketplace.oversight.rules.kinds import Kind, Thresholds

DAYS = 365
# Whoever waits for a page waits no longer than this; the months that are left are said.
MOST_S = 5
MOST_SHOWN = 10


@dataclass(frozen=True)
class Trial:
    """How many there would be of the days that were looked at, and how many of them are new."""

    from_on: date
    until_on: date
    is_whole: bool
    found: int
    fresh: int
    # Found under the present version, and not under these thresholds.
    gone: int
    shown: Sequence[Flag]

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)


def try_out(
    session: Session,
    wanted: tuple[Kind, Thresholds],
    present: int,
    today: date,
    ticks: Callable[[], float] = monotonic,
) -> Trial:
    """The last year month by month, the newest first, as far as time allows; compared with what
    the present version has found in these days."""
    kind, thresholds = wanted
    began = ticks()
    first = today - timedelta(days=DAYS)
    parts = list(parts_of(first, today))
    reached, flags = today, dict[str, Flag]()
    for part in reversed(parts):
        if ticks() - began > MOST_S:
            break
        flags = {**flags, **{one.key: one for one in find(session, kind, thresholds, part)}}
        reached = part.from_on
    known = _known(session, kind, present, (reached, today))
    newest = sorted(flags.values(), key=lambda one: (one.happened_on, one.key), reverse=True)
    return Trial(
        from_on=reached,
        until_on=today,
        is_whole=reached == first,
        found=len(flags),
        fresh=len(flags.keys() - known),
        gone=len(known - flags.keys()),
        shown=newest[:MOST_SHOWN],
    )


def _known(session: Session, kind: Kind, version: int, days: tuple[date, date]) -> set[str]:
    found = select(Signal.key).where(
        Signal.kind == kind,
        Signal.version == version,
        Signal.happened_on >= days[0],
        Signal.happened_on < days[1],
    )
    return set(session.scalars(found))
