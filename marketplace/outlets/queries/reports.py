"""Reports as those who handed them in, and the operations centre, see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.outlets.models import OutletReceipt, OutletReport

MOST_REPORTS = 30


@dataclass(frozen=True)
class ReportRow:
    """A report as lists show it."""

    id: int
    source: str
    name: str
    state: str
    first_day: date | None
    last_day: date | None
    who: str
    reported_at: datetime
    receipts: int
    goods_fen: int


def list_reports(session: Session, identity: Identity, outlet_id: int) -> Sequence[ReportRow]:
    """The latest reports of an outlet that this person may see."""
    report = OutletReport
    mine = report.producer_id.in_(identity.organisations(OrganisationKind.PRODUCER))
    rows = session.execute(
        select(
            report.id,
            report.source,
            report.name,
            report.state,
            report.first_day,
            report.last_day,
            PERSON_NAMES.c.name,
            report.reported_at,
            func.count(OutletReceipt.id),
            func.coalesce(func.sum(OutletReceipt.goods_fen), 0),
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == report.reported_by)
        .outerjoin(OutletReceipt, OutletReceipt.report_id == report.id)
        .where(report.outlet_id == outlet_id, true() if identity.is_in_centre() else mine)
        .group_by(report.id, PERSON_NAMES.c.name)
        .order_by(report.id.desc())
        .limit(MOST_REPORTS)
    )
    return [ReportRow(*row) for row in rows]


def visible_report(session: Session, identity: Identity, report_id: int) -> OutletReport:
    """A report. Raises NotFound for whoever neither handed it in nor is in the centre."""
    report = session.get(OutletReport, report_id, populate_existing=True)
    if report is None or not _sees(identity, report.producer_id):
        raise NotFound
    return report


def _sees(identity: Identity, producer_id: int | None) -> bool:
    if identity.is_in_centre():
        return True
    return producer_id in identity.organisations(OrganisationKind.PRODUCER)
