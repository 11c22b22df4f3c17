"""What every answer carries, whoever asks for whatever; and what a browser may keep."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.access import public
from marketplace.web.downloads import CSV, download
from marketplace.web.security import HEADERS
from tests.accounts.people import PASSWORD, enrol, log_in, send, token_of

ANYWHERE = ("/", "/login", "/me", "/nowhere", "/static/css/base.css", "/static/img/logo.svg")
PROGRAMS = ("/api/v1/products", "/api/v1/orders", "/api/v1/nowhere", "/healthz", "/api/v1/docs")


@pytest.fixture
def secure(make_app: Callable[..., Flask]) -> FlaskClient:
    """A browser of a shop that people reach over TLS."""
    app = make_app(public_url="https://shop.test")
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app.test_client()


def answers(client: FlaskClient) -> list[Any]:
    got = [client.get(path, buffered=True) for path in (*ANYWHERE, *PROGRAMS)]
    return [*got, client.post("/login"), client.put("/"), client.post("/api/v1/orders")]


def test_every_answer_carries_our_headers(secure: FlaskClient) -> None:
    for answer in answers(secure):
        for name, value in HEADERS.items():
            # The description of the API says once more what it needs itself.
            if (name, answer.request.path) != ("Content-Security-Policy", "/api/v1/docs"):
                assert answer.headers.getlist(name) == [value], (answer.request.path, name)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        policy = answer.headers["Content-Security-Policy"]
        assert "object-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_a_mistake_of_ours_carries_them_too(make_app: Callable[..., Flask]) -> None:
    app = make_app(testing=False)

    @public
    def broken() -> str:
        raise RuntimeError("secret words")

    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert "Traceback" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_no_other_site_is_told_anything(secure: FlaskClient) -> None:
    asking = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "POST"}
    for path in (*ANYWHERE, *PROGRAMS):
        for method in ("GET", "OPTIONS"):
            answer = secure.open(path, method=method, headers=asking, buffered=True)
            assert not [
                name for name, _value in answer.headers if name.startswith("Access-Control")
            ]


def test_what_is_text_says_in_which_characters(secure: FlaskClient) -> None:
    for answer in answers(secure):
        kind = answer.headers["Content-Type"]
        if answer.data and (kind.startswith("text/") or "xml" in kind):
            assert kind.endswith("charset=utf-8"), answer.request.path


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
def test_methods_that_nobody_needs_are_refused(secure: FlaskClient, method: str) -> None:
    for path in ("/", "/login", "/api/v1/products", "/static/css/base.css"):
        answer = secure.open(path, method=method, headers={"X-Told": "back-to-me"}, buffered=True)
        assert answer.status_code == 405
        assert "back-to-me" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.svn/entries",
        "/static/",
        "/static/js/",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static/..%2fconfig.py",
        "/config.py",
        "/instance/secret_key",
        "/.env",
    ],
)
def test_nothing_lies_about_to_be_looked_at(secure: FlaskClient, path: str) -> None:
    answer = secure.get(path)
    assert answer.status_code == 404
    assert "Index of" not in answer.text


def test_over_tls_the_cookie_is_of_this_host_alone(secure: FlaskClient, session) -> None:
    enrol(session)
    token = token_of(secure.get("/password/forgotten"))
    who = {"login": "wang@example.org", "password": PASSWORD, "stay": "1", "csrf_token": token}
    answer = secure.post("/login", data=who, headers={"Referer": "https://localhost/login"})
    told = answer.headers.getlist("Set-Cookie")
    assert len(told) == 1
    name, _, rest = told[0].partition("=")
    marks = {one.strip() for one in rest.split(";")[1:]}
    assert name == "__Host-session"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= marks
    assert not [mark for mark in marks if mark.startswith("Domain")]
    assert len(told[0]) < 4096


def test_what_is_ones_own_is_kept_by_no_browser(make_app, session) -> None:
    app = make_app()
    paper = public(lambda: download(b"a", CSV, "a.csv"))
    app.add_url_rule("/paper", view_func=paper, endpoint="paper")
    client = app.test_client()
    assert client.get("/").headers["Cache-Control"] == "no-cache, private"
    enrol(session)
    log_in(client)
    for path in ("/me", "/account/security", "/basket", "/paper"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store", path


def test_what_everybody_sees_is_still_known_again(client: FlaskClient, session) -> None:
    enrol(session)
    log_in(client)
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-cache, private"
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/logout", "/me/logout-everywhere"])
def test_whoever_leaves_leaves_nothing_in_the_browser(client: FlaskClient, session, path) -> None:
    enrol(session)
    log_in(client)
    assert send(client, path).headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("path", ["/desk", "/unit", "/producer"])
def test_a_missing_slash_leads_to_no_host_that_was_asked_for(client, path):
    answer = client.get(path, headers={"Host": "elsewhere.example"})
    assert answer.status_code in (302, 308)
    assert answer.headers["Location"].startswith("/")
    assert "elsewhere" not in answer.headers["Location"]


def test_no_path_becomes_a_host(client):
    for path in ("//elsewhere.example/desk", "/%5Celsewhere.example/desk", "//desk"):
        location = client.get(path, headers={"Host": "elsewhere.example"}).headers.get("Location")
        assert location is None or not re.match(r"[/\\]{2}", location), (path, location)
