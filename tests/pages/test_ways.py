"""Pages that several kinds of people read: none of them is led where they would be refused."""

from datetime import date
from html import unescape

from marketplace.core.identity import Role
from marketplace.units.commands import NewUnit, create_unit
from tests.commission.november import sold_in_november
from tests.county import START, person
from tests.pages.conftest import checkout
from tests.pages.test_contractors import MANDATE, USCC
from tests.payments.settling import declare, sold
from tests.walk.pages import LINK


def refused(visitor, page):
    """Where the links of a page lead to a refusal, what is sent away to log in left out."""
    links = {unescape(link) for link in LINK.findall(visitor.see(page)) if link.startswith("/")}
    answers = {link: visitor.client.get(link).status_code for link in sorted(links)}
    return {link: status for link, status in answers.items() if status >= 400}


def test_the_centre_is_not_led_into_a_producers_rooms(road, county, session):
    declare(session, county)
    sold(session, county)
    session.commit()
    for page in ("settlements", "statement"):
        for reader in (county.clerk, county.cashier, county.auditor):
            visitor, place = road.visit(reader), f"/producer/{county.producer_id}/{page}"
            assert refused(visitor, place) == {}
            assert refused(visitor, f"{place}?period=2026-01") == {}


def test_nobody_is_led_into_rooms_of_a_unit_that_are_closed_to_them(road, county, session):
    below = NewUnit("区财政干校", 2, "420304000000", 5, date(2024, 1, 1), parent_id=county.unit_id)
    below_id = create_unit(session, below, START).id
    staff, above = (
        person(session, f"{role}@test", ("UNIT", county.unit_id, role))
        for role in (Role.STAFF, Role.ADMIN)
    )
    session.commit()
    for reader in (county.buyer, county.finance, staff, above, county.auditor, county.operator):
        assert refused(road.visit(reader), f"/unit/{county.unit_id}") == {}
    for reader in (above, county.operator):
        assert refused(road.visit(reader), f"/unit/{below_id}") == {}


def test_the_centre_is_not_led_into_a_hosts_disputes(road, county, session):
    found = sold_in_november(session, county)
    page = f"/host/{found.first.host_id}/statement?period=2026-11"
    assert f"number={found.number}" in road.visit(found.first.host).see(page)
    assert "/disputes" not in road.visit(county.auditor).see(page)


def test_an_agency_is_led_home_to_its_own_page(road, county, session):
    found = sold_in_november(session, county)
    session_id = found.first.session_id
    for reader in (found.clerk, found.first.host):
        for page in ("/host/reports", f"/host/sessions/{session_id}/report"):
            assert refused(road.visit(reader), page) == {}


def test_a_contractor_is_not_led_to_the_year_of_the_unit(road, county, cook):
    new = {"name": "老灶餐饮公司", "uscc": USCC, "phone": "0719-7220000"}
    road.visit(county.operator).send("/desk/contractors", **new)
    road.visit(county.finance).send(f"/unit/{county.unit_id}/contractors", **MANDATE)
    wanted = (county.mushrooms, 1)
    visitor = road.fill(cook, wanted)
    place = visitor.send("/checkout", **checkout(county, 6_403, wanted, fund="CANTEEN")).location
    order_id = road.order_of(int(place.rpartition("/")[2]))
    page, year = f"/orders/{order_id}", f"/unit/{county.unit_id}"
    assert f'href="{year}"' in road.visit(county.buyer).see(page)
    assert f'href="{year}"' not in visitor.see(page)
    visitor.see(year, 403)
