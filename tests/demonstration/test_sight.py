"""An official sees and does nothing of another county, by any address the application knows."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person, load_identity
from marketplace.core.areas import within
from marketplace.core.identity import Identity
from marketplace.demonstration.neighbour import COUNTY as THERE
from marketplace.demonstration.places import COUNTY as HERE
from marketplace.units.models import BudgetUnit
from marketplace.web import db
from tests.conftest import NOON, settings_for
from tests.demonstration.sight import (
    address,
    appoint,
    enter,
    may,
    pages,
    reading_rules,
    rows_by_table,
)
from tests.structure.test_auditor import OWN_MATTERS, READING

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

ROLES = ("OPERATOR", "CASHIER", "CERTIFIER", "AUDITOR", "SYSTEM", "SECURITY")
# What anybody may put into a basket of their own, wherever it comes from.
OWN_BASKET = {"ordering.change_basket", "ordering.remove_from_basket"}
# Units, producers and orders that have nothing to do with the other county.
STRANGERS = f"""
    SELECT name FROM budget_unit WHERE division_code LIKE '{HERE}%' AND id NOT IN (
        SELECT o.unit_id FROM "order" o JOIN producer p ON p.id = o.producer_id
        WHERE p.village_code LIKE '{THERE}%' AND o.unit_id IS NOT NULL)
    UNION SELECT name FROM producer WHERE village_code LIKE '{HERE}%' AND id NOT IN (
        SELECT o.producer_id FROM "order" o JOIN budget_unit u ON u.id = o.unit_id
        WHERE u.division_code LIKE '{THERE}%')
    UNION SELECT o.number FROM "order" o JOIN producer p ON p.id = o.producer_id
        LEFT JOIN budget_unit u ON u.id = o.unit_id
        WHERE p.village_code LIKE '{HERE}%'
        AND (u.division_code IS NULL OR u.division_code LIKE '{HERE}%')
"""


@pytest.fixture(scope="module")
def app(county_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url = county_engine.url.render_as_string(hide_password=False)
    folder: Path = tmp_path_factory.mktemp("sight")
    made = create_app(settings_for(url, folder), clock=lambda: NOON)
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def officials(county_engine: Engine) -> dict[str, Identity]:
    """One for each role in the small county."""
    with Session(county_engine) as session:
        made = {role: appoint(session, f"{role.casefold()}@sight", THERE, role) for role in ROLES}
        session.commit()
        found = {role: load_identity(session, person_id) for role, person_id in made.items()}
    return {role: identity for role, identity in found.items() if identity is not None}


@pytest.fixture(scope="module")
def marks(county_engine: Engine) -> re.Pattern[str]:
    with Session(county_engine) as session:
        names = sorted(session.scalars(text(STRANGERS)), key=len, reverse=True)
    assert len(names) > 1000
    return re.compile("|".join(map(re.escape, names)))


@pytest.fixture(scope="module")
def theirs(county_engine: Engine) -> dict[str, Any]:
    """By place, the key of a row that lies in the other county only."""
    with Session(county_engine) as session:
        return {place: _outside(session, place) for place in _places()}


def _places() -> set[str]:
    from marketplace.core.areas import PLACES

    return set(PLACES)


def _outside(session: Session, place: str) -> Any:
    inside = set(session.scalars(within(place, THERE)))
    every = session.scalars(within(place, "")).all()
    return next((key for key in every if key not in inside), None)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_an_official_anything_of_another_county(
    app: Flask,
    officials: dict[str, Identity],
    marks: re.Pattern[str],
    theirs: dict[str, Any],
    role: str,
) -> None:
    client, seen, wrong = enter(app, officials[role]), 0, []
    for rule in reading_rules(app):
        built = address(rule, "GET", theirs)
        if built is None or rule.rule.startswith(("/api/", "/static/")):
            continue
        path, named = built
        for shown, status, body in pages(client, path):
            seen += 1
            found = set(marks.findall(body))
            if found or status >= 500:
                wrong.append((shown, status, sorted(found)[:2]))
            elif named and status != 404 and may(app, rule.endpoint, officials[role]):
                wrong.append((shown, status, ["not 404"]))
    assert wrong == []
    assert seen > 200


def test_the_first_page_offers_nothing_that_is_closed_to_one_county(
    app: Flask, officials: dict[str, Identity]
) -> None:
    client = enter(app, officials["OPERATOR"])
    main = client.get("/desk/").text.partition("<main")[2].partition("</main>")[0]
    offered = sorted(set(re.findall(r'href="(/[^"]+)"', main)))
    assert len(offered) > 40
    assert [link for link in offered if client.get(link).status_code != 200] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_call_tells_an_official_anything_of_another_county(
    app: Flask,
    county_engine: Engine,
    officials: dict[str, Identity],
    marks: re.Pattern[str],
    theirs: dict[str, Any],
    role: str,
) -> None:
    with Session(county_engine) as session:
        token = create_token(session, session.get_one(Person, officials[role].person_id), NOON)
        session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token.token}"}
    paths = {
        built[0]
        for rule in reading_rules(app)
        if rule.rule.startswith("/api/") and (built := address(rule, "GET", theirs))
    }
    about_theirs = ("purchase", "order", "unit", "producer", "refund", "certification")
    places = {"unit": "budget_unit", "certification": "certification_application"}
    for kind in about_theirs:
        key = theirs[places.get(kind, kind)]
        paths |= {f"/api/v1/audit?object={kind}:{key}", f"/api/v1/papers?object={kind}:{key}"}
    wrong = []
    for path in sorted(paths):
        answer = client.get(path, headers=headers)
        found = set(marks.findall(answer.get_data(as_text=True)))
        one = re.search(r"/\d+", path) or "object=" in path
        if found or answer.status_code >= 500 or (one and answer.status_code == 200):
            wrong.append((path, answer.status_code, sorted(found)[:2]))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_an_official_does_nothing_to_another_county(
    app: Flask,
    county_engine: Engine,
    officials: dict[str, Identity],
    theirs: dict[str, Any],
    role: str,
) -> None:
    client, before, tried, done = enter(app, officials[role]), rows_by_table(county_engine), 0, []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {*OWN_MATTERS, *OWN_BASKET} or rule.rule.startswith("/api/"):
            continue
        for method in sorted((rule.methods or set()) - READING):
            built = address(rule, method, theirs)
            if built is None or not built[1]:
                continue
            answer = client.open(
                built[0], method=method, data={"reason": "想试一试", "words": "试"}
            )
            tried += 1
            if answer.status_code not in (403, 404):
                done.append((built[0], answer.status_code))
    assert done == []
    assert tried > 150
    assert rows_by_table(county_engine) == before


def test_an_order_across_counties_is_read_by_both_and_mediated_by_the_producers(
    app: Flask, county_engine: Engine, officials: dict[str, Identity]
) -> None:
    wanted = text(
        'SELECT o.id, o.purchase_id FROM "order" o JOIN budget_unit u ON u.id = o.unit_id'
        " JOIN producer p ON p.id = o.producer_id"
        f" WHERE u.division_code LIKE '{HERE}%' AND p.village_code LIKE '{THERE}%'"
    )
    with Session(county_engine) as session:
        order_id, purchase_id = session.execute(wanted).first() or (0, 0)
        person = find_person(session, "official@demo")
        assert person is not None
        other = load_identity(session, person.id)
    assert other is not None
    for identity in (other, officials["OPERATOR"]):
        assert enter(app, identity).get(f"/orders/{order_id}").status_code == 200
    # Who is bought for, and with which staff list, is the unit's county's alone.
    client = enter(app, officials["CASHIER"])
    assert client.get(f"/purchases/{purchase_id}/people").status_code == 404
    assert client.post(f"/purchases/{purchase_id}/cancel", data={}).status_code == 403


def test_ids_in_forms_open_nothing_either(
    app: Flask, county_engine: Engine, officials: dict[str, Identity], theirs: dict[str, Any]
) -> None:
    names = ("CASHIER", "OPERATOR", "CERTIFIER")
    cashier, operator, certifier = (enter(app, officials[name]) for name in names)
    before = rows_by_table(county_engine)
    assert cashier.post("/desk/payouts", data={"payout": [theirs["payout"]]}).status_code == 404
    with Session(county_engine) as session:
        unit = session.get_one(BudgetUnit, theirs["budget_unit"]).name
    pair = {"unit": unit, "village": f"{THERE}101201"}
    answer = operator.post("/desk/pairings", data=pair)
    assert (answer.status_code, "unit-error" in answer.text) == (422, True)
    rule = {"code": "there", "name": "别处的规则", "basis": "PER_HEAD_FLOOR", "area": HERE,
            "funds": "UNION", "legal_reference": "无", "amount": "500",
            "recognition_point": "COMPLETED"}  # fmt: skip
    assert operator.post("/desk/rules/new", data=rule).status_code == 422
    number = theirs["certification"]
    assert certifier.post(f"/desk/certificates?number={number}", data={}).status_code == 404
    # What concerns everybody is done by the centre that keeps the common account.
    assert cashier.get("/desk/ledger").status_code == 403
    assert cashier.post("/desk/transfers", data={}).status_code == 403
    assert rows_by_table(county_engine) == before


def test_a_wider_area_sees_all_its_counties(
    app: Flask, county_engine: Engine, marks: re.Pattern[str]
) -> None:
    with Session(county_engine) as session:
        wide = load_identity(session, appoint(session, "nation@sight", "", "AUDITOR"))
        session.commit()
    assert wide is not None
    client = enter(app, wide)
    found = client.get("/desk/units?county=").get_data(as_text=True)
    assert marks.search(found)
    assert "示例县" in found
    only = client.get(f"/desk/units?county={THERE}").get_data(as_text=True)
    assert "示例县财政局" in only
    assert not marks.search(only)
    for path in ("/desk/ledger", "/desk/transfers", "/desk/reconciliation"):
        assert client.get(path).status_code == 200
    # Since there is such a centre, the first county's keeps the common account no longer.
    with Session(county_engine) as session:
        first = load_identity(session, appoint(session, "first@sight", HERE, "AUDITOR"))
        session.commit()
    assert first is not None
    assert enter(app, first).get("/desk/ledger").status_code == 403
