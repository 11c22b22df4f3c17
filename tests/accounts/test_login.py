"""Proving who one is: passwords, delays, tokens."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import (
    deactivate_person,
    forget_old,
    issue_token,
    log_in,
    log_out_everywhere,
    revoke_token,
)
from marketplace.accounts.models import AccessToken, LoginThrottle
from marketplace.accounts.rules import passwords
from marketplace.accounts.rules.throttling import TooManyAttempts, WrongCredentials
from marketplace.core.errors import InvalidInput
from tests.accounts.people import PASSWORD, bearer_of, claim, enrol
from tests.conftest import NOON


def attempt(session, now=NOON, **changes):
    """The name of the refusal that an attempt meets, or None for a success."""
    try:
        log_in(session, claim(**changes), now, session.commit)
    except (WrongCredentials, TooManyAttempts) as refusal:
        session.commit()
        return refusal.code
    session.commit()
    return None


def fail(session, times, now=NOON, **changes):
    return [attempt(session, now, password="wrong password", **changes) for _ in range(times)]


def test_the_right_password_opens(session):
    person = enrol(session)
    assert log_in(session, claim(login=" WANG@Example.org "), NOON, session.commit) == person


@pytest.mark.parametrize("login", ["wang@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_name_look_the_same(session, login):
    enrol(session)
    assert fail(session, 7, login=login) == ["login.wrong"] * 5 + ["login.throttled"] * 2


@pytest.mark.parametrize("login", ["wang@example.org", "nobody@example.org", "gone@example.org"])
def test_a_hash_is_computed_for_every_name(session, monkeypatch, login):
    enrol(session)
    gone = enrol(session, "gone@example.org")
    deactivate_person(session, gone.id, NOON, actor_id=None)
    session.commit()
    verified = []

    class Counting:
        def verify(self, *given):
            verified.append(given)
            return hasher.verify(*given)

        def hash(self, password):
            return hasher.hash(password)

    hasher = passwords._Cost.hasher
    monkeypatch.setattr(passwords._Cost, "hasher", Counting())
    assert fail(session, 1, login=login) == ["login.wrong"]
    assert len(verified) == 1


def test_whoever_waited_may_try_again_and_waits_longer_the_next_time(session, clock):
    enrol(session)
    fail(session, 5)
    with pytest.raises(TooManyAttempts) as refusal:
        log_in(session, claim(), clock.now, session.commit)
    session.rollback()
    assert refusal.value.headers == {"Retry-After": "30"}
    clock.advance(seconds=30)
    assert fail(session, 2, clock.now) == ["login.wrong", "login.throttled"]
    clock.advance(seconds=59)
    assert attempt(session, clock.now) == "login.throttled"
    clock.advance(seconds=1)
    assert attempt(session, clock.now) is None


def test_nobody_waits_longer_than_a_quarter_of_an_hour(session, clock):
    enrol(session)
    for _ in range(30):
        attempt(session, clock.now, password="wrong password")
        clock.advance(minutes=15)
    assert attempt(session, clock.now) is None


def test_a_victim_logs_in_from_elsewhere_while_someone_guesses(session):
    enrol(session)
    assert fail(session, 40, address="198.51.100.1")[-1] == "login.throttled"
    assert attempt(session, address="203.0.113.7") is None


def test_one_address_cannot_try_many_names(session):
    person = enrol(session)
    answers = [
        attempt(session, login=f"name{number}@example.org", password="wrong password")
        for number in range(70)
    ]
    assert answers.count("login.wrong") == 60
    assert attempt(session) == "login.throttled"
    assert attempt(session, address="203.0.113.99") is None
    assert person.id


def test_ones_own_account_gives_no_free_guesses_at_others(session):
    enrol(session)
    enrol(session, "own@example.org")
    answers = []
    for number in range(80):
        answers += fail(session, 1, login=f"name{number}@example.org")
        attempt(session, login="own@example.org")
    assert "login.throttled" in answers


def test_success_forgets_earlier_slips(session):
    enrol(session)
    for _ in range(5):
        fail(session, 4)
        assert attempt(session) is None


def test_an_hour_of_silence_forgets_everything(session, clock):
    enrol(session)
    fail(session, 5)
    clock.advance(hours=1)
    assert fail(session, 5, clock.now) == ["login.wrong"] * 5


def test_no_transaction_is_open_while_the_hash_runs(session, monkeypatch):
    enrol(session)
    open_transactions = []

    def look(*_given):
        open_transactions.append(session.in_transaction())
        return True

    monkeypatch.setattr(passwords, "matches", look)
    log_in(session, claim(), NOON, session.commit)
    assert open_transactions == [False]


def test_guesses_sent_at_once_are_counted_one_by_one(session, engine):
    enrol(session)
    answers, start = [], Barrier(12)

    def guess():
        with Session(engine, expire_on_commit=False) as own:
            start.wait()
            answers.extend(fail(own, 1))

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["login.throttled"] * 7 + ["login.wrong"] * 5


@pytest.mark.parametrize(
    "changes", [{"login": "a\x00"}, {"password": "a\x00"}, {"password": "x" * 10_000}]
)
def test_what_cannot_be_a_login_is_refused_by_its_field(session, changes):
    with pytest.raises(InvalidInput) as refusal:
        log_in(session, claim(**changes), NOON, session.commit)
    assert refusal.value.errors[0].field in changes


def test_a_demonstration_login_is_nobody_in_production(session):
    enrol(session, "buyer@demo")
    here, there = claim("buyer@demo"), type(claim())("buyer@demo", PASSWORD, None, False)
    assert log_in(session, here, NOON, session.commit).login == "buyer@demo"
    with pytest.raises(WrongCredentials):
        log_in(session, there, NOON, session.commit)


def test_a_token_stands_for_its_person_for_thirty_days(session):
    person = enrol(session)
    issued = issue_token(session, claim(), NOON, session.commit)
    session.commit()
    identity = bearer_of(session, issued.token, NOON)
    assert identity is not None
    assert identity.person_id == person.id
    assert issued.expires_at == NOON + timedelta(days=30)
    assert bearer_of(session, issued.token, issued.expires_at) is None
    assert issued.token not in str(session.execute(select(AccessToken.token_hash)).all())


@pytest.mark.parametrize("token", ["", "unknown", "\x00", "\ud800", "令牌"])
def test_an_unknown_token_stands_for_nobody(session, token):
    assert bearer_of(session, token, NOON) is None


def test_a_token_ends_when_it_is_revoked_or_its_person_logs_out_everywhere(session):
    person = enrol(session)
    first, second = (issue_token(session, claim(), NOON, session.commit) for _ in range(2))
    revoke_token(session, first.token, NOON)
    revoke_token(session, first.token, NOON)
    assert bearer_of(session, first.token, NOON) is None
    assert bearer_of(session, second.token, NOON) is not None
    log_out_everywhere(session, person.id)
    assert bearer_of(session, second.token, NOON) is None


def test_what_is_spent_is_forgotten_after_a_while(session):
    enrol(session)
    fail(session, 1, login="nobody@example.org")
    issue_token(session, claim(), NOON, session.commit)
    forget_old(session, NOON)
    assert session.scalar(select(func.count()).select_from(LoginThrottle)) == 2
    forget_old(session, NOON + timedelta(days=40))
    assert session.scalar(select(func.count()).select_from(LoginThrottle)) == 0
    assert session.scalar(select(func.count()).select_from(AccessToken)) == 0
