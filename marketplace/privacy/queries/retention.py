"""When each job that removes old rows ran, what it removed, and when it runs next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.outbox.queries import next_turns
from marketplace.privacy.models import RetentionRun
from marketplace.privacy.rules.retention import JOBS


@dataclass(frozen=True)
class RunView:
    """None: it has not run yet, or no worker has begun."""

    ran_at: datetime | None = None
    removed: int = 0
    removed_in_all: int = 0
    next_at: datetime | None = None


def runs_of_jobs(session: Session) -> Mapping[str, RunView]:
    """Every job of the table."""
    kept = {run.job: run for run in session.scalars(select(RetentionRun))}
    turns = next_turns(session, JOBS)
    return {job: _view(kept.get(job), turns.get(job)) for job in JOBS}


def _view(run: RetentionRun | None, next_at: datetime | None) -> RunView:
    if run is None:
        return RunView(next_at=next_at)
    return RunView(run.ran_at, run.removed, run.removed_in_all, next_at)
