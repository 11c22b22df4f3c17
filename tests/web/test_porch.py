"""Visitors are answered before they come in as they would be inside, or else they come in."""

import io
import json

import pytest
from cachetools import LRUCache
from limits import parse
from sqlalchemy import text, update

from marketplace.api.limits import RATES
from marketplace.catalogue.models import Product
from marketplace.web import logs
from marketplace.web.porch import Porch
from tests.accounts.people import enrol, log_in, send
from tests.search.indexing import index

PAGES = ("/", "/villages?year=2026", "/board", "/search?q=香菇", "/products/1", "/certified")
CALLS = ("/api/v1/products?q=香菇", "/api/v1/products/1", "/api/v1/county/summary")


class Asked(Exception):
    """Somebody came in."""


@pytest.fixture
def porch(app) -> Porch:
    assert isinstance(app.wsgi_app, Porch)
    app.wsgi_app.known.clear()
    app.wsgi_app.own.clear()
    return app.wsgi_app


@pytest.fixture
def closed(porch, monkeypatch):
    """Nobody is let in any more."""

    def close():
        def nobody(_environ, _start_response):
            raise Asked

        monkeypatch.setattr(porch, "inside", nobody)

    return close


def told(answer):
    """All of an answer but the name of its request."""
    headers = [(name, value) for name, value in answer.headers if name != "X-Request-ID"]
    return answer.status, sorted(headers), answer.data


def comes_in(client, path, **how) -> bool:
    # Without a jar: one would put its own cookies into the place of those that are given.
    visitor = client.application.test_client(use_cookies=False)
    try:
        visitor.open(path, **how)
    except Asked:
        return True
    return False


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_told_on_the_porch_what_is_told_inside(county, client, closed, path):
    inside = client.get(path)
    again = {"If-None-Match": inside.headers["ETag"]}
    same = client.application.test_client().get(path, headers={**again, "Authorization": "x"})
    assert (inside.status_code, same.status_code) == (200, 304)
    closed()
    assert told(client.get(path)) == told(inside)
    assert told(client.get(path, headers=again)) == told(same)
    assert told(client.get(path, headers={"If-None-Match": '"another"'})) == told(inside)


@pytest.mark.parametrize("path", PAGES)
def test_what_a_browser_knew_already_is_remembered_as_well(county, client, porch, closed, path):
    inside = client.get(path)
    known = {"If-None-Match": inside.headers["ETag"]}
    porch.known.clear()
    same = client.get(path, headers=known)
    assert same.status_code == 304
    closed()
    assert told(client.get(path)) == told(inside)
    assert told(client.get(path, headers=known)) == told(same)


@pytest.mark.parametrize("path", ["/search?q=香菇", "/static/js/app.js", CALLS[0]])
def test_no_answer_says_itself_when_it_was_given(county, client, path):
    """The server does. A moment of ours would be sent beside its own, and from the porch it would
    be the one at which somebody else was answered."""
    for _ in range(2):
        assert "Date" not in client.get(path, buffered=True).headers


@pytest.mark.parametrize("path", CALLS)
def test_a_call_is_answered_as_inside_and_counted(county, client, closed, monkeypatch, path):
    inside = client.get(path)
    assert inside.status_code == 200
    closed()
    assert told(client.get(path, headers={"If-None-Match": "*"})) == told(inside)
    counted = []
    limits = client.application.extensions["api-limits"]
    monkeypatch.setattr(limits, "count", lambda *call: counted.append(call))
    client.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert counted == [("read", "address:203.0.113.7")]


def test_who_called_too_often_is_told_so_inside(county, client, closed, monkeypatch):
    client.get("/api/v1/products")
    monkeypatch.setitem(RATES, "read", parse("1/hour"))
    monkeypatch.setattr(client.application.extensions["api-limits"], "enabled", True)
    closed()
    busy = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    assert [comes_in(client, "/api/v1/products", **busy) for _ in range(3)] == [False, True, True]


def test_each_answer_has_a_name_of_its_own_and_a_line(county, client, closed):
    client.get("/board")
    stream = io.StringIO()
    logs.configure(stream)
    closed()
    answers = [client.get("/board"), client.get("/board")]
    logs.configure()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    named = [one.headers["X-Request-ID"] for one in answers]
    assert [line["request_id"] for line in lines] == named
    assert len(set(named)) == 2
    for line in lines:
        known = {name: line[name] for name in ("method", "endpoint", "status", "statements")}
        asked = {"method": "GET", "endpoint": "storefront.board", "status": 200, "statements": 0}
        assert known == asked


def test_a_proxy_of_ours_names_the_request(county, make_app, closed):
    client = make_app(trusted_proxies=1).test_client()
    named = {"X-Request-ID": "0123456789abcdef"}
    for _ in range(2):
        assert client.get("/board", headers=named).headers["X-Request-ID"] == named["X-Request-ID"]


@pytest.mark.parametrize(
    "how",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"data": b"words"},
        {"headers": {"Range": "bytes=0-1"}},
        {"headers": {"If-Match": '"another"'}},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"Cookie": "other=1; session=x"}},
        {"headers": {"Host": "other.example"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"query_string": {"page": "2"}},
        {"base_url": "https://localhost/"},
    ],
    ids=str,
)
def test_whoever_asks_for_more_than_the_page_comes_in(county, client, closed, how):
    client.get("/")
    closed()
    assert not comes_in(client, "/")
    assert comes_in(client, "/", **how)


def test_a_cookie_that_is_not_ours_changes_nothing(county, client, closed):
    client.get("/")
    closed()
    assert not comes_in(client, "/", headers={"Cookie": "theme=dark"})


def test_whoever_is_known_gets_their_own_page(session, county, client):
    for _ in range(2):
        assert "退出" not in client.get("/").text
    enrol(session)
    log_in(client)
    assert "退出" in client.get("/").text
    assert "退出" not in client.application.test_client().get("/").text


def test_a_language_that_was_chosen_is_not_given_to_the_next(county, client):
    client.get("/")
    send(client, "/language", locale="en")
    assert 'lang="en"' in client.get("/").text
    assert 'lang="zh-CN"' in client.application.test_client().get("/").text


def test_what_changed_is_told_at_once(session, county, client, closed):
    client.get("/products/1")
    session.execute(update(Product).values(name="改了名的香菇"))
    session.commit()
    assert "改了名的香菇" in client.get("/products/1").text
    closed()
    assert "改了名的香菇" in client.get("/products/1").text


def test_a_new_day_and_a_new_index_let_everyone_in_again(
    session, county, client, clock, tmp_path, closed
):
    client.get("/")
    client.get("/products/1")
    index(session, tmp_path)
    session.commit()
    client.application.extensions["search"]._look_at = 0.0
    closed()
    assert comes_in(client, "/")
    assert not comes_in(client, "/products/1")
    clock.advance(days=1)
    assert comes_in(client, "/products/1")


def test_an_index_that_is_swapped_while_a_page_is_drawn_lets_everyone_in(
    county, client, closed, monkeypatch
):
    versions = iter(["first", *["second"] * 20])
    copy = type(client.application.extensions["search"])
    monkeypatch.setattr(copy, "version", property(lambda _copy: next(versions)))
    client.get("/categories/shiitake")
    closed()
    assert comes_in(client, "/categories/shiitake")


def test_every_search_is_counted(county, client, closed):
    tally = client.application.extensions["search"].tally
    tally.take()
    client.get("/search?q=香菇")
    closed()
    client.get("/search?q=香菇")
    client.get("/search?q=香菇")
    assert tally.take() == {"香菇": 3}


def test_a_refusal_and_a_missing_page_are_not_remembered(county, client, porch):
    for path in ("/products/999999", "/nowhere", "/desk/", "/login"):
        client.get(path)
    assert not porch.known


def test_a_database_that_is_away_is_told_inside(session, county, client, closed):
    client.get("/board")
    session.execute(text("DROP TABLE edition"))
    session.commit()
    closed()
    assert comes_in(client, "/board")


def test_only_so_much_is_remembered(county, client, porch):
    porch.known = LRUCache(2)
    for year in (2024, 2025, 2026):
        client.get(f"/villages?year={year}")
    assert len(porch.known) == 2
