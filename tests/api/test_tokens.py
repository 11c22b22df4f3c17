"""Tokens: how one gets them, and that nothing else opens the API."""

import pytest
from flask import Flask

from marketplace.accounts.commands import NewPerson, create_person, log_out_everywhere
from marketplace.accounts.queries import find_bearer
from marketplace.accounts.rules.passwords import fit_and_hash
from tests.accounts.people import PASSWORD as PHONE_PASSWORD
from tests.accounts.people import enrol
from tests.accounts.phones import enrol_with_phone
from tests.api.conftest import CallAs, Caller
from tests.county import START, County
from tests.seating import seat

PASSWORD = "correct horse 2026"


@pytest.fixture
def someone(session, county: County):
    """A person who really has a password."""
    hashed = fit_and_hash(PASSWORD, "wang@test", "password")
    made = create_person(session, NewPerson("wang@test", "王芳", hashed), START)
    session.commit()
    return made


def credentials(**changes: object) -> dict[str, object]:
    return {"username": "wang@test", "password": PASSWORD, **changes}


def test_a_password_becomes_a_token_that_says_who_one_is(someone, stranger: Caller):
    issued = stranger.post("/tokens", credentials())
    assert issued.status_code == 201
    given = issued.get_json()
    assert set(given) == {"token", "expires_at"}
    assert given["expires_at"] == "2026-12-23T04:00:00Z"
    assert issued.headers["Cache-Control"] == "no-store"
    me = Caller(stranger.client, given["token"]).get("/me").json
    assert me == {"id": someone.id, "login": "wang@test", "name": "王芳", "memberships": []}


@pytest.mark.parametrize("chosen", [" blanks 2026 at both ends ", "长" + "a1b" * 85])
def test_every_password_that_a_page_takes_opens_the_api(session, county, stranger: Caller, chosen):
    hashed = fit_and_hash(chosen, "li@test", "password")
    create_person(session, NewPerson("li@test", "李", hashed), START)
    session.commit()
    issued = stranger.post("/tokens", {"username": "li@test", "password": chosen})
    assert issued.status_code == 201, issued.text
    other = stranger.post("/tokens", {"username": "li@test", "password": chosen[:-1]})
    assert other.status_code == 401


@pytest.mark.parametrize(
    "wrong", [credentials(password="wrong horse 2026"), credentials(username="nobody@test")]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(someone, stranger, wrong):
    answer = stranger.post("/tokens", wrong)
    assert (answer.status_code, answer.json["code"]) == (401, "login.wrong")
    assert answer.mimetype == "application/problem+json"


def test_guessing_is_slowed_down_and_told_for_how_long(someone, stranger: Caller):
    wrong = credentials(password="wrong horse 2026")
    answers = [stranger.post("/tokens", wrong) for _ in range(7)]
    assert [answer.status_code for answer in answers][:5] == [401] * 5
    assert (answers[-1].status_code, answers[-1].json["code"]) == (429, "login.throttled")
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_me_names_the_organisations_and_the_roles_held_there(call_as: CallAs, county: County):
    assert call_as(county.buyer).get("/me").json["memberships"] == [
        {
            "organisation_kind": "UNIT",
            "organisation_id": county.unit_id,
            "name": "区财政局",
            "roles": ["BUYER"],
        }
    ]
    (clerk,) = call_as(county.clerk).get("/me").json["memberships"]
    assert (clerk["organisation_kind"], clerk["name"]) == ("PRODUCER", "会沟村食用菌合作社")
    (centre,) = call_as(county.cashier).get("/me").json["memberships"]
    assert (centre["name"], centre["roles"]) == ("消费帮扶运营中心", ["CASHIER", "OPERATOR"])


def test_without_a_token_the_answer_is_401_and_says_how_to_get_one(stranger: Caller):
    answer = stranger.get("/me")
    assert (answer.status_code, answer.json["code"]) == (401, "token.needed")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Bearer", "Bearer ", "Basic dTpw", "nonsense", "Bearer \xff"]
)
def test_a_token_that_is_none_is_refused_even_where_none_is_needed(stranger, header):
    for path in ("/me", "/products"):
        answer = stranger("GET", path, headers={"Authorization": header})
        assert (answer.status_code, answer.json["code"]) == (401, "token.refused"), header


def test_a_token_ends_with_its_time_and_with_logging_out_everywhere(
    call_as: CallAs, county: County, clock, session
):
    first, second = call_as(county.buyer), call_as(county.clerk)
    log_out_everywhere(session, county.buyer.person_id)
    session.commit()
    assert first.get("/me").status_code == 401
    assert second.get("/me").status_code == 200
    clock.advance(days=31)
    assert second.get("/me").status_code == 401


def test_a_cookie_opens_nothing(app: Flask, county: County):
    client = app.test_client()
    seat(client, county.buyer)
    caller = Caller(client)
    assert caller.get("/me").status_code == 401
    assert caller.post("/purchases", {}).json["code"] == "token.needed"


def test_credentials_are_checked_field_by_field(stranger: Caller):
    answer = stranger.post("/tokens", {"username": 7, "pasword": "x"})
    fields = {error["field"] for error in answer.json["errors"]}
    assert (answer.status_code, fields) == (422, {"username", "password", "pasword"})


def give_phone(session, clock, login="li@example.org"):
    person, phone = enrol_with_phone(session, clock, login)
    return {"username": person.login, "password": PHONE_PASSWORD}, phone


def test_an_account_with_a_second_step_is_asked_for_its_code(stranger: Caller, session, clock):
    given, phone = give_phone(session, clock)
    answer = stranger.post("/tokens", given)
    assert (answer.status_code, answer.json["code"]) == (401, "login.code_needed")
    code = phone.next()
    assert stranger.post("/tokens", {**given, "otp": code}).status_code == 201
    again = stranger.post("/tokens", {**given, "otp": code})
    assert (again.status_code, again.json["code"]) == (401, "login.code_wrong")
    assert stranger.post("/tokens", {**given, "otp": phone.paper[0]}).status_code == 201


@pytest.mark.parametrize("typed", ["12345", "1234567", "x" * 12, "\x00" * 6, "1e9"])
def test_a_code_that_is_none_is_named_by_its_field(stranger: Caller, session, clock, typed):
    given, _phone = give_phone(session, clock)
    answer = stranger.post("/tokens", {**given, "otp": typed})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["otp"]


def test_a_code_nobody_asked_for_changes_nothing(stranger: Caller, session):
    enrol(session, "li@example.org")
    given = {"username": "li@example.org", "password": PHONE_PASSWORD, "otp": "123456"}
    assert stranger.post("/tokens", given).status_code == 201


def test_guesses_by_program_are_slowed_down(stranger: Caller, session, clock):
    given, _phone = give_phone(session, clock)
    codes = [
        stranger.post("/tokens", {**given, "otp": "abcde-fghj2"}).json["code"] for _ in range(6)
    ]
    assert codes == ["login.code_wrong"] * 5 + ["login.throttled"]


def test_a_token_remembers_whether_a_code_was_given(stranger: Caller, session, clock):
    given, phone = give_phone(session, clock)
    token = stranger.post("/tokens", {**given, "otp": phone.next()}).json["token"]
    found = find_bearer(session, token, clock.now)
    assert found is not None
    assert found[1].was_confirmed_lately(clock.now)
    clock.advance(minutes=10)
    assert not found[1].was_confirmed_lately(clock.now)
