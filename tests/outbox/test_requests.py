"""An Idempotency-Key has one effect, however often and however simultaneously it is sent."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.outbox.commands import answer_once, put
from marketplace.outbox.models import OutboxMessage
from marketplace.outbox.rules import KeyMismatch, RememberedAnswer, fingerprint_of
from tests.conftest import NOON

ASKED = (1, "key-1", "a" * 64)


def giving(session: Session, mark: str) -> Callable[[], RememberedAnswer]:
    def give() -> RememberedAnswer:
        put(session, "test", {}, effect_key=mark, now=NOON)
        return RememberedAnswer(201, mark)

    return give


def count_effects(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_a_second_request_gets_the_first_answer_and_has_no_effect(session):
    first = answer_once(session, ASKED, NOON, giving(session, "first"))
    session.commit()
    again = answer_once(session, ASKED, NOON, giving(session, "second"))
    assert first == again == RememberedAnswer(201, "first")
    assert count_effects(session) == 1


def test_another_body_under_the_same_key_is_refused(session):
    answer_once(session, ASKED, NOON, giving(session, "first"))
    with pytest.raises(KeyMismatch):
        answer_once(session, (1, "key-1", "b" * 64), NOON, giving(session, "second"))


def test_people_do_not_share_keys(session):
    answer_once(session, ASKED, NOON, giving(session, "first"))
    other = answer_once(session, (2, "key-1", "b" * 64), NOON, giving(session, "second"))
    assert other.body == "second"


def test_a_request_that_failed_leaves_its_key_free(session):
    def refuse() -> RememberedAnswer:
        raise KeyMismatch

    with pytest.raises(KeyMismatch):
        answer_once(session, ASKED, NOON, refuse)
    session.rollback()
    assert answer_once(session, ASKED, NOON, giving(session, "later")).body == "later"


def test_thirty_simultaneous_requests_have_one_effect_and_one_answer(engine):
    barrier, answers = Barrier(30), list[RememberedAnswer]()

    def ask(mark: str) -> None:
        with Session(engine) as session:
            barrier.wait(30)
            answers.append(answer_once(session, ASKED, NOON, giving(session, mark)))
            session.commit()

    threads = [Thread(target=ask, args=(f"effect-{number}",)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 30
    assert len(set(answers)) == 1
    with Session(engine) as session:
        assert session.scalars(select(OutboxMessage.effect_key)).all() == [answers[0].body]


def test_the_fingerprint_tells_method_path_and_body_apart():
    asked = [("POST", "/a", b"x"), ("PUT", "/a", b"x"), ("POST", "/b", b"x"), ("POST", "/a", b"y")]
    assert len({fingerprint_of(*parts) for parts in asked}) == 4
