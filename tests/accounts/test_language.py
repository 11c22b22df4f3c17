"""The language, as a browser chooses it."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from tests.accounts.people import enrol, log_in, send


def test_a_language_is_chosen_and_leads_back(session, client):
    enrol(session)
    log_in(client)
    answer = send(client, "/language", locale="en", next="/me")
    assert answer.headers["Location"] == "/me"
    assert 'lang="en"' in client.get("/me").text
    assert session.scalar(select(Person.locale)) == "en"


def test_the_language_of_someone_known_needs_the_pages_token(session, client):
    enrol(session)
    log_in(client)
    assert client.post("/language", data={"locale": "en"}).status_code == 400
    assert 'lang="zh-CN"' in client.get("/me").text


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_choose_the_language_of_a_visitor(client, headers):
    answer = client.post("/language", data={"locale": "en"}, headers=headers)
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_a_visitor_chooses_a_language_without_a_token(client, headers):
    assert client.post("/language", data={"locale": "en"}, headers=headers).status_code == 302
    assert 'lang="en"' in client.get("/login").text


def test_a_language_nobody_speaks_is_refused(client):
    assert send(client, "/language", locale="tlh", next="/login").status_code == 422


def test_choosing_a_language_never_leads_to_another_site(client):
    answer = send(client, "/language", locale="en", next="//evil.example")
    assert answer.headers["Location"] == "/"


def test_the_language_outlives_logging_out(session, client):
    enrol(session)
    log_in(client)
    send(client, "/language", locale="en")
    send(client, "/logout")
    assert 'lang="en"' in client.get("/login").text
