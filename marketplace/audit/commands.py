"""Writing into the trail, and sealing what was written."""

from datetime import datetime
from typing import Unpack

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry, AuditLink
from marketplace.audit.queries import find_head, list_unsealed
from marketplace.audit.rules import Change, seal_of
from marketplace.core.acting import acting_now

# Links made in one transaction: a long backlog is sealed in steps.
STEP = 2000


def record(session: Session, now: datetime, **change: Unpack[Change]) -> None:
    """Writes one change into the trail, in the transaction of the change itself."""
    acting = acting_now()
    known = {"origin": acting.origin, "county_code": acting.county()}
    values = {**known, **change, "object_id": str(change["object_id"])}
    session.execute(insert(AuditEntry).values(at=now, **values))


def seal(session: Session) -> int:
    """Links entries that have no link yet to the end of their county's chain; how many were.

    On PostgreSQL ids are given out before the commit, so entry 8 may appear after entry 9
    was sealed. The chain therefore has its own order, the position: it only grows at its
    end, and whatever has no link yet is picked up next time, whatever its id. One sealer at
    a time: the lock keeps other sealers out and stops neither writers of entries nor
    readers. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE audit_link IN SHARE ROW EXCLUSIVE MODE"))
    heads: dict[str, tuple[int, str]] = {}
    links = []
    for entry in list_unsealed(session, STEP):
        county = entry["county_code"]
        position, previous_hash = heads.get(county) or find_head(session, county)
        seal_hash = seal_of(previous_hash, entry)
        links.append(
            {
                "entry_id": entry["id"],
                "county_code": county,
                "position": position + 1,
                "previous_hash": previous_hash,
                "hash": seal_hash,
            }
        )
        heads[county] = (position + 1, seal_hash)
    if links:
        session.execute(insert(AuditLink), links)
    return len(links)
