"""People, roles, settings and the trail on their pages."""

import csv
import json
from io import StringIO

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from deploy.verify_trail import find_faults
from marketplace.accounts.models import PasswordReset, Person
from marketplace.administration.models import CountySetting, RoleRequest
from marketplace.audit.commands import seal
from marketplace.outbox.models import OutboxMessage
from tests.administration.people import Three, appoint
from tests.county import County
from tests.ordering.steps import completed
from tests.pages.conftest import Visit

NEW = {"login": "xinren@yunyang.example", "name": "新人", "phone": "13812345678"}
ASK = {"ask": "GIVE", "organisation_kind": "UNIT", "role": "BUYER", "reason": "新同事"}
SETTING = {"name": "near_expiry_days", "value": "30", "reason": "试行"}


@pytest.fixture
def three(session: Session, county: County) -> Three:
    return appoint(session, county)


def count(session: Session, table: type) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found


def test_a_person_is_entered_and_sets_their_own_password(
    session: Session, three: Three, visit: Visit
) -> None:
    answer = visit(three.system).send("/desk/people", **NEW)
    page = visit(three.system).see(answer.location)
    assert "新人" in page
    assert "13812345678" not in page
    assert "****5678" in page
    letters = [job.payload for job in session.scalars(select(OutboxMessage)).all()]
    session.rollback()
    (letter,) = [one for one in letters if one.get("recipient") == NEW["login"]]
    link = letter["body"].partition("/password/reset/")[2].split()[0]
    secret = "xin-mima-2026-abc"
    visit(None).send(f"/password/reset/{link}", new_password=secret, new_password_again=secret)
    visit(None).send("/login", login=NEW["login"], password=secret)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("login", ""),
        ("login", "demo"),
        ("login", "x@demo"),
        ("login", "长" * 10_000),
        ("login", "a\x00@b.cn"),
        ("name", ""),
        ("name", "a\x00"),
        ("phone", "1" * 21),
    ],
)
def test_what_cannot_be_entered_is_named_and_kept(
    session: Session, three: Three, visit: Visit, field: str, typed: str
) -> None:
    before = count(session, Person)
    answer = visit(three.system).send("/desk/people", 422, **{**NEW, field: typed})
    assert "field-error" in answer.text
    assert NEW["phone"] in answer.text or field == "phone"
    assert count(session, Person) == before


def test_a_login_is_given_once(three: Three, visit: Visit) -> None:
    visit(three.system).send("/desk/people", **NEW)
    visit(three.system).send("/desk/people", 409, **{**NEW, "login": NEW["login"].upper()})


def test_people_are_found_by_name_and_by_login(county: County, three: Three, visit: Visit) -> None:
    page = visit(three.security).see("/desk/people?q=BUYER")
    assert "buyer@test" in page
    assert "clerk@test" not in page
    for nonsense in ("%", "\x00", "长" * 200, "🦊"):
        visit(three.system).see(f"/desk/people?q={nonsense}&page=99999999999")


def test_whoever_is_shut_out_is_let_in_again(county: County, three: Three, visit: Visit) -> None:
    page = f"/desk/people/{county.shopper.person_id}"
    visit(three.system).send(f"{page}/deactivate", 422, reason=" ")
    visit(three.system).send(f"{page}/deactivate", reason="离职")
    visit(county.shopper).see("/me", 302)
    assert "已停用" in visit(three.system).see(page)
    visit(three.system).send(f"{page}/reactivate", reason="返聘")
    page = visit(three.system).see(page)
    assert "恢复账号" in page
    assert "person.reactivated" not in page


def test_nobody_shuts_themselves_out(three: Three, visit: Visit) -> None:
    visit(three.system).send(f"/desk/people/{three.system.person_id}/deactivate", 403, reason="x")


def test_a_role_goes_from_one_to_another(
    session: Session, county: County, three: Three, visit: Visit
) -> None:
    page = f"/desk/people/{county.shopper.person_id}"
    asked = {**ASK, "organisation": "区财政局"}
    visit(three.system).send(f"{page}/roles", **asked)
    visit(three.system).send(f"{page}/roles", 409, **asked)
    session.rollback()
    request_id = session.scalars(select(RoleRequest.id)).one()
    session.rollback()
    assert "新同事" in visit(three.security).see("/desk/roles")
    decide = f"/desk/roles/{request_id}/decide"
    visit(three.system).send(decide, 403, verdict="grant")
    visit(three.security).send(decide, 422, verdict="refuse", answer="")
    visit(three.security).send(decide, 422, verdict="maybe")
    visit(three.security).send(decide, verdict="grant")
    visit(three.security).send(decide, 409, verdict="grant")
    visit(county.shopper).see(f"/unit/{county.unit_id}")
    assert "区财政局" in visit(three.security).see("/desk/roles?tab=granted")
    ended = {**ASK, "organisation_id": str(county.unit_id), "reason": "发现冒用"}
    visit(three.security).send(f"{page}/roles/end", **ended)
    visit(three.security).send(f"{page}/roles/end", 404, **ended)


@pytest.mark.parametrize(
    ("field", "typed", "status"),
    [
        ("organisation", "没有的局", 422),
        ("organisation", "", 422),
        ("organisation", "长" * 121, 422),
        ("organisation", "财政\x00局", 422),
        ("organisation_kind", "KING", 422),
        ("role", "CASHIER", 422),
        ("reason", "", 422),
        ("reason", "长" * 10_000, 422),
        ("ask", "", 422),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    county: County, three: Three, visit: Visit, field: str, typed: str, status: int
) -> None:
    asked = {**ASK, "organisation": "区财政局", field: typed}
    visit(three.system).send(f"/desk/people/{county.shopper.person_id}/roles", status, **asked)


def test_who_is_not_there_is_not_found(county: County, three: Three, visit: Visit) -> None:
    visit(three.system).see("/desk/people/999999", 404)
    asked = {**ASK, "organisation": "区财政局"}
    visit(three.system).send("/desk/people/999999/roles", 404, **asked)
    visit(three.security).send("/desk/roles/999999/decide", 404, verdict="grant")
    visit(three.security).send("/desk/settings/999999/decide", 404, verdict="grant")


def test_a_setting_is_asked_for_decided_and_shown(
    session: Session, three: Three, visit: Visit
) -> None:
    visit(three.system).send("/desk/settings", **{**SETTING, "value": "３０"})
    visit(three.system).send("/desk/settings", 409, **SETTING)
    visit(three.security).send("/desk/settings/1/decide", verdict="grant")
    assert count(session, CountySetting) == 1
    assert "30 天" in visit(three.system).see("/desk/settings")


@pytest.mark.parametrize("value", ["", "0", "-1", "6", "366", "1.5", "1e9", "三十", "9" * 40])
def test_a_setting_out_of_bounds_is_refused(three: Three, visit: Visit, value: str) -> None:
    answer = visit(three.system).send("/desk/settings", 422, **{**SETTING, "value": value})
    assert "试行" in answer.text


@pytest.mark.parametrize("value", ["0", "99.99", "1000000.01", "1.234", "x"])
def test_an_amount_out_of_bounds_is_refused(three: Three, visit: Visit, value: str) -> None:
    wish = {**SETTING, "name": "acceptance_by_another_fen", "value": value}
    visit(three.system).send("/desk/settings", 422, **wish)


def test_everyone_else_is_kept_out(county: County, three: Three, visit: Visit) -> None:
    for page in ("/desk/people", "/desk/roles", "/desk/roles/matrix"):
        for who in (county.operator, county.cashier, county.clerk, county.shopper):
            visit(who).see(page, 403)
        visit(county.auditor).see(page)
        visit(None).see(page, 302)
    for who in (three.system, three.security):
        for page in ("/desk/", "/desk/payouts", "/desk/audit", "/desk/reconciliation"):
            visit(who).see(page, 403)


def test_the_matrix_says_what_the_rules_say(three: Three, visit: Visit) -> None:
    page = visit(three.security).see("/desk/roles/matrix?room=administration")
    assert "POST /desk/people" in page
    visit(three.security).see("/desk/roles/matrix?room=nowhere")


def sealed_trail(session: Session, county: County) -> None:
    completed(session, county, county.wish((county.mushrooms, 2)))
    seal(session)
    session.commit()


def test_the_trail_is_filtered_and_taken_away_as_filtered(
    session: Session, county: County, visit: Visit
) -> None:
    sealed_trail(session, county)
    auditor = visit(county.auditor)
    assert "purchase.placed" in auditor.see("/desk/audit?action=purchase")
    assert "role.granted" not in auditor.see("/desk/audit?action=purchase").partition("<tbody")[2]
    taken = auditor.client.get("/desk/audit/trail.csv?action=purchase")
    rows = list(csv.reader(StringIO(taken.data.decode("utf-8-sig"))))
    assert {row[3] for row in rows[1:]} == {"purchase.placed"}
    lines = auditor.client.get("/desk/audit/trail.jsonl?action=purchase").text.splitlines()
    assert len(lines) == len(rows) - 1


def test_an_outsider_proves_what_was_taken_away(
    session: Session, county: County, visit: Visit
) -> None:
    sealed_trail(session, county)
    lines = visit(county.auditor).client.get("/desk/audit/trail.jsonl").text.splitlines()
    assert len(lines) > 20
    assert find_faults(lines) == []
    some = lines[::3]
    assert find_faults(some) == []
    first = json.loads(lines[5])
    first["entry"]["actor_id"] = 999
    assert len(find_faults([*lines[:5], json.dumps(first), *lines[6:]])) == 1
    first = json.loads(lines[5])
    first["hash"] = "0" * 64
    assert len(find_faults([*lines[:5], json.dumps(first), *lines[6:]])) == 2


def test_operators_see_the_trail_of_their_county_only(
    session: Session, county: County, visit: Visit
) -> None:
    sealed_trail(session, county)
    # Commands of the tests belong to no county; only what was done on pages does.
    assert "purchase.placed" not in visit(county.operator).see("/desk/audit").partition("<tbody")[2]
    visit(county.operator).see("/desk/audit?county=")
    taken = visit(county.operator).client.get("/desk/audit/trail.jsonl?county=420325").text
    assert taken == ""


@pytest.mark.parametrize(
    "asked",
    [
        "actor=nobody@x",
        "actor=99999999999999999999999999",
        "actor=%00",
        "action=%25",
        "object=%F0%9F%A6%8A",
        "from=x&until=0001-01-01",
        "from=9999-12-31&until=9999-12-31",
        "before=-1",
        "before=99999999999999999999",
        "before=%EF%BC%91%EF%BC%90",
        "county=12345678901234567890",
        "origin=" + "x" * 3000,
    ],
)
def test_nonsense_in_the_address_breaks_nothing(county: County, visit: Visit, asked: str) -> None:
    visit(county.auditor).see(f"/desk/audit?{asked}")
    visit(county.auditor).see(f"/desk/audit/trail.csv?{asked}")


@pytest.mark.parametrize(
    ("locale", "has", "has_not"),
    [
        (None, ("设置密码", "Set your password"), ()),
        ("en", ("Set your password",), ("设置密码",)),
        ("zh_Hans_CN", ("设置密码",), ("Set your password",)),
    ],
)
def test_the_first_letter_is_in_the_language_of_its_reader(
    session: Session, three: Three, visit: Visit, locale: str | None, has: str, has_not: str
) -> None:
    address = visit(three.system).send("/desk/people", **NEW).location
    session.execute(update(Person).where(Person.login == NEW["login"]).values(locale=locale))
    session.execute(delete(OutboxMessage))
    session.execute(delete(PasswordReset))
    session.commit()
    visit(three.system).send(f"{address}/link")
    letters = [job.payload for job in session.scalars(select(OutboxMessage))]
    (letter,) = [one for one in letters if one.get("recipient") == NEW["login"]]
    text = letter["subject"] + letter["body"]
    assert all(words in text for words in has), text
    assert not any(words in text for words in has_not)
