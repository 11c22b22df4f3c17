"""A message is asked for once, taken by one worker, and done once."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.outbox.commands import (
    claim,
    finish,
    forget_old,
    postpone,
    put,
    put_all,
    see_worker,
    take,
)
from marketplace.outbox.models import IdempotentRequest, OutboxMessage, WorkerSeen
from marketplace.outbox.queries import count_failing, count_waiting, is_worker_seen, oldest_wait
from marketplace.outbox.rules import LEASE, delay_after
from tests.conftest import NOON

A_SECOND = timedelta(seconds=1)


def ask(session: Session, key: str = "k", **changes: object) -> bool:
    made = put(session, "test", {"n": 1}, effect_key=key, now=NOON, **changes)  # type: ignore[arg-type]
    session.commit()
    return made


def test_the_same_effect_asked_for_twice_is_one_message(session):
    assert ask(session) is True
    assert ask(session) is False
    assert count_waiting(session) == 1


def test_the_next_one_is_found_without_sorting_all_that_wait(session):
    put_all(session, "test", {f"k{n}": {} for n in range(500)}, now=NOON)
    session.commit()
    asked: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    take(session, NOON)
    event.remove(connection, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    postgresql = connection.dialect.name == "postgresql"
    explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
    if postgresql:
        connection.exec_driver_sql("ANALYZE outbox_message")
    rows = connection.exec_driver_sql(explain + statement, parameters)
    plan = "\n".join(str(row[-1]) for row in rows)
    assert "ix_outbox_message_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_nothing_to_ask_for_is_no_message(session):
    assert put_all(session, "test", {}, now=NOON) == set()
    session.commit()
    assert count_waiting(session) == 0


def test_a_message_lasts_only_with_the_transaction_that_asked_for_it(session):
    put(session, "test", {}, effect_key="k", now=NOON)
    session.rollback()
    assert count_waiting(session) == 0


def test_the_message_due_longest_comes_first(session):
    ask(session, "late", not_before=NOON + A_SECOND)
    ask(session, "early")
    first = take(session, NOON + LEASE)
    assert first is not None
    assert (first.effect_key, first.payload) == ("early", {"n": 1})


def test_a_message_waits_until_its_time(session):
    ask(session, not_before=NOON + A_SECOND)
    assert take(session, NOON) is None
    assert take(session, NOON + A_SECOND) is not None


def test_a_leased_message_is_taken_over_only_when_its_lease_has_ended(session):
    ask(session)
    first = take(session, NOON)
    assert take(session, NOON + LEASE - A_SECOND) is None
    second = take(session, NOON + LEASE)
    assert first is not None
    assert second is not None
    assert not claim(session, first)
    assert claim(session, second)


def test_a_done_message_is_never_taken_again_and_forgets_what_it_said(session):
    ask(session)
    message = take(session, NOON)
    assert message is not None
    finish(session, message, NOON)
    session.commit()
    assert take(session, NOON + timedelta(days=1)) is None
    assert ask(session) is False
    row = session.scalars(select(OutboxMessage)).one()
    assert (row.payload, row.done_at, row.lease) == ({}, NOON, None)


def test_a_failed_message_waits_longer_each_time_and_keeps_the_reason(session):
    ask(session)
    now = NOON
    for attempts in (1, 2, 3):
        message = take(session, now)
        assert message is not None
        postpone(session, message, "ValueError: no", now)
        assert take(session, now + delay_after(attempts) - A_SECOND) is None
        now += delay_after(attempts)
    row = session.scalars(select(OutboxMessage)).one()
    assert (row.attempts, row.last_error) == (3, "ValueError: no")
    assert count_failing(session) == 1
    assert oldest_wait(session, now + A_SECOND) == A_SECOND


def test_delays_double_up_to_six_hours():
    seconds = [delay_after(attempts).total_seconds() for attempts in (1, 2, 3, 40, 4000)]
    assert seconds == [10, 20, 40, 21600, 21600]


def test_ten_workers_at_once_take_each_message_once(engine):
    with Session(engine) as session:
        for number in range(20):
            put(session, "test", {}, effect_key=str(number), now=NOON)
        session.commit()
    barrier, taken = Barrier(10), list[str]()

    def work() -> None:
        barrier.wait(30)
        while True:
            with Session(engine) as session, session.begin():
                message = take(session, NOON)
            if message is None:
                return
            taken.append(message.effect_key)

    threads = [Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


def test_old_answers_and_workers_that_left_are_forgotten(session):
    see_worker(session, "old", NOON - timedelta(days=2))
    see_worker(session, "here", NOON)
    see_worker(session, "here", NOON + A_SECOND)
    values = {"person_id": 1, "fingerprint": "", "status": 200, "body_sealed": ""}
    session.add(IdempotentRequest(key="old", at=NOON - timedelta(days=8), **values))
    session.add(IdempotentRequest(key="new", at=NOON - timedelta(days=6), **values))
    session.flush()
    forget_old(session, NOON)
    assert session.scalars(select(WorkerSeen.worker)).all() == ["here"]
    assert session.scalars(select(IdempotentRequest.key)).all() == ["new"]
    assert is_worker_seen(session, NOON + A_SECOND)
    assert not is_worker_seen(session, NOON + 2 * A_SECOND)
