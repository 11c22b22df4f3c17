"""Whoever comes back to a page within the minute is told the same, or else comes in."""

import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from marketplace.accounts.models import LoginSession, Membership, Person
from marketplace.catalogue.models import Category
from marketplace.cockpit.commands import take_snapshot
from marketplace.web import logs, public
from marketplace.web import session as db_session
from marketplace.web.shelf import shelved_by
from tests.conftest import NOON
from tests.seating import seat
from tests.web.test_porch import Asked, closed, comes_in, porch, told

__all__ = ["closed", "porch"]

OWN = ("/desk/", "/desk/villages", "/desk/matches", "/board", "/products/1")


@pytest.fixture
def app(make_app) -> Flask:
    """An application of its own, which counts what it asks of the database."""
    made: Flask = make_app()
    return made


@pytest.fixture
def official(client, county, session):
    """Somebody of the operations centre, with everything counted that the cockpit shows."""
    take_snapshot(session, NOON)
    session.commit()
    seat(client, county.operator)
    for path in OWN:
        # What is kept is found the first time; what stands then is what was asked for after that.
        client.get(path)
    return client


def stays_out(client, path) -> bool:
    try:
        client.get(path)
    except Asked:
        return False
    return True


@pytest.mark.parametrize("path", OWN)
def test_whoever_comes_back_is_told_on_the_porch_what_was_told_inside(
    official, county, closed, path
):
    inside = official.get(path)
    assert county.operator.name in inside.text
    known = {"If-None-Match": inside.headers["ETag"]}
    same = official.get(path, headers={**known, "Authorization": "x"})
    assert (inside.status_code, same.status_code) == (200, 304)
    closed()
    assert told(official.get(path)) == told(inside)
    assert told(official.get(path, headers=known)) == told(same)


def test_what_their_browser_knew_already_is_remembered_as_well(official, porch, closed):
    inside = official.get("/desk/")
    known = {"If-None-Match": inside.headers["ETag"]}
    porch.own.clear()
    same = official.get("/desk/", headers=known)
    assert same.status_code == 304
    closed()
    assert told(official.get("/desk/")) == told(inside)
    assert told(official.get("/desk/", headers=known)) == told(same)


def test_what_they_look_for_again_is_counted_again(official, closed):
    for _ in range(2):
        official.get("/search?q=香菇")
    tally = official.application.extensions["search"].tally
    tally.take()
    closed()
    official.get("/search?q=香菇")
    assert tally.take() == {"香菇": 1}


def test_another_index_lets_them_in(official, closed, monkeypatch):
    copy = type(official.application.extensions["search"])
    monkeypatch.setattr(copy, "version", "first")
    for _ in range(2):
        official.get("/categories/shiitake")
    closed()
    assert stays_out(official, "/categories/shiitake")
    monkeypatch.setattr(copy, "version", "second")
    assert not stays_out(official, "/categories/shiitake")


def test_the_line_tells_who_asked_and_that_their_seat_was_looked_at(official, county, closed):
    official.get("/desk/")
    stream = io.StringIO()
    logs.configure(stream)
    closed()
    official.get("/desk/")
    logs.configure()
    line = json.loads(stream.getvalue())
    who = line["person"], line["endpoint"], line["statements"]
    assert who == (county.operator.person_id, "desk.home", 1)


CHANGES = {
    "what is shown": update(Category).values(name="改了名"),
    "roles": delete(Membership).where(Membership.role == "AUDITOR"),
    "the person": update(Person).values(name="改了名"),
    "the session": update(LoginSession).values(ended_at=NOON),
    "a proof": update(LoginSession).values(confirmed_at=NOON - timedelta(seconds=1)),
    "seen": update(LoginSession).values(last_seen_at=NOON - timedelta(minutes=6)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_lets_them_in(official, session, closed, change):
    official.get("/desk/")
    session.execute(CHANGES[change])
    session.commit()
    closed()
    assert not stays_out(official, "/desk/")


def test_whoever_was_put_out_is_told_so(official, session):
    official.get("/desk/")
    session.execute(update(LoginSession).values(ended_at=NOON))
    session.commit()
    assert official.get("/desk/").headers["Location"].startswith("/login")


def test_the_next_minute_lets_them_in(official, clock, closed):
    official.get("/desk/")
    closed()
    assert stays_out(official, "/desk/")
    clock.advance(minutes=1)
    assert not stays_out(official, "/desk/")


def test_nobody_else_gets_their_page(official, county, closed, porch):
    official.get("/desk/")
    closed()
    cookie = official.get_cookie("session").value
    assert not comes_in(official, "/desk/", headers={"Cookie": f"session={cookie}"})
    for other in ("", f"session={cookie}x", f"session={cookie}; other=1"):
        assert comes_in(official, "/desk/", headers={"Cookie": other})
    assert comes_in(official, "/desk/", headers={"Authorization": "Bearer x"})


def test_a_page_that_asks_more_of_the_database_is_not_remembered(official, porch):
    porch.own.clear()
    for path in ("/desk/orders", "/me", "/me/notices", "/orders"):
        official.get(path)
        official.get(path)
    assert len(porch.own) == 0


def test_a_page_of_the_shelf_that_asks_the_database_is_not_remembered(make_app, county):
    app = make_app()
    asks = shelved_by(lambda: str(db_session().scalar(select(func.count(Person.id)))))
    knows = shelved_by(lambda: "")
    for name, kept in (("asks", asks), ("knows", knows)):
        app.add_url_rule(f"/{name}", name, public(kept(lambda: "words")))
    client = seat(app.test_client(), county.operator)
    for path in ("/asks", "/knows", "/asks", "/knows"):
        assert client.get(path).text == "words"
    assert [one.standing.endpoint for one in app.wsgi_app.own.values()] == ["knows"]


def test_somebody_is_noted_as_seen_once_it_is_time(official, session, clock, closed):
    lately = NOON - timedelta(minutes=4, seconds=50)
    session.execute(update(LoginSession).values(last_seen_at=lately))
    session.commit()
    official.get("/desk/")
    closed()
    assert stays_out(official, "/desk/")
    clock.advance(seconds=20)
    assert not stays_out(official, "/desk/")


def test_a_message_is_shown_once(official, porch):
    official.get("/board")
    with official.session_transaction() as cookie:
        cookie["_flashes"] = [("message", "只说一次的话")]
    asked = official.get_cookie("session").value
    assert "只说一次的话" in official.get("/board").text
    assert not [question for question in porch.own if asked in question[-1]]
    for _ in range(2):
        assert "只说一次的话" not in official.get("/board").text


def test_a_database_that_is_away_is_told_inside(official, session, closed):
    official.get("/desk/")
    session.execute(text("DROP TABLE edition"))
    session.commit()
    closed()
    assert not stays_out(official, "/desk/")


def test_so_many_bytes_are_remembered(official, porch):
    size = len(official.get("/board").data)
    assert size < porch.own.currsize <= porch.own.maxsize
