"""Where one is logged in, and ending it from somewhere else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from marketplace.accounts.commands import issue_token
from marketplace.accounts.commands.login import create_token, forget_old
from marketplace.accounts.models import LoginSession, Person, SignIn
from marketplace.web import db
from tests.accounts.people import claim, enrol, is_known, log_in, send
from tests.conftest import NOON

PAGE = "/account/security"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sessions(session):
    session.rollback()
    found = session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    session.expunge_all()
    session.rollback()
    return found


def test_logging_in_makes_a_new_session_each_time(session, client):
    enrol(session)
    log_in(client)
    first = client.get_cookie("session")
    log_in(client)
    held = sessions(session)
    assert [one.ended_at is None for one in held] == [False, True]
    assert first is not None
    client.set_cookie("session", first.value)
    assert not is_known(client)


def test_a_key_from_before_logging_in_opens_nothing_afterwards(session, client, app):
    """Whoever fixes a cookie on somebody's browser does not know the key it has later."""
    enrol(session)
    client.get("/password/forgotten")
    fixed = client.get_cookie("session")
    log_in(client)
    thief = app.test_client()
    assert fixed is not None
    thief.set_cookie("session", fixed.value)
    assert not is_known(thief)


def test_the_database_holds_no_key_that_opens(session, client):
    enrol(session)
    log_in(client)
    with client.session_transaction() as cookie:
        key = cookie["_user_id"].partition(".")[2]
    [held] = sessions(session)
    assert key not in (held.key_hash, str(held.id))


def test_the_page_says_where_one_is_logged_in(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    token = send(there, "/login", login="x", password="y" * 12)
    assert token.status_code == 401
    there.environ_base = {**there.environ_base, "HTTP_USER_AGENT": FIREFOX}
    there.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    log_in(there)
    page = here.get(PAGE).text
    assert "Firefox · Linux" in page
    assert "203.0.113.0/24" in page
    assert "203.0.113.7" not in page
    assert page.count("这里</span>") == 1


def test_one_session_is_ended_from_another_at_once(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    log_in(there)
    other = sessions(session)[1].id
    assert send(here, f"{PAGE}/sessions/{other}/end").status_code == 302
    assert (is_known(here), is_known(there)) == (True, False)
    assert send(here, f"{PAGE}/sessions/{other}/end").status_code == 302


def test_ending_ones_own_session_logs_out_here(session, client):
    enrol(session)
    log_in(client)
    own = sessions(session)[0].id
    send(client, f"{PAGE}/sessions/{own}/end")
    assert not is_known(client)


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "1e9", "99999999999999999999"])
def test_a_session_that_is_not_there_is_not_found(session, client, number):
    enrol(session)
    log_in(client)
    assert send(client, f"{PAGE}/sessions/{number}/end").status_code == 404


def test_somebody_elses_session_is_not_found(session, app):
    enrol(session)
    enrol(session, "li@example.org")
    wang, li = app.test_client(), app.test_client()
    log_in(wang)
    log_in(li, "li@example.org")
    theirs = sessions(session)[1].id
    assert send(wang, f"{PAGE}/sessions/{theirs}/end").status_code == 404
    assert is_known(li)


def test_all_others_end_at_once_with_the_tokens(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    log_in(there)
    token = issue_token(session, claim(), NOON, session.commit).token
    session.commit()
    header = {"Authorization": f"Bearer {token}"}
    assert here.get("/api/v1/me", headers=header).status_code == 200
    send(here, f"{PAGE}/sessions/end-others")
    assert (is_known(here), is_known(there)) == (True, False)
    assert here.get("/api/v1/me", headers=header).status_code == 401


def test_one_token_is_ended_by_its_owner_alone(session, app):
    person = enrol(session)
    enrol(session, "li@example.org")
    token = create_token(session, person, NOON).token
    session.commit()
    wang, li = app.test_client(), app.test_client()
    log_in(wang)
    log_in(li, "li@example.org")
    found = re.search(rf"{PAGE}/tokens/([0-9a-f]+)/end", wang.get(PAGE).text)
    assert found is not None
    path, header = found[0], {"Authorization": f"Bearer {token}"}
    assert send(li, path).status_code == 404
    assert wang.get("/api/v1/me", headers=header).status_code == 200
    assert send(wang, path).status_code == 302
    assert wang.get("/api/v1/me", headers=header).status_code == 401
    assert send(wang, path).status_code == 404


@pytest.mark.parametrize("mark", ["x", "%00", "a" * 2000, "%25"])
def test_a_token_that_is_not_there_is_not_found(session, client, mark):
    enrol(session)
    log_in(client)
    assert send(client, f"{PAGE}/tokens/{mark}/end").status_code == 404


def test_somebody_is_seen_at_most_every_five_minutes(session, client, clock):
    enrol(session)
    log_in(client)
    for minutes, seen in ((4, 0), (2, 6), (4, 6), (1, 11)):
        clock.advance(minutes=minutes)
        client.get("/me")
        assert sessions(session)[0].last_seen_at == NOON + timedelta(minutes=seen)


def test_whoever_does_not_come_back_in_fourteen_days_is_out(session, client, clock):
    enrol(session)
    log_in(client)
    clock.advance(days=13)
    assert is_known(client)
    clock.advance(days=13)
    assert is_known(client)
    clock.advance(days=14)
    assert not is_known(client)


def test_whoever_comes_back_each_day_logs_in_anew_after_thirty_days(session, client, clock):
    enrol(session)
    log_in(client)
    for _ in range(29):
        clock.advance(days=1)
        assert is_known(client)
    clock.advance(days=1)
    assert not is_known(client)


def test_what_one_does_not_know_is_ended_by_whoever_proves_who_they_are(
    session, client, app, clock
):
    enrol(session)
    log_in(app.test_client())
    log_in(client)
    clock.advance(minutes=10)
    [there, _here] = sessions(session)
    for path in (f"sessions/{there.id}/end", "sessions/end-others"):
        assert send(client, f"{PAGE}/{path}").status_code == 403
    assert [one.ended_at for one in sessions(session)] == [None, None]


def test_a_page_costs_one_read_of_the_session(session, client, app):
    """Who somebody is, is kept; whether they still sit there is asked, by keys alone."""
    enrol(session)
    log_in(client)
    client.get("/password/forgotten")
    asked = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if "FROM person" in statement or "login_session" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get("/password/forgotten").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1
    assert "FROM login_session" in asked[0]


def test_sessions_and_sign_ins_are_removed_after_ninety_days(session, client, clock):
    enrol(session)
    log_in(client)
    forget_old(session, NOON + timedelta(days=89))
    assert session.scalar(select(func.count()).select_from(LoginSession)) == 1
    forget_old(session, NOON + timedelta(days=91))
    for table in (LoginSession, SignIn):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_attempt_at_an_unknown_name_is_noted_nowhere(session, client):
    enrol(session)
    send(client, "/login", login="nobody@example.org", password="not the one")
    session.commit()
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_changing_the_password_of_two_steps_is_confirmed_by_a_code(session, client, clock):
    person = enrol(session)
    log_in(client)
    session.get_one(Person, person.id).second_step_since = NOON
    session.commit()
    clock.advance(minutes=11)
    new = "another few plain words"
    fields = {"old_password": "four unrelated words", "new_password": new}
    answer = send(client, "/me/password", **fields, new_password_again=new)
    assert answer.status_code == 403
    assert new not in answer.text
