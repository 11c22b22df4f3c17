"""The board over the API: for the host's side and the county, and for nobody else."""

import pytest

from marketplace.core.identity import OrganisationKind, Role
from tests.api.conftest import CallAs
from tests.commission.road import sold_by_link
from tests.county import County, person
from tests.livestream.sessions import Held, a_host, an_agency, hold_session


@pytest.fixture
def held(session, county: County) -> Held:
    held = hold_session(session, county, county.mushrooms, county.noodles)
    sold_by_link(session, county, held, (county.mushrooms, 2))
    session.commit()
    return held


def test_the_board_says_what_the_contract_promises(call_as: CallAs, county: County, held: Held):
    board = call_as(held.host).get(f"/sessions/{held.session_id}/board").json
    assert (board["orders"], board["amount_fen"], board["commission_fen"]) == (1, 12_806, 1_280)
    assert board["villages"] == 2
    assert board["stock"] == [
        {"product_id": county.mushrooms.product_id, "name": "椴木香菇", "available": 998},
        {"product_id": county.noodles.product_id, "name": "红薯粉条", "available": 1000},
    ]
    last = board["per_minute"][-1]
    assert last == {"minute": "2026-11-23T04:00:00Z", "orders": 1, "amount_fen": 12_806}


def test_host_agency_and_centre_see_it_and_nobody_else(
    call_as: CallAs, county: County, held: Held, session
):
    agency_id = an_agency(session, held.host_id, 300_000)
    agent = person(session, "agent@test", (OrganisationKind.AGENCY, agency_id, Role.CLERK))
    _other, stranger = a_host(session, "OTHER", "other@test")
    session.commit()
    path = f"/sessions/{held.session_id}/board"
    for identity in (held.host, agent, county.operator, county.auditor):
        assert call_as(identity).get(path).status_code == 200
    for identity in (stranger, county.shopper, county.buyer, county.clerk):
        assert call_as(identity).get(path).status_code == 404


def test_whoever_brings_no_token_is_asked_for_one(stranger, held: Held):
    assert stranger.get(f"/sessions/{held.session_id}/board").status_code == 401


@pytest.mark.parametrize("number", ["0", "999999", str(10**18), "9" * 30, "-1", "1.5", "x"])
def test_numbers_that_name_no_session_are_not_found(call_as, county, held, number):
    assert call_as(county.operator).get(f"/sessions/{number}/board").status_code == 404
