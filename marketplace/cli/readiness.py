"""What must be there before people are sent to this shop, and the figures to watch."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.audit.queries import latest_verdict
from marketplace.catalogue.queries import get_log
from marketplace.outbox import queries as outbox
from marketplace.search.local import current_copy
from marketplace.web.health import Figure, Part

# A worker gives a sign of life three times as often.
LONGEST_SILENCE = timedelta(seconds=60)


def is_index_there(session: Session, _now: datetime) -> bool:
    """Whether this machine's copy can be read and is of this very database."""
    snapshot = current_copy().snapshot()
    return snapshot is not None and snapshot.state.log == get_log(session).name


def is_worker_there(session: Session, now: datetime) -> bool:
    return outbox.is_worker_seen(session, now - LONGEST_SILENCE)


def _waiting(session: Session, _now: datetime) -> float:
    return outbox.count_waiting(session)


def _failing(session: Session, _now: datetime) -> float:
    return outbox.count_failing(session)


def _oldest_wait_s(session: Session, now: datetime) -> float:
    return outbox.oldest_wait(session, now).total_seconds()


def _chains_hold(session: Session, _now: datetime) -> float:
    """1 where the last night followed every link, 0 where one does not hold or none was looked
    at."""
    verdict = latest_verdict(session)
    return 1.0 if verdict is not None and verdict.broken is None else 0.0


def _chains_followed_ago_s(session: Session, now: datetime) -> float:
    verdict = latest_verdict(session)
    return (now - verdict.at).total_seconds() if verdict is not None else -1.0


PARTS: Mapping[str, Part] = {"index": is_index_there, "worker": is_worker_there}
FIGURES: Mapping[str, Figure] = {
    "bangfu_jobs_waiting": _waiting,
    "bangfu_jobs_failing": _failing,
    "bangfu_jobs_oldest_wait_seconds": _oldest_wait_s,
    "bangfu_audit_chains_hold": _chains_hold,
    "bangfu_audit_chains_followed_seconds_ago": _chains_followed_ago_s,
}
