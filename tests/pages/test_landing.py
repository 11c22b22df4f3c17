"""Whoever logs in without a page in mind comes to their own work, and finds it."""

import pytest

from marketplace.accounts.models import Person
from marketplace.accounts.rules.passwords import fit_and_hash
from tests.accounts.people import PASSWORD, log_in
from tests.county import person
from tests.livestream.sessions import hold_session


def begins(visit, identity) -> str:
    """Where the door leads somebody who is known already; the page is there for them."""
    visitor = visit(identity)
    address = visitor.client.get("/login").headers["Location"]
    visitor.see(address)
    return address


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("buyer", "/"),
        ("shopper", "/"),
        ("approver", "/unit/{unit}/approvals"),
        ("finance", "/unit/{unit}"),
        ("clerk", "/producer/{producer}"),
        ("cashier", "/desk/"),
        ("auditor", "/desk/"),
    ],
)
def test_each_comes_to_their_own_work(session, visit, county, name, address):
    wanted = address.format(unit=county.unit_id, producer=county.producer_id)
    assert begins(visit, getattr(county, name)) == wanted


@pytest.mark.parametrize(("role", "address"), [("SYSTEM", "people"), ("SECURITY", "roles")])
def test_administrators_come_to_what_they_administer(session, visit, role, address):
    administrator = person(session, "administrator@test", ("CENTRE", 1, role))
    session.commit()
    assert begins(visit, administrator) == f"/desk/{address}"


def test_a_host_comes_to_their_sessions(session, visit, county):
    held = hold_session(session, county, county.mushrooms)
    session.commit()
    assert begins(visit, held.host).startswith("/host")


def test_whoever_buys_and_approves_comes_to_the_shop(session, visit, county):
    roles = [("UNIT", county.unit_id, role) for role in ("BUYER", "APPROVER")]
    both = person(session, "both@test", *roles)
    session.commit()
    assert begins(visit, both) == "/"


def test_the_form_leads_there_too(session, visit, county, app):
    session.get_one(Person, county.cashier.person_id).password_hash = fit_and_hash(
        PASSWORD, "cashier@test"
    )
    session.commit()
    client = visit(None).client
    assert log_in(client, "cashier@test").headers["Location"] == "/desk/"
    assert log_in(client, "cashier@test", next="/me").headers["Location"] == "/me"
