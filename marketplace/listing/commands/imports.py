"""A table of goods: checked, mended, written by a worker; all of it, or its good rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.catalogue.commands.bulk import lock_products
from marketplace.catalogue.queries import goods_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.listing.commands.writing import Hand, find_maker, write_goods
from marketplace.listing.models import ImportRun
from marketplace.listing.queries.judging import Judged, judge
from marketplace.listing.rules import is_own
from marketplace.listing.rules.sheet import COLUMNS, ImportClosed, RowsRefused
from marketplace.outbox.commands import put
from marketplace.trading.rules import WhichMaker

IMPORT_JOB = "listing.import"


def hand_in(
    session: Session,
    identity: Identity,
    producer_id: int,
    table: tuple[str, Sequence[Sequence[str]]],
    now: datetime,
) -> int:
    """Keeps a table and checks it; nothing of the goods is written. The run's id."""
    if not is_own(identity, producer_id):
        raise NotFound
    name, rows = table
    judged = judge(session, producer_id, rows)
    run = ImportRun(
        producer_id=producer_id,
        name=name,
        rows=[list(row) for row in rows],
        row_count=len(rows),
        bad_count=len(judged.bad),
        state="CHECKED",
        asked_by=identity.person_id,
        asked_at=now,
        outcome={},
    )
    session.add(run)
    session.flush()
    return run.id


def mend(
    session: Session, identity: Identity, run_id: int, cells: Mapping[tuple[int, str], str]
) -> None:
    """New words for cells, by the number of the row and the name of the column."""
    run = _open_run(session, identity, run_id)
    columns = {name: place for place, name in enumerate(COLUMNS, 1)}
    rows = [list(row) for row in run.rows]
    for row in rows:
        for name, place in columns.items():
            row[place] = cells.get((int(row[0]), name), row[place])
    run.rows = rows
    run.bad_count = len(judge(session, run.producer_id, rows).bad)
    session.flush()


def ask_to_write(
    session: Session, identity: Identity, run_id: int, now: datetime, *, takes_good: bool
) -> None:
    """Leaves the writing to a worker; asked twice it is written once. Raises RowsRefused where a
    row is bad and not only the good ones are wanted, WhichMaker, or ImportClosed where a worker
    has refused it: it is asked once for each table."""
    run = _lock(session, identity, run_id)
    if run.state in ("WAITING", "DONE"):
        return
    if run.state == "REFUSED":
        raise ImportClosed
    judged = judge(session, run.producer_id, run.rows)
    _require_good(judged, takes_good=takes_good)
    find_maker(session, run.producer_id, judged, now)
    run.state, run.takes_good, run.bad_count = "WAITING", takes_good, len(judged.bad)
    put(session, IMPORT_JOB, {"run_id": run.id}, effect_key=f"{IMPORT_JOB}:{run.id}", now=now)


def write_run(session: Session, run_id: int, now: datetime) -> None:
    """What the worker does: judges once more, and writes all or nothing in one transaction."""
    run = session.get(ImportRun, run_id, with_for_update=True)
    if run is None or run.state != "WAITING":
        return
    identity = load_identity(session, run.asked_by)
    run.state, run.done_at = "REFUSED", now
    if identity is not None and is_own(identity, run.producer_id):
        judged = judge_locked(session, run.producer_id, run.rows)
        run.bad_count = len(judged.bad)
        if run.takes_good or not judged.bad:
            hand = Hand(identity, run.producer_id, run.name, now)
            # A mandate may have ended since it was asked for: refused, and not tried for ever.
            with suppress(WhichMaker):
                run.outcome = write_goods(session, hand, judged)
                run.state = "DONE"
    session.flush()


def import_now(
    session: Session,
    identity: Identity,
    producer_id: int,
    table: tuple[str, Sequence[Sequence[str]]],
    now: datetime,
    *,
    takes_good: bool = False,
) -> Judged:
    """Judges and writes at once, for programs. Raises RowsRefused as `ask_to_write` does."""
    if not is_own(identity, producer_id):
        raise NotFound
    name, rows = table
    judged = judge_locked(session, producer_id, rows)
    _require_good(judged, takes_good=takes_good)
    write_goods(session, Hand(identity, producer_id, name, now), judged)
    return judged


def judge_locked(session: Session, producer_id: int, rows: Sequence[Sequence[str]]) -> Judged:
    """The verdicts, while nobody else changes what they are about."""
    lock_products(session, [product.id for product in goods_of(session, producer_id)])
    return judge(session, producer_id, rows)


def _require_good(judged: Judged, *, takes_good: bool) -> None:
    if judged.bad and not (takes_good and judged.groups):
        raise RowsRefused(
            (verdict.row.number, error) for verdict in judged.bad for error in verdict.errors
        )


def _lock(session: Session, identity: Identity, run_id: int) -> ImportRun:
    wanted = select(ImportRun).where(ImportRun.id == run_id).with_for_update()
    run = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if run is None or not is_own(identity, run.producer_id):
        raise NotFound
    return run


def _open_run(session: Session, identity: Identity, run_id: int) -> ImportRun:
    run = _lock(session, identity, run_id)
    if run.state != "CHECKED":
        raise ImportClosed
    return run
