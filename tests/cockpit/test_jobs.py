"""The page of jobs: what is late, what failed and why, trying it again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.cli.worker import Worker
from marketplace.cockpit.models import Snapshot
from marketplace.cockpit.rules.jobs import OTHER_REASON, WORDS, reason_words
from marketplace.jobs import list_jobs
from marketplace.outbox.commands import put
from marketplace.outbox.models import OutboxMessage, Schedule
from marketplace.outbox.rules import LONG_LEASE, Job
from tests.cockpit.conftest import Visit, Work
from tests.conftest import NOON, FrozenClock, settings_for
from tests.county import County

SECRET = "SMTPRecipientsRefused: {'wang@unit.example': (550, b'no such person')}"


def test_every_job_has_words_of_the_office(tmp_path) -> None:
    settings = settings_for(
        "sqlite://", tmp_path, stripe_secret_key="sk_test_x", stripe_webhook_secret="whsec_x"
    )
    assert set(list_jobs(settings)) == set(WORDS)


def test_a_stopped_worker_is_told_as_late(
    county: County, visit: Visit, work: Work, clock: FrozenClock
) -> None:
    work()
    assert "都在正常运行" in visit(county.auditor).see("/desk/jobs")
    assert "正常" in visit(county.auditor).see("/desk/")
    clock.advance(minutes=12)
    page = visit(county.auditor).see("/desk/jobs")
    assert "多半是后台程序停了" in page
    assert page.count(">晚了") > 5
    assert "项晚了" in visit(county.auditor).see("/desk/")
    work()
    assert "都在正常运行" in visit(county.auditor).see("/desk/jobs")


def test_a_worker_that_never_began_is_told(county: County, visit: Visit) -> None:
    assert "没有启动" in visit(county.operator).see("/desk/")
    assert "还没有启动过" in visit(county.operator).see("/desk/jobs")


def failing(job: str, error: Exception) -> dict[str, Job]:
    def fail(*_args) -> None:
        raise error

    from datetime import timedelta

    return {job: Job(fail, every=timedelta(minutes=5)), "mail.send": Job(fail)}


def test_a_turn_that_failed_says_why_without_names(
    app, session: Session, county: County, visit: Visit, clock: FrozenClock, worker: Worker
) -> None:
    error = TimeoutError("wang@unit.example did not answer")
    worker.give(failing("cockpit.stock", error))
    with app.app_context():
        assert worker.work()
    turn = session.get_one(Schedule, "cockpit.stock")
    assert (turn.failed_at, turn.done_at) == (NOON, None)
    assert turn.last_error is not None
    assert turn.last_error.startswith("TimeoutError")
    session.rollback()
    page = visit(county.operator).see("/desk/jobs")
    assert "没有及时应答" in page
    assert "wang" not in page


def test_a_message_that_failed_is_tried_again_by_an_operator(
    app, session: Session, county: County, visit: Visit, clock: FrozenClock, worker: Worker
) -> None:
    put(session, "mail.send", {"recipient": "wang@unit.example"}, effect_key="m:1", now=NOON)
    session.commit()
    worker.give(failing("x", TimeoutError("wang@unit.example")))
    with app.app_context():
        worker.work()
    message_id = session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.effect_key == "m:1")
    ).one()
    session.rollback()
    operator, auditor = visit(county.operator), visit(county.auditor)
    page = operator.see("/desk/jobs")
    assert "寄出邮件" in page
    assert "现在重试" in page
    assert "wang" not in page
    assert "现在重试" not in auditor.see("/desk/jobs")
    auditor.send(f"/desk/jobs/{message_id}/retry", 403)
    visit(county.buyer).send(f"/desk/jobs/{message_id}/retry", 403)
    clock.advance(seconds=1)
    operator.send(f"/desk/jobs/{message_id}/retry")
    message = session.get_one(OutboxMessage, message_id)
    assert message.not_before == clock.now
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "job.retried"))
    assert (entry.actor_id, entry.object_id) == (county.operator.person_id, str(message_id))


def test_what_did_not_fail_is_not_tried_again(
    session: Session, county: County, visit: Visit
) -> None:
    put(session, "mail.send", {}, effect_key="m:1", now=NOON)
    session.commit()
    (message_id,) = session.scalars(select(OutboxMessage.id)).all()
    session.rollback()
    operator = visit(county.operator)
    for number in (message_id, 999):
        assert "不用重试" in operator.send(f"/desk/jobs/{number}/retry", 409).text
    operator.send("/desk/jobs/0/retry", 409)
    for typed in ("-1", "1.5", "1e9", "x"):
        operator.send(f"/desk/jobs/{typed}/retry", 404)
    assert "寄出邮件" in operator.see("/desk/jobs?tab=waiting")


@pytest.mark.parametrize("query", ["?tab=x", "?page=-1", "?page=9999999", "?tab=%00&page=1.5"])
def test_nonsense_in_the_address_is_brought_to_a_page(
    county: County, visit: Visit, query: str
) -> None:
    visit(county.operator).see(f"/desk/jobs{query}")


def test_a_reason_is_told_by_its_kind_alone() -> None:
    assert "wang" not in reason_words(SECRET)
    assert reason_words("KeyError: 'wang'") == OTHER_REASON
    assert reason_words(None) == OTHER_REASON


def test_the_figures_are_counted_every_five_minutes_in_families(
    session: Session, county: County, work: Work, clock: FrozenClock
) -> None:
    work()
    assert set(session.scalars(select(Snapshot.made_at))) == {NOON}
    session.rollback()
    clock.advance(minutes=5)
    work()
    families = session.scalars(select(Snapshot.family).where(Snapshot.made_at == clock.now)).all()
    assert set(families) == {"waiting", "units", "villages", "stock", "matches"}


def test_a_family_that_cannot_be_counted_stops_no_other(
    app, session: Session, county: County, worker: Worker, work: Work
) -> None:
    broken = failing("cockpit.stock", RuntimeError("broken"))["cockpit.stock"]
    worker.give({**worker.jobs, "cockpit.stock": broken})
    work()
    families = set(session.scalars(select(Snapshot.family)))
    assert families == {"waiting", "units", "villages", "matches"}


def test_what_reads_all_books_keeps_its_message_for_longer(
    app, session: Session, clock: FrozenClock, worker: Worker
) -> None:
    """Another worker that comes after the usual minute does not begin it once more."""
    put(session, "slow", {}, effect_key="slow:1", now=NOON)
    session.commit()
    seen: list[object] = []

    def look(reading: Session, _payload, _now) -> dict:
        wanted = select(OutboxMessage.leased_until).where(OutboxMessage.effect_key == "slow:1")
        seen.append(reading.scalar(wanted))
        return {"answer": 42}

    def keep(_session: Session, payload, _now) -> None:
        seen.append(payload["answer"])

    worker.give({"slow": Job(keep, looks=look, lease=LONG_LEASE)})
    with app.app_context():
        assert worker.work()
    assert seen == [NOON + LONG_LEASE, 42]
