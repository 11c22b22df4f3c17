"""Contracts: proposed, answered, ended; no two on a day; what was earned keeps its day's share."""

from datetime import date, timedelta

import pytest

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.hosts.commands import (
    Subject,
    agree_to_contract,
    end_contract,
    propose_contract,
    refuse_contract,
    suspend,
)
from marketplace.hosts.models import Agency, Host
from marketplace.hosts.queries import agencies_of
from marketplace.hosts.queries.contracts import CHECKS, contracts_of_agency
from marketplace.hosts.rules.contracts import (
    AgencySuspended,
    ContractAnswered,
    ContractLapsed,
    ContractsOverlap,
    ContractWaits,
    GivenContract,
)
from marketplace.notices.rules import OpenNotice
from tests.county import START, person

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def sides(session, county):
    """A host, an agency and another, each with somebody who works there."""

    def side(row, login, kind, role):
        session.add(row)
        session.flush()
        return row.id, person(session, login, (kind, row.id, role))

    host = Host(name="云霞说山货", code="YUNXIA", joined_at=START)
    agencies = [
        Agency(name=name, uscc=f"91420304MA0000000{place}", joined_at=START)
        for place, name in enumerate(("郧山传媒", "汉江传媒"))
    ]
    return (
        side(host, "host@test", OrganisationKind.HOST, Role.HOST),
        *(
            side(one, f"agent{place}@test", OrganisationKind.AGENCY, Role.CLERK)
            for place, one in enumerate(agencies)
        ),
    )


def terms(from_on=TODAY, until_on=TODAY + 365 * DAY, **changes):
    plain = {"code": "YUNXIA", "share_ppm": 200_000, "from_on": from_on, "until_on": until_on}
    return GivenContract(**{**plain, **changes})


def proposed(session, side, given=None, now=START):
    agency_id, agent = side
    return propose_contract(session, agent, agency_id, given or terms(), now)


def share_on(session, host_id, day):
    found = agencies_of(session, [host_id], day).get(host_id)
    return found.share_ppm if found else None


def test_a_contract_holds_once_the_host_agrees(session, county, sides):
    (host_id, host), one, _other = sides
    contract = proposed(session, one)
    assert share_on(session, host_id, TODAY) is None
    for _again in range(2):
        agree_to_contract(session, host, contract.id, START)
    assert share_on(session, host_id, TODAY) == 200_000
    assert share_on(session, host_id, contract.until_on + DAY) is None
    with pytest.raises(ContractAnswered):
        refuse_contract(session, host, contract.id, START)


def test_a_host_may_say_no(session, county, sides):
    (host_id, host), one, _other = sides
    contract = proposed(session, one)
    for _again in range(2):
        refuse_contract(session, host, contract.id, START)
    assert share_on(session, host_id, TODAY) is None
    with pytest.raises(ContractAnswered):
        agree_to_contract(session, host, contract.id, START)


def test_an_answer_never_reaches_back_before_its_day(session, county, sides):
    (host_id, host), one, _other = sides
    contract = proposed(session, one)
    agree_to_contract(session, host, contract.id, START + 5 * DAY)
    assert share_on(session, host_id, TODAY + 4 * DAY) is None
    assert share_on(session, host_id, TODAY + 5 * DAY) == 200_000


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (terms(from_on=TODAY - DAY), "from_on"),
        (terms(until_on=TODAY - DAY), "until_on"),
        (terms(from_on=TODAY + 2 * DAY, until_on=TODAY + DAY), "until_on"),
        (terms(until_on=date(2029, 11, 24)), "until_on"),
        (terms(code="NOBODY"), "code"),
    ],
)
def test_what_cannot_be_agreed_is_named(session, county, sides, given, field):
    with pytest.raises(InvalidInput) as refused:
        proposed(session, sides[1], given)
    assert [error.field for error in refused.value.errors] == [field]


def test_three_years_to_the_day_are_not_too_long(session, county, sides):
    assert proposed(session, sides[1], terms(until_on=date(2029, 11, 23)))


def test_one_proposal_waits_at_a_time(session, county, sides):
    _host, one, other = sides
    proposed(session, one, terms(until_on=TODAY + DAY))
    with pytest.raises(ContractWaits):
        proposed(session, one)
    assert proposed(session, other)
    later = START + 2 * DAY
    assert proposed(session, one, terms(from_on=TODAY + 2 * DAY), later)


def test_what_nobody_answered_in_time_has_lapsed(session, county, sides):
    (_host_id, host), one, _other = sides
    contract = proposed(session, one, terms(until_on=TODAY + DAY))
    with pytest.raises(ContractLapsed):
        agree_to_contract(session, host, contract.id, START + 2 * DAY)


def test_a_host_belongs_to_one_agency_on_a_day(session, county, sides):
    (host_id, host), one, other = sides
    first = proposed(session, one, terms(until_on=TODAY + 30 * DAY))
    second = proposed(session, other, terms(from_on=TODAY + 30 * DAY, share_ppm=100_000))
    agree_to_contract(session, host, first.id, START)
    with pytest.raises(ContractsOverlap) as refused:
        agree_to_contract(session, host, second.id, START)
    assert refused.value.params == {"name": "郧山传媒"}
    end_contract(session, host, first.id, (TODAY + 30 * DAY, "换一家"), START)
    agree_to_contract(session, host, second.id, START)
    assert share_on(session, host_id, TODAY + 29 * DAY) == 200_000
    assert share_on(session, host_id, TODAY + 30 * DAY) == 100_000


@pytest.mark.parametrize("side", ["host", "agency"])
def test_either_side_ends_it_from_a_day_on_and_earlier_days_keep_their_share(
    session, county, sides, side
):
    (host_id, host), one, _other = sides
    contract = proposed(session, one)
    agree_to_contract(session, host, contract.id, START)
    later = START + 10 * DAY
    by = host if side == "host" else one[1]
    with pytest.raises(InvalidInput):
        end_contract(session, by, contract.id, (TODAY + 9 * DAY, "太早"), later)
    with pytest.raises(InvalidInput):
        end_contract(session, by, contract.id, (contract.until_on + DAY, "太晚"), later)
    end_contract(session, by, contract.id, (TODAY + 10 * DAY, "合作不顺"), later)
    assert share_on(session, host_id, TODAY + 9 * DAY) == 200_000
    assert share_on(session, host_id, TODAY + 10 * DAY) is None
    with pytest.raises(ContractAnswered):
        end_contract(session, by, contract.id, (TODAY + 10 * DAY, "再来"), later)


def test_one_that_never_held_a_whole_day_is_ended_altogether(session, county, sides):
    (host_id, host), one, _other = sides
    contract = proposed(session, one)
    agree_to_contract(session, host, contract.id, START)
    end_contract(session, host, contract.id, (TODAY, "反悔"), START)
    assert contract.state == "ENDED"
    assert share_on(session, host_id, TODAY) is None
    assert proposed(session, one)


def test_a_proposal_is_taken_back(session, county, sides):
    (_host_id, host), one, _other = sides
    contract = proposed(session, one)
    end_contract(session, one[1], contract.id, (TODAY, "写错了"), START)
    with pytest.raises(ContractAnswered):
        agree_to_contract(session, host, contract.id, START)


def test_strangers_find_no_contract(session, county, sides):
    (_host_id, host), one, other = sides
    contract = proposed(session, one)
    for act in (
        lambda: agree_to_contract(session, other[1], contract.id, START),
        lambda: refuse_contract(session, one[1], contract.id, START),
        lambda: end_contract(session, other[1], contract.id, (TODAY, "x"), START),
        lambda: agree_to_contract(session, host, 10**9, START),
        lambda: propose_contract(session, other[1], one[0], terms(), START),
    ):
        with pytest.raises(NotFound):
            act()


def test_whoever_is_suspended_makes_no_new_contract(session, county, sides):
    (host_id, _host), one, other = sides
    suspend(session, county.operator, Subject("AGENCY", one[0]), "投诉", START)
    with pytest.raises(AgencySuspended):
        proposed(session, one)
    suspend(session, county.operator, Subject("HOST", host_id), "投诉", START)
    with pytest.raises(InvalidInput):
        proposed(session, other)


def test_each_stands_on_the_page_as_its_days_say(session, county, sides):
    (_host_id, host), one, _other = sides
    contract = proposed(session, one, terms(from_on=TODAY + DAY, share_ppm=125_500))
    (row,) = contracts_of_agency(session, one[0], PageRequest(1, 24)).items
    assert (row.share, row.standing(TODAY)) == ("12.55%", "PROPOSED")
    assert row.standing(row.until_on + DAY) == "LAPSED"
    agree_to_contract(session, host, contract.id, START)
    (row,) = contracts_of_agency(session, one[0], PageRequest(1, 24)).items
    days = (TODAY, TODAY + DAY, row.until_on + DAY)
    assert [row.standing(day) for day in days] == ["COMING", "IN_FORCE", "OVER"]


def test_a_notice_waits_for_as_long_as_the_answer_does(session, county, sides):
    (_host_id, host), one, _other = sides
    contract = proposed(session, one)
    notice = OpenNotice(1, host.person_id, "agency_proposed", contract.id, {})
    assert set(CHECKS["agency_proposed"](session, [notice], START)) == {1}
    agree_to_contract(session, host, contract.id, START)
    assert set(CHECKS["agency_proposed"](session, [notice], START)) == set()
