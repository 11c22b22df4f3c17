"""What a file or a month left undone when the process died, the worker does."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs import list_jobs
from marketplace.outbox.models import OutboxMessage
from marketplace.payments.commands import import_statement
from marketplace.payments.commands.settle import FREEZE_JOB
from marketplace.payments.commands.statements import MATCH_JOB
from marketplace.payments.models import BankLine, Settlement
from marketplace.reports.queries import reconcile
from tests.conftest import settings_for
from tests.county import START, County
from tests.payments.bank import plain_file
from tests.payments.settling import IN_DECEMBER, NOVEMBER, sold
from tests.payments.test_transfers import asked, yuan


def test_lines_that_nobody_matched_are_matched_by_the_worker(
    session: Session, tmp_path: Path, county: County
):
    _purchase, payment = asked(session, county)
    line = ("2026-11-20", "B1", yuan(payment.amount_fen), "", "", payment.remittance_code)
    import_statement(session, county.cashier, plain_file(line), START)
    session.commit()
    job = list_jobs(settings_for("sqlite://", tmp_path))[MATCH_JOB]
    left = session.scalars(select(OutboxMessage).where(OutboxMessage.job == MATCH_JOB)).all()
    for message in [*left, *left]:
        job.effect(session, message.payload, START)
        session.commit()
    assert session.scalars(select(BankLine.state)).all() == ["MATCHED"]
    assert reconcile(session) == []


def test_producers_that_were_left_are_settled_by_the_worker_once(
    session: Session, tmp_path: Path, county: County
):
    sold(session, county)
    job = list_jobs(settings_for("sqlite://", tmp_path))[FREEZE_JOB]
    asked_for = {
        "producer_id": county.producer_id,
        "period": NOVEMBER,
        "person_id": county.cashier.person_id,
    }
    for _ in range(2):
        job.effect(session, asked_for, IN_DECEMBER)
        session.commit()
    assert len(session.scalars(select(Settlement)).all()) == 1
    assert reconcile(session) == []
