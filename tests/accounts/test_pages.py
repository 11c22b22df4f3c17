"""The door, one's own page and the language, as a browser meets them."""

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.commands import Grant, deactivate_person, grant, issue_token
from marketplace.outbox.models import OutboxMessage
from marketplace.units.commands import NewUnit, create_unit
from tests.accounts.people import PASSWORD, claim, enrol, is_known, log_in, send
from tests.conftest import NOON

NEW = "another few plain words"
# It tells the second in which it was made.
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


def test_logging_in_leads_back_to_the_page_that_asked(session, client):
    enrol(session)
    asked = client.get("/me")
    assert asked.headers["Location"].startswith("/login?next=")
    answer = log_in(client, next="/me")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me")
    assert is_known(client)


@pytest.mark.parametrize(
    "next_page", ["//evil.example/", "https://evil.example", "/\\evil.example"]
)
def test_logging_in_never_leads_to_another_site(session, client, next_page):
    enrol(session)
    page = client.get("/login", query_string={"next": next_page}).text
    assert f'name="next" value="{next_page}"' not in page
    assert log_in(client, next=next_page).headers["Location"] == "/"


def test_whoever_is_logged_in_passes_the_door(session, client):
    enrol(session)
    log_in(client)
    assert client.get("/login?next=/me").headers["Location"] == "/me"
    assert client.get("/login?next=//evil.example").headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/login", "/logout", "/me/password", "/me/logout-everywhere"])
def test_a_form_without_its_token_is_refused(session, client, path):
    enrol(session)
    log_in(client)
    answer = client.post(path, data={"login": "wang@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert is_known(client)


def test_wrong_and_unknown_get_the_very_same_page(session, client):
    enrol(session)
    wrong = send(client, "/login", login="wang@example.org", password="not the one")
    unknown = send(client, "/login", login="none@example.org", password="not the one")
    assert wrong.status_code == unknown.status_code == 401
    assert "登录名或密码不对" in wrong.text
    same = [TOKEN.sub("", page.text.replace("none@", "wang@")) for page in (wrong, unknown)]
    assert same[0] == same[1]


def test_the_password_is_never_sent_back(session, client):
    enrol(session)
    page = send(client, "/login", login="wang@example.org", password="not-the-one-secret")
    assert 'value="wang@example.org"' in page.text
    assert "not-the-one-secret" not in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("login", "a\x00b"), ("login", "x" * 10_000), ("login", ""), ("password", "\x00" * 12),
     ("password", "x" * 10_000), ("password", "")],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_beside_its_field(client, field, value):
    page = send(client, "/login", **{"login": "wang", "password": PASSWORD, field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_too_many_attempts_are_told_how_long_to_wait(session, client, clock):
    enrol(session)
    for _ in range(5):
        send(client, "/login", login="wang@example.org", password="not the one")
    page = log_in(client)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "30")
    clock.advance(seconds=31)
    assert log_in(client).status_code == 302


def test_logging_out_forgets_this_browser_only(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    log_in(there)
    send(here, "/logout")
    assert (is_known(here), is_known(there)) == (False, True)


def test_logging_out_cannot_be_done_by_a_link(session, client):
    enrol(session)
    log_in(client)
    assert client.get("/logout").status_code == 405
    assert is_known(client)


def test_logging_out_everywhere_forgets_every_browser(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    log_in(there)
    send(here, "/me/logout-everywhere")
    assert (is_known(here), is_known(there)) == (False, False)


def test_a_stolen_cookie_is_worthless_after_logging_out_everywhere(session, app):
    enrol(session)
    here, thief = app.test_client(), app.test_client()
    log_in(here)
    cookie = here.get_cookie("session")
    assert cookie is not None
    send(here, "/me/logout-everywhere")
    thief.set_cookie("session", cookie.value)
    assert not is_known(thief)


def test_whoever_is_deactivated_is_out_at_once(session, client):
    person = enrol(session)
    log_in(client)
    deactivate_person(session, person.id, NOON, actor_id=None)
    session.commit()
    assert not is_known(client)


def test_the_cookie_stays_only_where_it_was_asked_to(session, app):
    enrol(session)
    passing, staying = app.test_client(), app.test_client()
    assert "Expires" not in log_in(passing).headers["Set-Cookie"]
    assert "Expires" in log_in(staying, stay="1").headers["Set-Cookie"]


def test_my_page_says_where_i_work_in_words(session, client):
    person = enrol(session)
    unit = create_unit(session, NewUnit("区财政局", 1, "420304000000", 40, NOON.date()), NOON)
    for role in ("BUYER", "FINANCE"):
        grant(session, Grant(person.id, "UNIT", unit.id, role), NOON, actor_id=None)
    session.commit()
    log_in(client)
    page = client.get("/me").text
    assert "区财政局" in page
    assert "经办、财务" in page


def test_changing_the_password_keeps_this_browser_and_ends_the_others(session, app):
    enrol(session)
    here, there = app.test_client(), app.test_client()
    log_in(here)
    log_in(there)
    words = {"old_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    assert send(here, "/me/password", **words).headers["Location"] == "/me"
    assert (is_known(here), is_known(there)) == (True, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"old_password": "not the one"}, "old_password"),
     ({"new_password_again": "x"}, "new_password_again"),
     ({"new_password": "short", "new_password_again": "short"}, "new_password")],
)  # fmt: skip
def test_a_password_change_that_cannot_be_is_shown_again(session, client, changes, field):
    enrol(session)
    log_in(client)
    words = {"old_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    page = send(client, "/me/password", **{**words, **changes})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_a_forgotten_password_is_set_by_the_link_in_the_letter(session, client):
    enrol(session)
    assert send(client, "/password/forgotten", login="wang@example.org").status_code == 302
    [letter] = session.scalars(select(OutboxMessage)).all()
    session.commit()
    link = next(word for word in letter.payload["body"].split() if word.startswith("http"))
    path = link.removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == client.get(path).status_code == 200
    answer = send(client, path, new_password=NEW, new_password_again=NEW)
    assert answer.headers["Location"] == "/login"
    assert send(client, "/login", login="wang@example.org", password=NEW).status_code == 302
    assert client.get(path).status_code == 410


def test_the_link_does_not_follow_the_host_of_the_request(session, client):
    enrol(session)
    token = client.get("/password/forgotten", headers={"Host": "evil.example"})
    assert token.status_code == 200
    send(client, "/password/forgotten", login="wang@example.org")
    [letter] = session.scalars(select(OutboxMessage)).all()
    assert "http://127.0.0.1:8000/password/reset/" in letter.payload["body"]


def test_asking_for_a_link_tells_nobody_who_exists(session, client):
    enrol(session)
    answers = []
    for login in ("wang@example.org", "nobody@example.org"):
        answer = send(client, "/password/forgotten", login=login)
        shown = client.get("/login").text
        answers.append((answer.status_code, answer.headers["Location"], "链接已经寄出" in shown))
    assert answers == [(302, "/login", True)] * 2


@pytest.mark.parametrize(
    "path", ["/password/reset/nonsense", "/password/reset/%00", "/password/reset/" + "a" * 2000]
)
def test_a_made_up_link_is_spent(client, path):
    assert client.get(path).status_code == 410
    assert send(client, path, new_password=NEW, new_password_again=NEW).status_code == 410


def test_in_the_demonstration_each_key_hangs_beside_the_door(session, client):
    enrol(session, "buyer@demo")
    page = client.get("/login").text
    assert 'name="login" value="buyer@demo"' in page
    assert 'name="password" value="demo-pass-2026"' in page


def test_in_production_demonstration_logins_are_neither_shown_nor_let_in(session, make_app):
    enrol(session, "buyer@demo")
    demonstration, production = make_app(), make_app(production=True)
    client, visitor = demonstration.test_client(), production.test_client()
    assert log_in(client, "buyer@demo").status_code == 302
    assert "buyer@demo" not in visitor.get("/login").text
    assert log_in(visitor, "buyer@demo").status_code == 401
    cookie = client.get_cookie("session")
    assert cookie is not None
    visitor.set_cookie("session", cookie.value)
    assert not is_known(visitor)


def test_a_cookie_does_not_count_on_the_api_and_a_token_does_not_count_on_pages(session, client):
    enrol(session)
    token = issue_token(session, claim(), NOON, session.commit).token
    session.commit()
    header = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=header).status_code == 200
    assert client.get("/me", headers=header).status_code == 302
    log_in(client)
    assert is_known(client)
    assert client.get("/api/v1/me").status_code == 401
