"""Statement, settlement and dispute: no fault that axe finds, no scrolling sideways."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.ordering.commands.disputes import dispute_sale
from tests.browser.conftest import PASSWORD, Shop
from tests.browser.test_every_page import all_faults
from tests.commission.november import sold_in_november
from tests.commission.settling import agency, frozen, given_back, host


@pytest.fixture
def pages(shop: Shop, session: Session) -> dict[str, list[str]]:
    """A settled month with a refund and a dispute; the pages that each person has."""
    county = shop.county
    sold = sold_in_november(session, county)
    given_back(session, county, sold.order.id, 2)
    settlement = frozen(session, county, host(sold.first.host_id))
    theirs = frozen(session, county, agency(sold.agency_id))
    wish = (sold.number, "观众在我的场次下的单,口令没来得及填。")
    second = sold.second
    dispute = dispute_sale(session, second.host, second.host_id, wish, settlement.frozen_at)
    # They came after the others of the county learned their passwords.
    session.execute(update(Person).values(password_hash=fit_and_hash(PASSWORD, "nobody@test")))
    session.commit()
    mine = f"/host/{sold.first.host_id}"
    return {
        "host@test": [
            f"{mine}/statement?period=2026-11", f"{mine}/settlements",
            f"/commissions/{settlement.id}", f"{mine}/disputes",
        ],
        "second-host@test": [f"/host/{second.host_id}/disputes/{dispute}"],
        "agent@test": [
            f"/agency/{sold.agency_id}/statement?period=2026-11", f"/commissions/{theirs.id}",
        ],
        "cashier@test": [
            "/desk/commissions?period=2026-11", "/desk/disputes", f"/desk/disputes/{dispute}",
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("login", "english"),
    [
        ("host@test", False),
        ("second-host@test", True),
        ("agent@test", True),
        ("cashier@test", False),
    ],
)
def test_no_page_of_commission_has_a_fault(shop: Shop, pages, login: str, english: bool) -> None:
    assert all_faults(shop.visit(login, english=english), pages[login]) == ""
