"""People are created, given roles and tokens from the terminal."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Membership, Person
from marketplace.accounts.queries import find_person
from marketplace.accounts.rules.passwords import matches
from marketplace.audit.models import AuditEntry
from marketplace.hosts.models import Agency
from tests.accounts.people import bearer_of, enrol, is_known, log_in
from tests.conftest import NOON

PASSWORD = "grain-of-millet-2026-autumn"


def create(run, login: str = "clerk@county", password: str = PASSWORD):
    return run("create-user", login, "王芳", input=f"{password}\n{password}\n")


def test_a_created_person_can_log_in(run, session):
    assert create(run).exit_code == 0
    person = find_person(session, "clerk@county")
    assert person is not None
    assert matches(person.password_hash, PASSWORD)


def test_a_login_is_given_once(run, session):
    create(run)
    again = create(run)
    assert again.exit_code == 1
    assert "clerk@county" in again.stderr
    assert len(session.scalars(select(Person)).all()) == 1


def test_a_password_that_anyone_would_guess_is_refused(run, session):
    refused = create(run, password="123")
    assert refused.exit_code == 1
    assert "password: " in refused.stderr
    assert session.scalars(select(Person)).all() == []


def test_a_role_in_a_unit_is_given(run, session, county):
    create(run)
    done = run("grant", "clerk@county", "buyer", "--unit", county.unit_id)
    assert done.exit_code == 0, done.output
    person = find_person(session, "clerk@county")
    assert person is not None
    held = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    assert (held.organisation_kind, held.organisation_id, held.role) == (
        "UNIT",
        county.unit_id,
        "BUYER",
    )


def test_a_role_in_an_agency_is_given(run, session):
    session.add(Agency(name="郧山传媒", uscc="91420304MA4YDN0010", joined_at=NOON))
    session.commit()
    create(run)
    assert run("grant", "clerk@county", "CLERK", "--agency", 1).exit_code == 0
    refused = run("grant", "clerk@county", "CLERK", "--agency", 2)
    assert (refused.exit_code, refused.output.strip()) == (1, "Error: There is no agency 2.")


def test_a_role_in_the_operations_centre_needs_no_number(run, session, county):
    create(run)
    assert run("grant", "clerk@county", "AUDITOR", "--centre").exit_code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nobody", "BUYER", "--unit", 1), "Nobody has the login 'nobody'"),
        (("clerk@county", "BUYER", "--unit", 10**6), ""),
        (("clerk@county", "BUYER"), "Name one of"),
        (("clerk@county", "BUYER", "--unit", 1, "--centre"), "Name one of"),
        (("clerk@county", "CASHIER", "--unit", 1), "role"),
        (("clerk@county", "KING", "--unit", 1), "KING"),
    ],
)
def test_a_role_that_cannot_be_is_told(run, session, county, words, reason):
    create(run)
    held = len(session.scalars(select(Membership)).all())
    session.rollback()
    refused = run("grant", *words)
    assert refused.exit_code in (1, 2)
    assert "Error: " in refused.stderr
    assert reason in refused.stderr
    assert len(session.scalars(select(Membership)).all()) == held


def test_a_token_opens_the_api_and_stands_alone_on_its_line(run, session):
    create(run)
    given = run("token", "clerk@county")
    identity = bearer_of(session, given.stdout.strip(), NOON)
    assert identity is not None
    assert identity.login == "clerk@county"
    assert "Good until" in given.stderr


def test_nobody_gets_no_token(run):
    refused = run("token", "nobody")
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_an_administrator_ends_all_sessions_of_one_person_or_of_everybody(run, session, app):
    for login in ("wang@example.org", "li@example.org"):
        enrol(session, login)
    wang, li = app.test_client(), app.test_client()
    log_in(wang)
    log_in(li, "li@example.org")
    assert run("log-out", "wang@example.org", "--reason", "phone was lost").exit_code == 0
    assert (is_known(wang), is_known(li)) == (False, True)
    log_in(wang)
    assert run("log-out", "--everybody", "--reason", "a key leaked").exit_code == 0
    assert (is_known(wang), is_known(li)) == (False, False)
    trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "session.all_ended"))
    assert [one.after["reason"] for one in trail] == ["phone was lost", "a key leaked"]


@pytest.mark.parametrize("words", [[], ["wang", "--everybody"], ["nobody"]])
def test_whose_sessions_end_is_said_once(run, session, words):
    assert run("log-out", *words, "--reason", "x").exit_code != 0
