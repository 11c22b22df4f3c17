"""How the jobs are: which are late, what failed, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.cockpit.rules.jobs import PATIENCE, WORDS, Health, health_of
from marketplace.outbox.queries import Backlog, Turns, list_turns, read_backlog


@dataclass(frozen=True)
class JobRow:
    turns: Turns
    health: Health

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.turns.every_s)


@dataclass(frozen=True)
class JobsHealth:
    """All scheduled jobs, those in trouble first, and the messages that are not done."""

    rows: Sequence[JobRow]
    backlog: Backlog
    is_behind: bool

    @property
    def late(self) -> int:
        return sum(row.health == Health.LATE for row in self.rows)

    @property
    def failed(self) -> int:
        return sum(row.health == Health.FAILED for row in self.rows)

    @property
    def is_well(self) -> bool:
        trouble = self.late or self.failed or self.backlog.failing or self.is_behind
        return bool(self.rows) and not trouble


_FIRST = (Health.LATE, Health.FAILED, Health.NEW, Health.GOOD)


def read_health(session: Session, now: datetime) -> JobsHealth:
    """Read as it is now: a worker that stopped would stop its own snapshot. Two statements."""
    rows = [
        JobRow(one, health_of(one.next_at, one.done_at, one.failed_at, now))
        for one in list_turns(session, WORDS)
    ]
    backlog = read_backlog(session)
    oldest = backlog.oldest_at
    return JobsHealth(
        sorted(rows, key=lambda row: (_FIRST.index(row.health), row.turns.job)),
        backlog,
        is_behind=oldest is not None and oldest + PATIENCE < now,
    )
