"""Tables that were handed in, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.listing.models import ImportRun
from marketplace.listing.rules import is_own


@dataclass(frozen=True)
class Run:
    """A table with its rows, each behind its number in the file."""

    id: int
    producer_id: int
    name: str
    rows: Sequence[Sequence[str]]
    state: str
    takes_good: bool
    asked_at: datetime
    done_at: datetime | None
    outcome: Mapping[str, int]


@dataclass(frozen=True)
class RunRow:
    """A table as a list names it."""

    id: int
    name: str
    row_count: int
    bad_count: int
    state: str
    asked_at: datetime


def get_run(session: Session, identity: Identity, run_id: int) -> Run:
    """A table of a producer that the person works for. Raises NotFound."""
    found = session.get(ImportRun, run_id, populate_existing=True)
    if found is None or not is_own(identity, found.producer_id):
        raise NotFound
    return Run(**{name: getattr(found, name) for name in Run.__dataclass_fields__})


def list_runs(session: Session, producer_id: int) -> Sequence[RunRow]:
    """The tables that were handed in last."""
    rows = session.execute(
        select(
            ImportRun.id,
            ImportRun.name,
            ImportRun.row_count,
            ImportRun.bad_count,
            ImportRun.state,
            ImportRun.asked_at,
        )
        .where(ImportRun.producer_id == producer_id)
        .order_by(ImportRun.id.desc())
        .limit(10)
    )
    return [RunRow(*row) for row in rows]
