"""Reports of sales: kept and checked, then written; told again, they change nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.selling import hold_outlet
from marketplace.catalogue.queries.sold import get_outlet
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.core.sheets import CellError
from marketplace.outlets.commands.writing import write_receipts
from marketplace.outlets.models import OutletReport
from marketplace.outlets.queries.judging import BAD, KNOWN, NEW, Judged, Scope, batch_ids_in, judge
from marketplace.outlets.queries.reports import visible_report
from marketplace.outlets.rules import ReceiptsRefused, ReportState, may_report, sells_for

Rows = Sequence[Sequence[str]]


def cell_of_a_file(row: int, column: str) -> str:
    return f"rows.{row}.{column}"


@dataclass(frozen=True)
class Told:
    """What was handed in: by which way, under which name, and its rows behind their numbers."""

    source: str
    name: str
    rows: Rows
    # What a column of a row is called where it came from.
    field_of: Callable[[int, str], str] = cell_of_a_file


def hand_in(
    session: Session, identity: Identity, outlet_id: int, told: Told, now: datetime
) -> OutletReport:
    """Keeps a table and writes nothing. The same content again is the same report.

    Raises NotFound, Forbidden.
    """
    get_outlet(session, outlet_id)
    if not may_report(identity):
        raise Forbidden
    hold_outlet(session, outlet_id, [])
    return _keep(session, identity, outlet_id, told, now)


def write_report(
    session: Session, identity: Identity, report_id: int, now: datetime, *, takes_good: bool
) -> Judged:
    """Counts what is new of a report: all of it, or its good receipts where only they are
    wanted. Raises NotFound, Forbidden, ReceiptsRefused."""
    report = visible_report(session, identity, report_id)
    if not may_report(identity):
        raise Forbidden
    hold_outlet(session, report.outlet_id, batch_ids_in(session, report.rows))
    told = Told(report.source, report.name, report.rows)
    return _write(session, identity, report, told, now, takes_good=takes_good)


def report_now(
    session: Session, identity: Identity, outlet_id: int, told: Told, now: datetime
) -> tuple[OutletReport, Judged]:
    """Keeps and counts at once, all or nothing: for programs, and for a receipt that is typed.

    Raises NotFound, Forbidden, ReceiptsRefused.
    """
    get_outlet(session, outlet_id)
    if not may_report(identity):
        raise Forbidden
    hold_outlet(session, outlet_id, batch_ids_in(session, told.rows))
    report = _keep(session, identity, outlet_id, told, now)
    return report, _write(session, identity, report, told, now, takes_good=False)


def _keep(
    session: Session, identity: Identity, outlet_id: int, told: Told, now: datetime
) -> OutletReport:
    """Whoever calls holds the outlet: two uploads at once find each other."""
    mine = sells_for(identity)
    producer_id = min(mine) if mine else None
    sha256 = _mark(producer_id, told.rows)
    known = session.scalar(
        select(OutletReport).where(
            OutletReport.outlet_id == outlet_id, OutletReport.sha256 == sha256
        )
    )
    if known is not None:
        return known
    report = OutletReport(
        outlet_id=outlet_id,
        producer_id=producer_id,
        source=told.source,
        name=told.name[:120],
        sha256=sha256,
        state=ReportState.CHECKED,
        rows=[list(row) for row in told.rows],
        reported_by=identity.person_id,
        reported_at=now,
    )
    session.add(report)
    session.flush()
    return report


def _mark(producer_id: int | None, rows: Rows) -> str:
    """The content, without the numbers of its rows, and whose hands it came from."""
    content = json.dumps([producer_id or 0, [list(row[1:]) for row in rows]], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _write(
    session: Session,
    identity: Identity,
    report: OutletReport,
    told: Told,
    now: datetime,
    *,
    takes_good: bool,
) -> Judged:
    scope = Scope(report.outlet_id, sells_for(identity), day_of(now))
    judged = judge(session, scope, told.rows)
    bad, new = judged.of(BAD), judged.of(NEW)
    if bad and not takes_good:
        raise ReceiptsRefused(_errors(judged, told))
    write_receipts(session, identity, report, new, now)
    report.state = ReportState.PARTLY if bad else ReportState.WRITTEN
    if judged.days:
        report.first_day, report.last_day = min(judged.days), max(judged.days)
    session.flush()
    if new:
        _record(session, identity, report, judged, now)
    return judged


def _errors(judged: Judged, told: Told) -> list[tuple[str, CellError]]:
    return [
        (told.field_of(row, error.column), error)
        for verdict in judged.of(BAD)
        for row, error in verdict.errors
    ]


def _record(
    session: Session, identity: Identity, report: OutletReport, judged: Judged, now: datetime
) -> None:
    new = judged.of(NEW)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="outlet.reported",
        object_kind="outlet_report",
        object_id=report.id,
        before=None,
        after={
            "outlet_id": report.outlet_id,
            "source": report.source,
            "receipts": len(new),
            "goods_fen": sum(one.goods_fen for one in new),
            "known": len(judged.of(KNOWN)),
            "bad": len(judged.of(BAD)),
        },
    )
