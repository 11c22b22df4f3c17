"""A county asks for a second step: who is asked enrols first, and does nothing else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.models import Person
from marketplace.accounts.rules.second_step import watched_standings
from marketplace.administration.commands import ask_for_setting, decide_setting
from marketplace.administration.rules import Decision
from marketplace.core.identity import Identity
from tests.accounts.people import log_in, send
from tests.accounts.phones import enrol_on_page, enrol_with_phone
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
    assert "您的县要求您登录时用第二步验证" in page.text


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
def test_others_are_not_asked_where_it_is_asked_of_officials(
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
    [("岗位", True), ("是", True), ("1", True), ("１", True), ("Officials", True),
     ("所有人", True), ("2", True), ("everyone", True), ("无", None), ("否", None), ("", None),
     ("也许", None), ("3", None), ("-1", None), ("1.5", None), ("\x00", None)],
)  # fmt: skip
def test_the_setting_names_nobody_officials_or_everyone(
    app: Flask, three: Three, session: Session, typed: str, holds: bool | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = come(app, three.system)
    wish = {"name": "second_step_required", "value": typed, "reason": "试行"}
    answer = client.post("/desk/settings", data=wish)
    assert (answer.status_code == 302) is (holds is True), answer.text[-800:]


EVERYONE = 2


@pytest.mark.parametrize("who", ["buyer", "clerk", "shopper", "approver", "operator"])
def test_everyone_is_led_to_enrol_where_the_county_asks_it_of_everyone(
    app: Flask, session: Session, county: County, three: Three, clock: FrozenClock, who: str
) -> None:
    require(session, three, EVERYONE)
    client = come(app, getattr(county, who))
    assert client.get("/basket").location == NEEDED
    assert client.get(NEEDED).status_code == 200
    enrol_on_page(client, clock)
    assert client.get("/basket").status_code == 200


@pytest.mark.parametrize("who", ["buyer", "clerk", "shopper"])
def test_going_back_to_officials_lets_the_others_in_again(
    app: Flask, session: Session, county: County, three: Three, clock: FrozenClock, who: str
) -> None:
    client = come(app, getattr(county, who))
    for value, location in ((EVERYONE, NEEDED), (1, None), (0, None)):
        require(session, three, value, clock.now)
        clock.advance(minutes=1)
        assert client.get("/basket").location == location


def test_a_form_of_somebody_without_a_role_changes_nothing_either(
    app: Flask, session: Session, county: County, three: Three
) -> None:
    require(session, three, EVERYONE)
    app.config["WTF_CSRF_ENABLED"] = False
    client = come(app, county.shopper)
    assert client.post("/basket/lines", data={"variant_id": 1}).location == NEEDED
    assert client.get("/").status_code == 200


def test_another_county_asks_only_its_own_people(
    make_app: Callable[..., Flask], session: Session, county: County, three: Three
) -> None:
    """And whoever belongs to none is asked what the county of the shop asks."""
    require(session, three, EVERYONE)
    elsewhere = make_app(county_code="420305")
    assert come(elsewhere, county.buyer).get("/basket").location == NEEDED
    assert come(elsewhere, county.shopper).get("/basket").status_code == 200


def test_a_program_of_a_buyer_is_told_too(
    app: Flask, session: Session, county: County, three: Three
) -> None:
    require(session, three, EVERYONE)
    person = session.get_one(Person, county.buyer.person_id)
    token = create_token(session, person, NOON).token
    session.commit()
    header = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().get("/api/v1/purchases", headers=header)
    assert (answer.status_code, answer.json["code"]) == (403, "login.second_step_needed")


def test_a_password_and_a_recovery_code_get_in_where_it_is_asked_of_everyone(
    app: Flask, session: Session, county: County, three: Three, clock: FrozenClock
) -> None:
    require(session, three, EVERYONE)
    _person, phone = enrol_with_phone(session, clock)
    client = app.test_client()
    log_in(client)
    # The password alone is not in yet.
    assert client.get("/basket").location != "/basket"
    assert client.get("/basket").status_code == 302
    send(client, "/login/code", code=phone.paper[0])
    assert client.get("/basket").status_code == 200


def test_the_page_says_of_whom_it_is_asked(
    app: Flask, session: Session, county: County, three: Three
) -> None:
    require(session, three, EVERYONE)
    session.execute(update(Person).values(second_step_since=NOON))
    session.commit()
    client = come(app, three.system)
    page = client.get("/desk/settings").text
    assert "登录要第二步验证 · 要求所有登录的人" in page
    app.config["WTF_CSRF_ENABLED"] = False
    send(client, "/language", locale="en")
    page = client.get("/desk/settings").text
    assert "A second step for logging in · of everyone who logs in" in page
    assert "buyers, producers, hosts and private shoppers included" in page
