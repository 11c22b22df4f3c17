"""What waits in recognitions: for notices that ask for a rung, and for the cockpit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.certification.models import CertificationApplication
from marketplace.certification.queries.applications import TABS, here
from marketplace.core.queues import Queue, queue_of
from marketplace.notices.queries import Checks
from marketplace.notices.rules import OpenNotice


def still_waiting(session: Session, notices: Sequence[OpenNotice], _now: datetime) -> set[int]:
    """Of notices that ask for a rung, those whose application still stands before it."""
    ids = {one.object_id for one in notices}
    rows = session.execute(
        select(CertificationApplication.id, CertificationApplication.state).where(
            CertificationApplication.id.in_(ids)
        )
    )
    states = {row.id: row.state for row in rows}
    return {one.id for one in notices if states.get(one.object_id) == one.params["state"]}


# Kind of notice → whether it still waits.
CHECKS: Checks = {"certification_waiting": still_waiting}


def queue_of_recognitions(session: Session, tab: str, *, area: str = "") -> Queue:
    """Applications on one rung of the ladder, each since it was handed in."""
    applied = CertificationApplication.applied_at
    on_rung = CertificationApplication.state.in_(TABS[tab])
    return queue_of(session, applied, on_rung, *here(area))
