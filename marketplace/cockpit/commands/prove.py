"""Proving the books in the background: every night, and when an operator asks for it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.cockpit.models import BooksVerdict
from marketplace.cockpit.queries import latest_proof
from marketplace.cockpit.rules import ProofAskedAlready, operates
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.outbox.commands import put
from marketplace.outbox.queries import is_open
from marketplace.reports.queries.comparison import Comparison

PROVE_JOB = "books.prove.run"
# More rows than anybody follows up in a morning; how many there are is told in any case.
MOST_FOUND = 200


def begin_proof(session: Session, now: datetime) -> bool:
    """Asks for the night's proof, once a day."""
    return put(session, PROVE_JOB, {}, effect_key=f"{PROVE_JOB}:{now:%F}", now=now)


def ask_for_proof(session: Session, identity: Identity, now: datetime) -> None:
    """An operator wants to know now. However often it is clicked, one proof runs. Raises
    ProofAskedAlready."""
    if not operates(identity):
        raise Forbidden
    last = latest_proof(session)
    # A second click meets the same key until the proof that was asked for is there.
    key = f"{PROVE_JOB}:after:{last.id if last else 0}"
    payload = {"asked_by": identity.person_id}
    if is_open(session, PROVE_JOB) or not put(session, PROVE_JOB, payload, effect_key=key, now=now):
        raise ProofAskedAlready
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="books.proof_asked",
        object_kind="books",
        object_id=0,
        before=None,
        after={"after_verdict": last.id if last else None},
    )


def keep_proof(
    session: Session, found: tuple[Sequence[Comparison], int], asked_by: int | None, now: datetime
) -> BooksVerdict:
    """What a proof found and how many milliseconds it took, for good."""
    proved, took_ms = found
    breaks = [one for comparison in proved for one in comparison.breaks]
    verdict = BooksVerdict(
        proved_at=now,
        took_ms=took_ms,
        comparisons=[
            {
                "check": one.check,
                "rows": one.rows,
                "expected_fen": one.expected_fen,
                "found_fen": one.found_fen,
                "breaks": len(one.breaks),
            }
            for one in proved
        ],
        breaks=len(breaks),
        found=[asdict(one) for one in breaks[:MOST_FOUND]],
        asked_by=asked_by,
    )
    session.add(verdict)
    session.flush()
    return verdict
