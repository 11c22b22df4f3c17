"""A county asks for a second step: who holds a watched role enrols first, and does nothing else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.models import Person
from marketplace.accounts.rules.second_step import watched_standings
from marketplace.administration.commands import ask_for_setting, decide_setting
from marketplace.administration.rules import Decision
from marketplace.core.identity import Identity
from tests.accounts.phones import enrol_on_page
from tests.administration.people import COUNTY, Three
from tests.conftest import NOON, FrozenClock
from tests.county import County
from tests.seating import seat

NEEDED = "/account/security?needed=1"


def require(session: Session, three: Three, value: int = 1, now=NOON) -> None:
    """Asked for by one, granted by another."""
    place = (three.system, COUNTY)
    wanted = ("second_step_required", value, "安全要求")
    number = ask_for_setting(session, place, wanted, now)
    decide_setting(session, (three.security, COUNTY), number, Decision(True, ""), now)
    session.commit()


def come(app: Flask, identity: Identity) -> FlaskClient:
    return seat(app.test_client(), identity)


def test_nobody_is_asked_until_the_county_asks(app: Flask, county: County) -> None:
    assert come(app, county.approver).get("/unit/approvals").status_code != 302
    assert come(app, county.auditor).get("/desk/payouts").status_code == 200


@pytest.mark.parametrize("who", ["approver", "finance", "operator", "cashier", "auditor"])
def test_whoever_decides_pays_or_officiates_is_led_to_enrol(
    app: Flask, session: Session, county: County, three: Three, who: str
) -> None:
    require(session, three)
    client = come(app, getattr(county, who))
    for path in ("/account/person/1", "/basket", "/desk/payouts", "/orders/1"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) in ((302, NEEDED), (403, None)), path
    assert client.get("/basket").location == NEEDED
    page = client.get(NEEDED)
    assert page.status_code == 200
    assert "您的县要求您的岗位用第二步验证" in page.text


def test_a_page_that_was_just_seen_is_closed_with_the_next_minute(
    make_app, session: Session, county: County, three: Three, clock: FrozenClock
) -> None:
    client = come(make_app(), county.operator)
    for _ in range(3):
        assert client.get("/desk/").status_code == 200
    require(session, three)
    clock.advance(minutes=1)
    assert client.get("/desk/").location == NEEDED


@pytest.mark.parametrize("path", ["/me", "/account/security", "/account/data", "/account/erase"])
def test_ones_own_account_stays_open(
    app: Flask, session: Session, county: County, three: Three, path: str
) -> None:
    require(session, three)
    assert come(app, county.approver).get(path).status_code == 200


@pytest.mark.parametrize("who", ["buyer", "clerk", "shopper"])
def test_others_are_not_asked(
    app: Flask, session: Session, county: County, three: Three, who: str
) -> None:
    require(session, three)
    assert watched_standings(getattr(county, who)) == ()
    assert come(app, getattr(county, who)).get("/basket").status_code == 200


def test_whoever_enrols_goes_on(
    app: Flask, session: Session, county: County, three: Three, clock: FrozenClock
) -> None:
    require(session, three)
    client = come(app, county.approver)
    assert client.get("/basket").location == NEEDED
    enrol_on_page(client, clock)
    assert client.get("/basket").status_code == 200


def test_a_form_of_whoever_has_not_enrolled_changes_nothing(
    app: Flask, session: Session, county: County, three: Three
) -> None:
    require(session, three)
    app.config["WTF_CSRF_ENABLED"] = False
    client = come(app, county.approver)
    assert client.post("/basket/lines", data={"variant_id": 1}).location == NEEDED
    assert client.post("/logout").location == "/"


def test_a_change_holds_within_a_minute(
    app: Flask, session: Session, county: County, three: Three, clock: FrozenClock
) -> None:
    client = come(app, county.approver)
    assert client.get("/basket").status_code == 200
    require(session, three)
    clock.advance(minutes=1)
    assert client.get("/basket").location == NEEDED
    require(session, three, 0, clock.now)
    clock.advance(minutes=1)
    assert client.get("/basket").status_code == 200


def test_a_program_is_told_in_a_problem(
    app: Flask, session: Session, county: County, three: Three
) -> None:
    require(session, three)
    person = session.get_one(Person, county.approver.person_id)
    token = create_token(session, person, NOON).token
    session.commit()
    client, header = app.test_client(), {"Authorization": f"Bearer {token}"}
    answer = client.get("/api/v1/purchases", headers=header)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert answer.json["code"] == "login.second_step_needed"
    assert client.get("/api/v1/me", headers=header).status_code == 200
    assert client.get("/api/v1/products").status_code == 200


@pytest.mark.parametrize(
    ("typed", "holds"),
    [("是", True), ("1", True), ("１", True), ("Yes", True), ("否", None), ("", None),
     ("也许", None), ("2", None), ("-1", None), ("1.5", None), ("\x00", None)],
)  # fmt: skip
def test_the_setting_is_yes_or_no(
    app: Flask, three: Three, session: Session, typed: str, holds: bool | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = come(app, three.system)
    wish = {"name": "second_step_required", "value": typed, "reason": "试行"}
    answer = client.post("/desk/settings", data=wish)
    assert (answer.status_code == 302) is (holds is True), answer.text[-800:]
