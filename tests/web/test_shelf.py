"""A page for everyone is drawn once, and never shown once what it shows has changed."""

import pytest
from cachetools import LRUCache
from sqlalchemy import update

from marketplace.catalogue.models import Category, Product
from marketplace.core.edition import Topic, read_editions
from marketplace.outbox.models import OutboxMessage
from marketplace.web import shelf


@pytest.fixture
def drawn(monkeypatch):
    """How often a page was drawn."""
    pages = []
    draw = shelf._as_drawn

    def count(*args):
        pages.append(args[0])
        return draw(*args)

    monkeypatch.setattr(shelf, "_as_drawn", count)
    return pages


def rename(session, name):
    session.execute(update(Category).values(name=name))
    session.commit()


def test_the_same_page_is_drawn_once(county, client, drawn):
    first, second = client.get("/"), client.get("/")
    assert first.text == second.text
    assert len(drawn) == 1


def test_each_language_address_and_filter_has_its_own_page(county, client, drawn):
    for path in ("/", "/villages", "/villages?year=2025", "/?page=2"):
        client.get(path)
    client.post("/language", data={"locale": "en"})
    assert 'lang="en"' in client.get("/").text
    assert len(drawn) == 5


def test_a_change_of_another_process_is_seen_at_once(session, county, make_app, drawn):
    """Two applications on one database, and a third connection that writes."""
    one, other = make_app().test_client(), make_app().test_client()
    for client in (one, other, one, other):
        client.get("/search")
    assert len(drawn) == 2
    session.execute(update(Product).values(name="改了名的香菇"))
    session.commit()
    for client in (one, other):
        assert "改了名的香菇" in client.get("/search").text


def test_what_an_application_writes_itself_raises_the_edition_once(session, engine, county):
    before = read_editions(engine).get(Topic.SHOWN, 0)
    session.execute(update(Category).values(name="甲"))
    session.execute(update(Product).values(name="乙"))
    session.commit()
    assert read_editions(engine).get(Topic.SHOWN, 0) == before + 1


def test_objects_that_are_flushed_raise_the_edition_too(session, engine, county):
    before = read_editions(engine).get(Topic.SHOWN, 0)
    session.query(Product).first().name = "丙"
    session.commit()
    assert read_editions(engine).get(Topic.SHOWN, 0) == before + 1


def test_what_is_undone_changes_no_edition(session, engine, county):
    before = read_editions(engine).get(Topic.SHOWN, 0)
    session.execute(update(Category).values(name="甲"))
    session.rollback()
    session.execute(update(OutboxMessage).values(attempts=0))
    session.commit()
    assert read_editions(engine).get(Topic.SHOWN, 0) == before


def test_a_new_day_draws_the_page_anew(county, client, clock, drawn):
    client.get("/")
    clock.advance(days=1)
    client.get("/")
    assert len(drawn) == 2


def test_a_page_that_is_known_is_not_sent_again(session, county, client):
    mark = client.get("/").headers["ETag"]
    again = client.get("/", headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    rename(session, "换了名的品类")
    assert client.get("/", headers={"If-None-Match": mark}).status_code == 200


def test_a_visitors_pages_set_no_cookie(county, client):
    for path in ("/", "/villages", "/board", "/search"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_message_that_waits_is_shown_once_and_kept_from_everyone_else(county, make_app):
    app = make_app()
    visitor, other = app.test_client(), app.test_client()
    with visitor.session_transaction() as kept:
        kept["_flashes"] = [("message", "只给一个人看的话")]
    assert "只给一个人看的话" in visitor.get("/").text
    assert "只给一个人看的话" not in other.get("/").text
    assert "只给一个人看的话" not in visitor.get("/").text


def test_the_longest_unread_pages_make_room(county, client, drawn, monkeypatch):
    size = len(client.get("/villages").data)
    client.application.extensions["shelf"].pages = LRUCache(size + 10, lambda page: len(page.body))
    for _ in range(2):
        client.get("/villages")
        client.get("/villages?year=2025")
    assert len(drawn) == 5
