"""Changing a password, and setting a forgotten one by a link."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.accounts.commands import (
    PasswordChange,
    ResetRequest,
    change_password,
    issue_token,
    log_in,
    put_reset_letter,
    reset_password,
)
from marketplace.accounts.commands.passwords import LinkSpent
from marketplace.accounts.models import PasswordReset
from marketplace.accounts.queries import find_open_reset
from marketplace.accounts.rules.throttling import TooManyAttempts, WrongCredentials
from marketplace.core.errors import InvalidInput
from marketplace.outbox.models import OutboxMessage
from tests.accounts.people import ADDRESS, PASSWORD, bearer_of, claim, enrol
from tests.conftest import NOON

NEW = "another few plain words"


def ask(session, login="wang@example.org", now=NOON):
    put_reset_letter(session, ResetRequest(login, ADDRESS, lambda token: ("重设", token)), now)
    session.commit()


def letters(session):
    jobs = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [(job.job, job.payload["recipient"], job.payload["body"]) for job in jobs]


def test_a_new_password_takes_the_place_of_the_old_one(session):
    enrol(session)
    change_password(session, PasswordChange(claim(), NEW), NOON, session.commit)
    session.commit()
    assert log_in(session, claim(password=NEW), NOON, session.commit)
    with pytest.raises(WrongCredentials):
        log_in(session, claim(), NOON, session.commit)


def test_a_new_password_ends_every_session_and_token(session):
    person = enrol(session)
    issued = issue_token(session, claim(), NOON, session.commit)
    changed = change_password(session, PasswordChange(claim(), NEW), NOON, session.commit)
    assert changed.session_epoch == 1
    assert person.session_epoch == 1
    assert bearer_of(session, issued.token, NOON) is None


def test_a_wrong_old_password_is_named_and_counted(session):
    enrol(session)
    wrong = PasswordChange(claim(password="not the one"), NEW)
    for _ in range(5):
        with pytest.raises(InvalidInput) as refusal:
            change_password(session, wrong, NOON, session.commit)
        assert refusal.value.errors[0].field == "old_password"
    with pytest.raises(TooManyAttempts):
        change_password(session, replace(wrong, old=claim()), NOON, session.commit)


def test_a_new_password_that_is_too_easy_is_refused_before_anything_is_counted(session):
    enrol(session)
    for _ in range(9):
        with pytest.raises(InvalidInput) as refusal:
            change_password(session, PasswordChange(claim(), "short"), NOON, session.commit)
        assert refusal.value.errors[0].field == "new_password"


def test_a_link_sets_a_password_once(session):
    enrol(session)
    ask(session)
    [(job, recipient, token)] = letters(session)
    assert (job, recipient) == ("mail.send", "wang@example.org")
    reset_password(session, (token, NEW), NOON, session.commit)
    session.commit()
    assert log_in(session, claim(password=NEW), NOON, session.commit)
    with pytest.raises(LinkSpent):
        reset_password(session, (token, PASSWORD), NOON, session.commit)


def test_of_two_who_use_a_link_at_once_one_succeeds(session):
    person = enrol(session)
    ask(session)
    token = letters(session)[0][2]

    def someone_quicker():
        session.commit()
        if person.session_epoch == 0:
            reset_password(session, (token, NEW), NOON, session.commit)
            session.commit()
            session.refresh(person)

    with pytest.raises(LinkSpent):
        reset_password(session, (token, PASSWORD + "!"), NOON, someone_quicker)
    assert person.session_epoch == 1


def test_a_link_is_good_for_an_hour(session, clock):
    enrol(session)
    ask(session)
    token = letters(session)[0][2]
    clock.advance(minutes=59)
    assert find_open_reset(session, token, clock.now) is not None
    clock.advance(minutes=1)
    assert find_open_reset(session, token, clock.now) is None


def test_only_the_hash_of_a_link_is_kept(session):
    enrol(session)
    ask(session)
    token = letters(session)[0][2]
    assert token not in str(session.execute(select(PasswordReset.token_hash)).all())


def test_one_password_set_spends_every_other_link(session, clock):
    enrol(session)
    ask(session)
    clock.advance(minutes=6)
    ask(session, now=clock.now)
    first, second = (letter[2] for letter in letters(session))
    reset_password(session, (second, NEW), clock.now, session.commit)
    session.commit()
    assert find_open_reset(session, first, clock.now) is None


def test_a_mailbox_is_not_filled_by_strangers(session):
    enrol(session)
    for _ in range(4):
        ask(session)
    assert len(letters(session)) == 1


def test_asking_too_often_is_slowed_down(session):
    for _ in range(5):
        ask(session, "nobody@example.org")
    with pytest.raises(TooManyAttempts):
        ask(session, "nobody@example.org")


@pytest.mark.parametrize("login", ["nobody@example.org", "buyer@demo", "wang"])
def test_nobody_is_written_to_who_cannot_be(session, login):
    enrol(session, "buyer@demo")
    enrol(session, "wang")
    ask(session, login)
    assert letters(session) == []
