"""The worker knows every job the shop asks for, and leaves nothing waiting."""

from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from marketplace.audit.queries import verify
from marketplace.cli.worker import Worker
from marketplace.jobs import list_jobs
from marketplace.ordering.commands.notify import NOTIFY_JOB
from marketplace.outbox.commands import MAIL_JOB
from marketplace.outbox.models import OutboxMessage, Schedule
from tests.conftest import settings_for
from tests.ordering.steps import completed


def test_every_job_that_is_asked_for_is_known(tmp_path):
    assert {MAIL_JOB, NOTIFY_JOB} <= set(list_jobs(settings_for("sqlite://", tmp_path)))


def test_after_an_order_was_completed_the_worker_leaves_nothing_waiting(
    app, engine, session, clock, tmp_path, county
):
    completed(session, county, county.wish((county.mushrooms, 20)))
    session.commit()
    jobs = list_jobs(settings_for(str(engine.url), tmp_path))
    worker = Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)
    with app.app_context():
        worker.begin()
        clock.advance(hours=1)
        for _ in range(200):
            if not worker.work():
                break
        else:
            raise AssertionError("the worker finds no end")
    waiting = select(OutboxMessage.job, OutboxMessage.last_error).where(
        OutboxMessage.done_at.is_(None)
    )
    assert session.execute(waiting).all() == []
    assert session.scalars(select(OutboxMessage.id)).all()
    assert session.scalars(select(Schedule.job).where(Schedule.next_at <= clock.now)).all() == []
    verdict = verify(session)
    assert (verdict.unsealed, verdict.broken) == (0, None)
    assert verdict.links > 0
