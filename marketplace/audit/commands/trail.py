"""The trail: written into, sealed link by link, and followed at night."""

from dataclasses import asdict
from datetime import datetime
from typing import Unpack

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry, AuditLink, AuditVerdict
from marketplace.audit.queries import Heads, find_head, follow_on, list_unsealed, verdict_of
from marketplace.audit.rules import Change, Verdict, seal_of
from marketplace.core.acting import acting_now

# Links made in one transaction: a long backlog is sealed in steps.
STEP = 2000
# Links followed in one transaction at night: no writer waits long for it.
FOLLOWED = 5000


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


def follow_chains(
    session: Session, heads: Heads, now: datetime, *, most: int = FOLLOWED
) -> Verdict | None:
    """Follows the chains a part further; keeps a verdict at their end or where one does not
    hold, and is None while there is more. The heads say how far it came."""
    followed, broken = follow_on(session, heads, most)
    if broken is None and followed == most:
        return None
    return keep_verdict(session, verdict_of(session, heads, broken), now)


def keep_verdict(session: Session, verdict: Verdict, now: datetime) -> Verdict:
    """What a night found stays, whatever later nights find."""
    session.add(
        AuditVerdict(
            at=now,
            links=verdict.links,
            unsealed=verdict.unsealed,
            heads=dict(verdict.heads),
            broken=asdict(verdict.broken) if verdict.broken else None,
        )
    )
    session.flush()
    return verdict
