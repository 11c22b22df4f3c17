"""Short links: to the product on our own host alone, remembered for people, counted for them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.livestream.commands.clicks import collect_clicks
from marketplace.livestream.models import LinkTotal
from marketplace.livestream.rules.links import sign
from tests.conftest import FrozenClock
from tests.county import County, person
from tests.livestream.sessions import KEY, Held, an_agency, code_of, hold_session
from tests.pages.conftest import Visit
from tests.pages.door import NOT_PEOPLE, PERSON, PHONE


@pytest.fixture
def held(session: Session, county: County) -> Held:
    return hold_session(session, county, county.mushrooms)


@pytest.fixture
def code(session: Session, county: County, held: Held) -> str:
    return code_of(session, held.links[county.mushrooms.product_id])


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def follow(client: FlaskClient, code: str, /, **said: str) -> TestResponse:
    return client.get(f"/l/{code}", headers={**PERSON, **said})


def counted(app: Flask, session: Session, clock: FrozenClock) -> tuple[int, int]:
    """(clicks, left out) once the job has been."""
    session.rollback()
    collect_clicks(session, app.extensions["clicks"], clock())
    session.commit()
    totals = session.scalars(select(LinkTotal)).all()
    return sum(one.clicks for one in totals), sum(one.left_out for one in totals)


def test_a_link_leads_to_its_product_and_is_remembered(
    client: FlaskClient, county: County, code: str
) -> None:
    answer = follow(client, code)
    assert (answer.status_code, answer.location) == (
        302,
        f"/products/{county.mushrooms.product_id}",
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    (kept,) = answer.headers.getlist("Set-Cookie")
    assert kept.startswith("touched=")
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept


def test_a_code_is_read_as_people_type_it(client: FlaskClient, code: str) -> None:
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower().replace("0", "o").replace("1", "l")
    assert follow(client, typed).status_code == 302


def test_a_redirect_asks_once_and_then_nothing(
    client: FlaskClient, code: str, statements: list[str]
) -> None:
    follow(client, code)
    assert len(statements) == 1
    follow(client, code)
    assert len(statements) == 1


def test_a_person_who_is_logged_in_costs_the_look_at_the_session_alone(
    visit: Visit, county: County, code: str, statements: list[str]
) -> None:
    visitor = visit(county.shopper)
    follow(visitor.client, code)
    statements.clear()
    follow(visitor.client, code)
    (asked,) = statements
    assert "FROM login_session" in asked


@pytest.mark.parametrize(
    "code",
    [
        "T0010001AAAA",
        "T0010001",
        "x" * 10_000,
        "T0010001%00AAA",
        "%00",
        "T0010001AAA%ED%A0%80",
        "香菇香菇香菇香菇香菇香菇",
        "-1",
        "1.5",
        "1e9",
    ],
)
def test_a_code_that_we_did_not_sign_is_not_even_looked_up(
    client: FlaskClient, code: str, held: Held, statements: list[str]
) -> None:
    answer = follow(client, code)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers or "touched" not in answer.headers["Set-Cookie"]
    assert statements == []


def test_every_change_of_a_code_is_noticed(client: FlaskClient, code: str) -> None:
    for place, letter in enumerate(code):
        other = "A" if letter != "A" else "B"
        changed = code[:place] + other + code[place + 1 :]
        assert follow(client, changed).status_code == 404, changed


def test_a_signed_code_without_a_link_is_not_found(client: FlaskClient, held: Held) -> None:
    assert follow(client, sign("ABCDEFGH", KEY)).status_code == 404


@pytest.mark.parametrize("query", ["next=//evil.example", "url=https://evil.example", "host_id=9"])
def test_an_address_cannot_say_where_a_link_leads(
    client: FlaskClient, county: County, code: str, query: str
) -> None:
    answer = client.get(f"/l/{code}?{query}", headers=PERSON)
    assert answer.location == f"/products/{county.mushrooms.product_id}"


def test_slashes_lead_nowhere_but_to_us(client: FlaskClient, held: Held) -> None:
    answer = follow(client, "//evil.example")
    assert answer.location in {None, "/l/evil.example"}
    assert client.get("/l/evil.example", headers=PERSON).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "[::1]", "127.0.0.1@evil"])
def test_the_host_a_request_names_is_not_led_to(
    client: FlaskClient, county: County, code: str, host: str
) -> None:
    answer = follow(client, code, Host=host, **{"X-Forwarded-Host": "evil.example"})
    assert answer.status_code in {302, 400}
    assert (answer.location or "/").startswith("/")
    assert not (answer.location or "/").startswith("//")


def test_a_post_to_a_link_is_refused(visit: Visit, code: str) -> None:
    assert visit(None).client.post(f"/l/{code}").status_code == 405


@pytest.mark.parametrize("said", NOT_PEOPLE.values(), ids=NOT_PEOPLE)
def test_what_is_no_person_is_led_on_not_remembered_and_left_out(
    app: Flask,
    client: FlaskClient,
    session: Session,
    clock: FrozenClock,
    code: str,
    said: dict[str, str],
) -> None:
    answer = follow(client, code, **said)
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers
    assert counted(app, session, clock) == (0, 1)


def test_head_is_led_on_not_remembered_and_left_out(
    app: Flask, client: FlaskClient, session: Session, clock: FrozenClock, code: str
) -> None:
    answer = client.head(f"/l/{code}", headers=PERSON)
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers
    assert counted(app, session, clock) == (0, 1)


def test_a_phone_of_the_brand_cubot_is_a_person(client: FlaskClient, code: str) -> None:
    answer = follow(client, code, **{"User-Agent": PHONE.replace("V2309A", "CUBOT NOTE 20")})
    assert "Set-Cookie" in answer.headers


def test_a_visitor_counts_once_an_hour(
    app: Flask, session: Session, clock: FrozenClock, code: str
) -> None:
    first, second = app.test_client(), app.test_client()
    for client in (first, first, second, first):
        follow(client, code)
    assert counted(app, session, clock) == (2, 0)
    follow(first, code)
    assert counted(app, session, clock) == (2, 0)
    clock.advance(hours=1)
    follow(first, code)
    assert counted(app, session, clock) == (3, 0)


def test_the_clicks_of_a_hosts_own_people_are_left_out(
    app: Flask, visit: Visit, session: Session, clock: FrozenClock, held: Held, code: str
) -> None:
    follow(visit(held.host).client, code)
    assert counted(app, session, clock) == (0, 1)


def test_the_clicks_of_a_hosts_agency_are_left_out(
    app: Flask,
    visit: Visit,
    session: Session,
    county: County,
    clock: FrozenClock,
    held: Held,
    code: str,
) -> None:
    agency_id = an_agency(session, held.host_id, 200_000)
    agent = person(session, "agent@test", ("AGENCY", agency_id, "CLERK"))
    session.commit()
    follow(visit(agent).client, code)
    follow(visit(county.shopper).client, code)
    assert counted(app, session, clock) == (1, 1)


def test_a_folder_that_cannot_be_written_stops_no_redirect(
    client: FlaskClient, code: str, tmp_path: Path
) -> None:
    (tmp_path / "clicks").write_text("in the way")
    assert follow(client, code).status_code == 302


def test_a_full_disk_stops_no_redirect(app: Flask, client: FlaskClient, code: str) -> None:
    follow(client, code)
    spool = app.extensions["clicks"]
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, spool._file)
    os.close(full)
    assert follow(client, code).status_code == 302
