"""Before money leaves or power is given, whoever sits there proves once more who they are."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person, SignIn
from marketplace.accounts.rules.passwords import fit_and_hash, use_cheap_hashes
from marketplace.administration.models import RoleRequest
from marketplace.core.identity import Identity
from marketplace.payments.models import BankAccount
from tests.accounts.keys import Key, register
from tests.accounts.phones import Phone, enrol_on_page
from tests.administration.people import Three, appoint
from tests.conftest import FrozenClock
from tests.county import County
from tests.pages.conftest import Visit, Visitor

PASSWORD = "four unrelated words"
ACCOUNT = {"holder": "会沟村食用菌合作社", "number": "6222021234567890", "bank": "农商行"}

# What asks once more: money that leaves, roles, and who else is logged in.
ASKING = {
    "accounts.add_passkey",
    "accounts.ask_new_passkey",
    "accounts.authenticator",
    "accounts.drop_passkey",
    "accounts.end_one",
    "accounts.end_one_token",
    "accounts.end_others",
    "accounts.enrol",
    "accounts.link_there",
    "accounts.new_codes",
    "accounts.set_password",
    "administration.decide_role",
    "desk.file_for_the_bank",
    "desk.release",
    "payments.declare_bank_account",
    "payments.withdraw_bank_account",
    "privacy.ask_to_erase",
}


@pytest.fixture
def late(session: Session, county: County, visit: Visit, clock: FrozenClock) -> Visit:
    """Opens a browser for somebody who logged in a while ago, and knows their password."""
    use_cheap_hashes()
    words = fit_and_hash(PASSWORD, "nobody@test")

    def come(identity: Identity | None) -> Visitor:
        session.execute(update(Person).values(password_hash=words))
        session.commit()
        visitor = visit(identity)
        clock.advance(minutes=10)
        return visitor

    return come


def hidden(answer: TestResponse) -> dict[str, str]:
    """The fields that a page brings along, but for its token."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: html.unescape(words) for name, words in found if name != "csrf_token"}


def prove(visitor: Visitor, kept: str, status: int = 200, /, **proof: str) -> TestResponse:
    return visitor.send("/account/confirm", status, kept=kept, **(proof or {"password": PASSWORD}))


def accounts(session: Session) -> int:
    session.rollback()
    found = len(session.scalars(select(BankAccount.id)).all())
    session.rollback()
    return found


def test_what_moves_money_or_gives_power_asks_again(app: Flask) -> None:
    asking = {
        name for name, view in app.view_functions.items() if getattr(view, "asks_again", False)
    }
    assert asking == ASKING


def test_a_bank_account_is_declared_after_the_password_with_nothing_typed_twice(
    session: Session, county: County, late: Visit
) -> None:
    clerk, page = late(county.clerk), f"/account/producer/{county.producer_id}"
    before = accounts(session)
    asked = clerk.send(f"{page}/accounts", 403, **ACCOUNT)
    assert "请确认是您本人" in asked.text
    assert ACCOUNT["number"] not in asked.text
    assert accounts(session) == before
    going_on = prove(clerk, hidden(asked)["kept"])
    assert f'action="{page}/accounts"' in going_on.text
    assert hidden(going_on) == ACCOUNT
    clerk.send(f"{page}/accounts", **hidden(going_on))
    assert accounts(session) == before + 1
    clerk.send(f"{page}/accounts", **{**ACCOUNT, "number": "6222021234567891"})


def test_whoever_confirms_goes_on_under_a_new_key(late: Visit, county: County) -> None:
    """A cookie that was stolen before is worth nothing afterwards."""
    visitor = late(county.clerk)
    before = visitor.client.get_cookie("session")
    assert before is not None
    prove(visitor, "", 302)
    after = visitor.client.get_cookie("session")
    assert after is not None
    visitor.see("/me")
    visitor.client.set_cookie("session", before.value)
    assert visitor.client.get("/me").status_code == 302
    visitor.client.set_cookie("session", after.value)
    visitor.see("/me")


def test_ten_minutes_later_it_is_asked_again(
    county: County, late: Visit, clock: FrozenClock
) -> None:
    clerk, page = late(county.clerk), f"/account/producer/{county.producer_id}/accounts"
    prove(clerk, hidden(clerk.send(page, 403, **ACCOUNT))["kept"])
    clock.advance(minutes=9, seconds=59)
    clerk.send(page, **ACCOUNT)
    clock.advance(seconds=1)
    clerk.send(page, 403, **ACCOUNT)


@pytest.mark.parametrize("typed", ["not the one", "", "\x00" * 12, "x" * 10_000, "123456"])
def test_a_wrong_password_keeps_the_form(county: County, late: Visit, typed: str) -> None:
    clerk = late(county.clerk)
    path = f"/account/producer/{county.producer_id}/accounts"
    kept = hidden(clerk.send(path, 403, **ACCOUNT))["kept"]
    again = prove(clerk, kept, 422, password=typed)
    assert hidden(again)["kept"] == kept
    assert 'id="password-error"' in again.text
    assert hidden(prove(clerk, kept)) == ACCOUNT


def test_guesses_at_an_open_screen_are_slowed_down(
    session: Session, county: County, late: Visit
) -> None:
    clerk = late(county.clerk)
    statuses = [
        clerk.client.post("/account/confirm", data={"password": "not the one"}).status_code
        for _ in range(6)
    ]
    assert statuses == [422] * 5 + [429]
    assert session.scalars(select(SignIn.outcome)).all() == ["WRONG_PASSWORD"] * 5


def test_a_page_that_asks_leads_back_to_itself(county: County, late: Visit) -> None:
    cashier = late(county.cashier)
    answer = cashier.client.get("/desk/batches/1/file.csv")
    assert answer.location == "/account/confirm?next=/desk/batches/1/file.csv"
    page = hidden(cashier.client.get(answer.location))
    done = cashier.send("/account/confirm", password=PASSWORD, **page)
    assert done.location == "/desk/batches/1/file.csv"
    cashier.see(done.location, 404)


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_confirming_never_leads_to_another_site(
    county: County, late: Visit, next_page: str
) -> None:
    clerk = late(county.clerk)
    done = clerk.send("/account/confirm", password=PASSWORD, next=next_page)
    assert done.location == "/account/security"


@pytest.mark.parametrize("kept", ["x", "\x00", "密", "x" * 10_000, "{}"])
def test_a_form_that_we_did_not_keep_is_not_sent(county: County, late: Visit, kept: str) -> None:
    clerk = late(county.clerk)
    assert prove(clerk, kept, 302).location == "/account/security"


def test_a_form_that_was_kept_for_somebody_else_is_not_sent(county: County, late: Visit) -> None:
    path = f"/account/producer/{county.producer_id}/accounts"
    kept = hidden(late(county.clerk).send(path, 403, **ACCOUNT))["kept"]
    for other in (county.clerk, county.cashier):
        assert prove(late(other), kept, 302).location == "/account/security"


def test_a_form_is_kept_for_half_an_hour(county: County, late: Visit, clock: FrozenClock) -> None:
    clerk = late(county.clerk)
    path = f"/account/producer/{county.producer_id}/accounts"
    kept = hidden(clerk.send(path, 403, **ACCOUNT))["kept"]
    clock.advance(minutes=30)
    assert prove(clerk, kept, 302).location == "/account/security"


def test_whoever_may_not_do_it_at_all_is_told_so_first(county: County, late: Visit) -> None:
    late(county.buyer).send("/desk/batches/1/release", 403)
    page = late(county.buyer).client.post("/desk/batches/1/release")
    assert "请确认是您本人" not in page.text
    assert late(None).client.get("/account/confirm").location.startswith("/login")


def test_a_role_is_given_after_a_confirmation(
    session: Session, county: County, late: Visit, visit: Visit
) -> None:
    three: Three = appoint(session, county)
    asked = {"ask": "GIVE", "organisation_kind": "UNIT", "role": "BUYER", "reason": "新同事"}
    person = county.shopper.person_id
    path = f"/desk/people/{person}/roles"
    visit(three.system).send(path, organisation="区财政局", **asked)
    number = session.scalars(select(RoleRequest.id)).one()
    session.rollback()
    security = late(three.security)
    page = security.send(f"/desk/roles/{number}/decide", 403, verdict="grant", answer="")
    going_on = prove(security, hidden(page)["kept"])
    assert hidden(going_on) == {"verdict": "grant", "answer": ""}
    security.send(f"/desk/roles/{number}/decide", **hidden(going_on))
    assert session.scalars(select(RoleRequest.state)).one() == "GRANTED"


def enrolled(visitor: Visitor, clock: FrozenClock) -> Phone:
    return enrol_on_page(visitor.client, clock)


def test_whoever_has_a_phone_confirms_by_it_and_not_by_the_password(
    county: County, late: Visit, visit: Visit, clock: FrozenClock, app: Flask
) -> None:
    clerk = visit(county.clerk)
    phone = with_token(app, lambda: enrolled(clerk, clock))
    clock.advance(minutes=11)
    path = f"/account/producer/{county.producer_id}/accounts"
    kept = hidden(clerk.send(path, 403, **ACCOUNT))["kept"]
    prove(clerk, kept, 422, password=PASSWORD)
    prove(clerk, kept, 422, code="12345")
    prove(clerk, kept, 401, code="abcde-fghjk")
    assert hidden(prove(clerk, kept, 200, code=phone.next())) == ACCOUNT


def test_a_passkey_confirms_too(
    county: County, visit: Visit, clock: FrozenClock, app: Flask
) -> None:
    clerk, key = visit(county.clerk), Key()
    with_token(app, lambda: register(clerk.client, key))
    clock.advance(minutes=11)
    path = f"/account/producer/{county.producer_id}/accounts"
    kept = hidden(clerk.send(path, 403, **ACCOUNT))["kept"]
    asked: Any = clerk.client.post("/account/confirm/passkey/question").json
    answer = clerk.send("/account/confirm/passkey", 200, credential=key.sign(asked), kept=kept)
    assert hidden(answer) == ACCOUNT


def test_leaving_for_good_takes_the_password_and_the_second_step(
    county: County, late: Visit, visit: Visit, clock: FrozenClock, app: Flask
) -> None:
    plain, careful = late(county.stranger), visit(county.shopper)
    # Something else stands in the way, and no question.
    plain.send("/account/erase", 409, password=PASSWORD)
    phone = with_token(app, lambda: enrolled(careful, clock))
    clock.advance(minutes=11)
    page = careful.send("/account/erase", 403, password=PASSWORD)
    assert PASSWORD not in page.text
    back = prove(careful, hidden(page)["kept"], 302, code=phone.next())
    assert back.location == "/"
    careful.send("/account/erase", password=PASSWORD)


def test_an_auditor_looks_after_their_own_door(
    county: County, late: Visit, visit: Visit, clock: FrozenClock, app: Flask
) -> None:
    auditor = visit(county.auditor)
    with_token(app, lambda: enrolled(auditor, clock))
    with_token(app, lambda: register(auditor.client, Key()))
    auditor.send("/account/security/sessions/end-others")


def with_token(app: Flask, act: Any) -> Any:
    """Forms carry their token where a page is asked for it."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        return act()
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
