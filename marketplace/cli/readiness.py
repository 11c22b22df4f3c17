"""What must be there before people are sent to this shop, and the figures to watch."""

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Settings
from marketplace.audit.queries import latest_verdict
from marketplace.catalogue.queries import backlog_since, get_log
from marketplace.outbox import queries as outbox
from marketplace.search.local import current_copy
from marketplace.web.health import Figure, Part

# A worker gives a sign of life three times as often.
LONGEST_SILENCE = timedelta(seconds=60)
# A turn waits behind the one before it; it is late when something keeps it.
LATE = timedelta(minutes=5)
# Below it neither an index can be built anew nor clicks be kept.
LEAST_FREE_BYTES = 200 * 1024 * 1024

_SIZES = {
    "postgresql": text("SELECT pg_database_size(current_database())"),
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
}


def is_index_there(session: Session, _now: datetime) -> bool:
    """Whether this machine's copy can be read and is of this very database."""
    snapshot = current_copy().snapshot()
    return snapshot is not None and snapshot.state.log == get_log(session).name


def is_worker_there(session: Session, now: datetime) -> bool:
    return outbox.is_worker_seen(session, now - LONGEST_SILENCE)


def _free_bytes(_session: Session, _now: datetime) -> float:
    settings: Settings = current_app.config["SETTINGS"]
    return shutil.disk_usage(settings.instance).free


def is_disk_free(session: Session, now: datetime) -> bool:
    """Whether what this machine keeps for itself finds room."""
    return _free_bytes(session, now) >= LEAST_FREE_BYTES


def _worker_seen_ago_s(session: Session, now: datetime) -> float:
    """-1 where there was none within a day."""
    seen_at = outbox.last_seen(session)
    return (now - seen_at).total_seconds() if seen_at else -1.0


def _waiting(session: Session, _now: datetime) -> float:
    return outbox.count_waiting(session)


def _failing(session: Session, _now: datetime) -> float:
    return outbox.count_failing(session)


def _oldest_wait_s(session: Session, now: datetime) -> float:
    return outbox.oldest_wait(session, now).total_seconds()


@cache
def _repeating(settings: Settings) -> frozenset[str]:
    # The jobs are put together from all rooms, which stand on the ground that asks here.
    from marketplace.jobs import list_jobs

    jobs = list_jobs(settings)
    return frozenset(name for name, job in jobs.items() if job.every is not None)


def _late(session: Session, now: datetime) -> outbox.LateTurns:
    names = _repeating(current_app.config["SETTINGS"])
    return outbox.late_turns(session, names, now - LATE)


def _late_schedules(session: Session, now: datetime) -> float:
    return _late(session, now).number


def _latest_schedule_s(session: Session, now: datetime) -> float:
    since = _late(session, now).since
    return (now - since).total_seconds() if since else 0.0


def _search_lag_s(session: Session, now: datetime) -> float:
    """For how long this machine's index does not know what changed; -1 where there is none."""
    snapshot = current_copy().snapshot()
    if snapshot is None or snapshot.state.log != get_log(session).name:
        return -1.0
    oldest_at = backlog_since(session, snapshot.state.position).oldest_at
    return max((now - oldest_at).total_seconds(), 0.0) if oldest_at else 0.0


def _chains_hold(session: Session, _now: datetime) -> float:
    """1 where the last night followed every link, 0 where one does not hold or none was looked
    at."""
    verdict = latest_verdict(session)
    return 1.0 if verdict is not None and verdict.broken is None else 0.0


def _chains_followed_ago_s(session: Session, now: datetime) -> float:
    verdict = latest_verdict(session)
    return (now - verdict.at).total_seconds() if verdict is not None else -1.0


def _database_bytes(session: Session, _now: datetime) -> float:
    return float(session.scalar(_SIZES[session.get_bind().dialect.name]) or 0)


PARTS: Mapping[str, Part] = {
    "index": is_index_there,
    "worker": is_worker_there,
    "disk": is_disk_free,
}
FIGURES: Mapping[str, Figure] = {
    "bangfu_jobs_waiting": _waiting,
    "bangfu_jobs_failing": _failing,
    "bangfu_jobs_oldest_wait_seconds": _oldest_wait_s,
    "bangfu_schedules_late": _late_schedules,
    "bangfu_schedules_latest_seconds": _latest_schedule_s,
    "bangfu_worker_seen_seconds_ago": _worker_seen_ago_s,
    "bangfu_search_lag_seconds": _search_lag_s,
    "bangfu_audit_chains_hold": _chains_hold,
    "bangfu_audit_chains_followed_seconds_ago": _chains_followed_ago_s,
    "bangfu_database_bytes": _database_bytes,
    "bangfu_instance_free_bytes": _free_bytes,
}
