"""Test reports of batches, as laboratories wrote them."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.keeping import lock_batch
from marketplace.catalogue.models import BatchReport
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.core.identity import Identity
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS, GivenFile

MOST_REPORTS = 10
REPORT_KINDS = PHOTOGRAPHS | {"application/pdf"}


def add_report(
    session: Session,
    identity: Identity,
    batch_id: int,
    report: tuple[GivenFile | None, str, date],
    now: datetime,
) -> BatchReport:
    """A report (file, laboratory, day of the test) of a batch of the person's own producer."""
    file, laboratory, tested_on = report
    batch, _product_id = lock_batch(session, identity, batch_id)
    _check(report, batch.produced_on, day_of(now))
    assert file is not None
    mine = select(func.count()).where(BatchReport.batch_id == batch.id)
    if (session.scalar(mine) or 0) >= MOST_REPORTS:
        raise invalid("report", N_("一个批次最多 10 份检测报告。"))
    row = BatchReport(
        batch_id=batch.id,
        upload_id=keep(session, identity, file, REPORT_KINDS, now),
        laboratory=laboratory.strip(),
        tested_on=tested_on,
        added_by=identity.person_id,
        added_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="batch.report",
        object_kind="batch",
        object_id=batch.id,
        before=None,
        after={"laboratory": row.laboratory, "tested_on": tested_on.isoformat()},
    )
    return row


def _check(report: tuple[GivenFile | None, str, date], made_on: date, today: date) -> None:
    file, laboratory, tested_on = report
    checks = (
        ("report", N_("请选择检测报告的 PDF 或照片。"), file is not None),
        ("laboratory", N_("检测机构需要 1 到 80 个字。"), 0 < len(laboratory.strip()) <= 80),
        (
            "tested_on",
            N_("检测日期要在生产日期到今天之间。"),
            made_on <= tested_on <= today,
        ),
    )
    errors = [FieldError(field, words) for field, words, holds in checks if not holds]
    if errors:
        raise InvalidInput(*errors)
