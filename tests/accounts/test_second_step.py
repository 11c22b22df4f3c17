"""The second step of logging in: enrolled, asked for, lost, taken away."""

import pytest
from sqlalchemy import select

from marketplace.accounts.commands.second_step import (
    CodeGiven,
    check_code,
    enrol_authenticator,
    reset_second_step,
)
from marketplace.accounts.models import Authenticator, Person, RecoveryCode, SignIn
from marketplace.accounts.rules.codes import WrongCode, new_secret
from marketplace.accounts.rules.second_step import AlreadyOpen, Way
from marketplace.accounts.rules.throttling import TooManyAttempts
from marketplace.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, enrol, is_known, log_in, send
from tests.accounts.phones import SEALER, Phone, check, enrol_on_page, enrol_with_phone, scan
from tests.conftest import NOON

PATH = "/account/security/authenticator"


def test_the_page_enrols_a_phone_and_shows_ten_codes_once(session, client, clock):
    enrol(session)
    log_in(client)
    phone = enrol_on_page(client, clock)
    assert len(set(phone.paper)) == 10
    page = client.get("/account/security").text
    assert phone.paper[0] not in page
    assert "还有 10 个没用过" in page


def test_the_secret_stands_sealed_in_the_database(session, clock):
    _person, phone = enrol_with_phone(session, clock)
    [held] = session.scalars(select(Authenticator)).all()
    assert phone.secret not in held.sealed_secret
    assert SEALER.open(held.sealed_secret) == phone.secret
    marks = session.scalars(select(RecoveryCode.code_mark)).all()
    assert not {code.replace("-", "") for code in phone.paper} & set(marks)


def test_after_the_password_comes_the_code_and_then_the_page_that_asked(session, client, clock):
    _person, phone = enrol_with_phone(session, clock)
    answer = log_in(client, next="/me")
    assert answer.headers["Location"] == "/login/code?next=/me"
    assert not is_known(client)
    answer = send(client, "/login/code", code=phone.next(), next="/me")
    assert answer.headers["Location"] == "/me"
    assert is_known(client)


def test_the_password_alone_opens_nothing(session, client, clock):
    enrol_with_phone(session, clock)
    log_in(client)
    for path in ("/me", "/account/security", "/account/confirm"):
        assert "/login" in client.get(path).headers["Location"]


def test_the_code_page_alone_leads_to_the_beginning(session, client):
    assert client.get("/login/code").headers["Location"] == "/login"
    assert send(client, "/login/code", code="123456").status_code == 401


@pytest.mark.parametrize(
    ("typed", "status"),
    [("12345", 422), ("1234567", 422), ("", 422), ("\x00" * 6, 422), ("x" * 10_000, 422),
     ("-1", 422), ("1.5", 422), ("1e9", 422), ("abcde-fghjk", 401)],
)  # fmt: skip
def test_a_bad_code_is_refused_beside_its_field(session, client, clock, typed, status):
    enrol_with_phone(session, clock)
    log_in(client)
    page = send(client, "/login/code", code=typed)
    assert page.status_code == status
    assert 'action="/login/code"' in page.text
    assert ('id="code-error"' in page.text) is (status == 422)
    assert not is_known(client)


def test_full_width_digits_are_digits(session, client, clock):
    _person, phone = enrol_with_phone(session, clock)
    log_in(client)
    typed = "".join(chr(ord(digit) + 0xFEE0) for digit in phone.next())
    assert send(client, "/login/code", code=typed).status_code == 302
    assert is_known(client)


def test_a_code_counts_once(session, app, clock):
    _person, phone = enrol_with_phone(session, clock)
    code = phone.next()
    here, there = app.test_client(), app.test_client()
    for client, status in ((here, 302), (there, 401)):
        log_in(client)
        assert send(client, "/login/code", code=code).status_code == status
    assert not is_known(there)


def test_the_code_of_enrolling_counts_no_more(session, clock):
    person, phone = enrol_with_phone(session, clock)
    assert check(session, person, phone.shows()) == "login.code_wrong"
    assert check(session, person, phone.shows(-1)) == "login.code_wrong"
    assert check(session, person, phone.shows(1)) == Way.CODE
    assert check(session, person, phone.shows(), clock.now) == "login.code_wrong"


def test_an_old_code_is_too_old(session, clock):
    person, phone = enrol_with_phone(session, clock)
    old = phone.next()
    clock.advance(seconds=61)
    assert check(session, person, old, clock.now) == "login.code_wrong"


def test_guesses_are_slowed_down_from_wherever_they_come(session, clock):
    person, phone = enrol_with_phone(session, clock)
    wrong = "000000" if phone.shows(1) != "000000" else "000001"
    for number in range(5):
        given = CodeGiven(wrong, f"198.51.100.{number}")
        with pytest.raises(WrongCode):
            check_code(session, person, given, clock.now, sealer=SEALER)
        session.commit()
    right = CodeGiven(phone.next(), "203.0.113.200")
    with pytest.raises(TooManyAttempts):
        check_code(session, person, right, NOON, sealer=SEALER)
    session.rollback()
    assert check_code(session, person, right, clock.now, sealer=SEALER) == Way.CODE


def test_a_guess_is_counted_and_told_to_the_owner(session, app, clock):
    _person, phone = enrol_with_phone(session, clock)
    thief, owner = app.test_client(), app.test_client()
    log_in(thief)
    statuses = [send(thief, "/login/code", code="abcde-fghjk").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    clock.advance(minutes=1)
    log_in(owner)
    send(owner, "/login/code", code=phone.next())
    assert "验证码不对" in owner.get("/account/security").text


@pytest.mark.parametrize("code", ["000000", "abcde-fghjk", "12345"])
def test_a_wrong_code_enrols_nothing_and_keeps_the_secret(session, client, clock, code):
    enrol(session)
    log_in(client)
    phone, sealed = scan(client, clock)
    page = send(client, PATH, secret=sealed, code=code)
    assert page.status_code == 422
    assert phone.secret in page.text.replace(" ", "")
    assert session.scalar(select(Authenticator.person_id)) is None


@pytest.mark.parametrize("sealed", ["", "x", "\x00", "密", "x" * 10_000])
def test_a_secret_that_the_page_did_not_make_is_refused(session, client, clock, sealed):
    enrol(session)
    log_in(client)
    assert send(client, PATH, secret=sealed, code="123456").status_code == 409


def test_a_secret_made_for_somebody_else_is_refused(session, app, clock):
    enrol(session)
    enrol(session, "li@example.org")
    wang, li = app.test_client(), app.test_client()
    log_in(wang)
    log_in(li, "li@example.org")
    phone, sealed = scan(li, clock)
    assert send(wang, PATH, secret=sealed, code=phone.shows()).status_code == 409


def test_a_second_phone_is_enrolled_after_the_first_was_taken_away(session, clock):
    person, _phone = enrol_with_phone(session, clock)
    other = Phone(clock, new_secret())
    with pytest.raises(AlreadyOpen):
        enrol_authenticator(session, person.id, other.secret, other.shows(), NOON, sealer=SEALER)


def test_a_second_click_on_enrol_changes_nothing(session, client, clock):
    enrol(session)
    log_in(client)
    phone, sealed = scan(client, clock)
    first = send(client, PATH, secret=sealed, code=phone.shows())
    second = send(client, PATH, secret=sealed, code=phone.shows())
    assert (first.status_code, second.status_code) == (200, 409)


@pytest.mark.parametrize(
    ("password", "code", "status"),
    [(PASSWORD, "right", 302), ("not the one", "right", 422), (PASSWORD, "000000", 401),
     (PASSWORD, "", 422)],
)  # fmt: skip
def test_taking_the_phone_away_needs_password_and_code(
    session, client, clock, password, code, status
):
    person, phone = enrol_with_phone(session, clock)
    log_in(client)
    send(client, "/login/code", code=phone.next())
    typed = phone.next() if code == "right" else code
    answer = send(client, f"{PATH}/remove", password=password, code=typed)
    assert answer.status_code == status
    session.expire_all()
    gone = session.get_one(Person, person.id).second_step_since is None
    assert gone is (status == 302)
    assert (session.scalar(select(RecoveryCode.id)) is None) is gone


def test_half_a_log_in_is_forgotten_after_ten_minutes(session, client, clock):
    _person, phone = enrol_with_phone(session, clock)
    log_in(client)
    clock.advance(minutes=10)
    assert send(client, "/login/code", code=phone.next()).status_code == 401
    assert not is_known(client)


def test_half_a_log_in_ends_with_the_password(session, client, clock):
    person, phone = enrol_with_phone(session, clock)
    log_in(client)
    session.get_one(Person, person.id).session_epoch += 1
    session.commit()
    assert send(client, "/login/code", code=phone.next()).status_code == 401


def test_whoever_lost_everything_is_let_in_by_the_administrator_with_a_trail(session, app, clock):
    person, phone = enrol_with_phone(session, clock)
    client = app.test_client()
    log_in(client)
    send(client, "/login/code", code=phone.next())
    reset_second_step(session, person.id, "came with an identity card", clock.now)
    session.commit()
    assert not is_known(client)
    log_in(client)
    assert is_known(client)
    trail = session.scalars(select(AuditEntry.action)).all()
    assert "second_step.reset" in trail


def test_the_trail_tells_of_second_steps_without_their_secrets(session, client, clock):
    enrol(session)
    log_in(client)
    phone = enrol_on_page(client, clock)
    entries = session.scalars(select(AuditEntry)).all()
    assert "second_step.authenticator_enrolled" in {one.action for one in entries}
    told = " ".join(f"{one.before}{one.after}" for one in entries)
    assert phone.secret not in told
    assert phone.paper[0] not in told


def test_each_attempt_stands_there_with_what_came_of_it(session, app, clock):
    _person, phone = enrol_with_phone(session, clock)
    client = app.test_client()
    send(client, "/login", login="wang@example.org", password="not the one")
    log_in(client)
    log_in(client)
    send(client, "/login/code", code=phone.next())
    session.commit()
    outcomes = session.scalars(select(SignIn.outcome).order_by(SignIn.id)).all()
    assert outcomes == ["WRONG_PASSWORD", "WAITS", "OPENED"]
