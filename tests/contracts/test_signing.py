"""Who writes, offers and signs a contract, and what happens when its last day has passed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.contracts import commands as contracts
from marketplace.contracts.models import ContractStep, FrameworkContract
from marketplace.contracts.queries.contracts import count_contracts, get_contract
from marketplace.contracts.queries.contracts import of_producer as of_producer_listed
from marketplace.contracts.rules.contracts import (
    GivenContract,
    GivenLine,
    days_left,
    ends_soon,
    wrong_contract,
)
from marketplace.contracts.rules.refusals import (
    ContractPast,
    ContractWrongState,
    NeedsReason,
    OwnContract,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from tests.contracts.asking import told
from tests.contracts.signing import given, signed
from tests.county import START, person

TODAY = START.date()


def of_unit(county):
    return ("UNIT", county.unit_id, county.producer_id)


def of_producer(county):
    return ("PRODUCER", county.unit_id, county.producer_id)


def test_it_holds_only_when_both_sides_have_signed_and_both_are_told(session, county):
    contract = contracts.write_contract(
        session, county.buyer, of_unit(county), given(county), START
    )
    contracts.offer_contract(session, county.buyer, contract.id, START)
    contracts.sign_contract(session, county.clerk, contract.id, START)
    assert contract.state == "OFFERED"
    contracts.sign_contract(session, county.approver, contract.id, START)
    assert (contract.state, contract.signed_on) == ("SIGNED", TODAY)
    assert ("approver@test", "contract_offered") in told(session)
    for who in ("buyer@test", "finance@test", "clerk@test"):
        assert (who, "contract_signed") in told(session)
    kinds = session.scalars(select(ContractStep.kind).order_by(ContractStep.id)).all()
    assert kinds == ["WRITTEN", "OFFERED", "SIGNED", "SIGNED"]


def test_a_producer_who_offers_has_signed(session, county):
    contract = contracts.write_contract(
        session, county.clerk, of_producer(county), given(county), START
    )
    contracts.offer_contract(session, county.clerk, contract.id, START)
    contracts.sign_contract(session, county.approver, contract.id, START)
    assert contract.state == "SIGNED"


def test_four_eyes_whoever_wrote_it_for_the_unit_does_not_sign_it(session, county):
    both = person(
        session,
        "both@test",
        (OrganisationKind.UNIT, county.unit_id, Role.BUYER),
        (OrganisationKind.UNIT, county.unit_id, Role.APPROVER),
    )
    contract = contracts.write_contract(session, both, of_unit(county), given(county), START)
    contracts.offer_contract(session, both, contract.id, START)
    with pytest.raises(OwnContract):
        contracts.sign_contract(session, both, contract.id, START)
    for other in (county.buyer, county.finance, county.operator, county.auditor):
        with pytest.raises(Forbidden):
            contracts.sign_contract(session, other, contract.id, START)
    contracts.sign_contract(session, county.approver, contract.id, START)


def test_only_those_of_the_side_write(session, county):
    for who, parties, refusal in (
        (county.approver, of_unit(county), Forbidden),
        (county.stranger, of_unit(county), NotFound),
        (county.clerk, of_unit(county), NotFound),
        (county.other_clerk, of_producer(county), NotFound),
        (county.operator, of_producer(county), NotFound),
    ):
        with pytest.raises(refusal):
            contracts.write_contract(session, who, parties, given(county), START)


def test_a_contract_is_about_goods_of_its_producer(session, county):
    foreign = given(county, lines=(GivenLine(county.noodles.variant_id, 100),))
    with pytest.raises(InvalidInput):
        contracts.write_contract(session, county.buyer, of_unit(county), foreign, START)


def test_what_was_offered_is_not_rewritten_but_sent_back_with_words(session, county):
    contract = contracts.write_contract(
        session, county.clerk, of_producer(county), given(county), START
    )
    contracts.offer_contract(session, county.clerk, contract.id, START)
    with pytest.raises(ContractWrongState):
        contracts.change_contract(session, county.clerk, contract.id, given(county), START)
    with pytest.raises(NeedsReason):
        contracts.return_contract(session, county.approver, contract.id, " ", START)
    contracts.return_contract(session, county.approver, contract.id, "总额太高", START)
    assert (contract.state, contract.producer_signed_by) == ("DRAFT", None)
    with pytest.raises(Forbidden):
        contracts.change_contract(session, county.buyer, contract.id, given(county), START)
    contracts.change_contract(
        session, county.clerk, contract.id, given(county, total_fen=90_000), START
    )
    assert contract.total_fen == 90_000


def test_a_producer_knows_what_a_unit_writes_once_it_was_offered(session, county):
    written = contracts.write_contract(session, county.buyer, of_unit(county), given(county), START)
    dropped = contracts.write_contract(session, county.buyer, of_unit(county), given(county), START)
    contracts.end_contract(session, county.buyer, dropped.id, "写错了", START)
    theirs = of_producer_listed(county.producer_id)
    for contract in (written, dropped):
        with pytest.raises(NotFound):
            get_contract(session, county.clerk, contract.id)
        with pytest.raises(NotFound):
            contracts.sign_contract(session, county.clerk, contract.id, START)
        for who in (county.buyer, county.approver, county.auditor):
            assert get_contract(session, who, contract.id).row.id == contract.id
    assert set(count_contracts(session, *theirs).values()) == {0}
    contracts.offer_contract(session, county.buyer, written.id, START)
    contracts.return_contract(session, county.clerk, written.id, "总额太低", START)
    assert get_contract(session, county.clerk, written.id).row.state == "DRAFT"


def test_what_is_past_is_not_signed(session, county):
    contract = contracts.write_contract(
        session, county.buyer, of_unit(county), given(county), START
    )
    contracts.offer_contract(session, county.buyer, contract.id, START)
    with pytest.raises(ContractPast):
        contracts.sign_contract(session, county.approver, contract.id, START + timedelta(days=60))


def test_a_producer_cannot_walk_out_of_what_was_signed(session, county):
    contract = signed(session, county)
    for who in (county.clerk, county.buyer, county.auditor):
        with pytest.raises(Forbidden):
            contracts.end_contract(session, who, contract.id, "涨价了", START)
    with pytest.raises(NeedsReason):
        contracts.end_contract(session, county.operator, contract.id, "", START)
    contracts.end_contract(session, county.operator, contract.id, "企业注销", START)
    contracts.end_contract(session, county.operator, contract.id, "企业注销", START)
    assert (contract.state, contract.end_reason) == ("ENDED", "企业注销")


def test_a_draft_is_given_up_by_whoever_wrote_it(session, county):
    contract = contracts.write_contract(
        session, county.clerk, of_producer(county), given(county), START
    )
    with pytest.raises(Forbidden):
        contracts.end_contract(session, county.approver, contract.id, "不要", START)
    contracts.end_contract(session, county.clerk, contract.id, "写错了", START)
    assert contract.state == "ENDED"


def test_the_last_day_ends_it_and_a_month_before_both_sides_are_told_once(session, county):
    contract = signed(session, county)
    soon = START + timedelta(days=10)
    for _ in range(2):
        assert contracts.end_due(session, soon) == 0
    warned = [who for who, words in told(session) if words == "contract_soon"]
    assert warned == ["buyer@test", "clerk@test", "finance@test"]
    last = START + timedelta(days=38)
    assert contracts.end_due(session, last) == 0
    assert contracts.end_due(session, last + timedelta(days=1)) == 1
    assert contracts.end_due(session, last + timedelta(days=1)) == 0
    session.refresh(contract)
    assert contract.state == "ENDED"
    assert session.scalars(select(FrameworkContract.state)).all() == ["ENDED"]


def test_days_left_count_the_last_day(session):
    assert days_left(date(2026, 12, 31), date(2026, 12, 31)) == 1
    assert days_left(date(2026, 12, 31), date(2027, 1, 1)) == 0
    assert ends_soon("SIGNED", date(2026, 12, 31), date(2026, 12, 1))
    assert not ends_soon("SIGNED", date(2026, 12, 31), date(2026, 11, 30))
    assert not ends_soon("ENDED", date(2026, 12, 31), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"title": " "}, ["title"]),
        ({"lines": ()}, ["lines"]),
        ({"total_fen": 0}, ["total"]),
        ({"total_fen": None}, ["total"]),
        ({"total_fen": 10**11}, ["total"]),
        ({"lines": (GivenLine(1, 100, 5),), "total_fen": 501}, ["total"]),
        ({"lines": (GivenLine(1, 100, 5),), "total_fen": None}, []),
        ({"lines": (GivenLine(1, 0, None),)}, ["price-1"]),
        ({"lines": (GivenLine(1, 100, 0),), "total_fen": 1}, ["total", "most-1"]),
        ({"freight_fen": -1}, ["freight"]),
        ({"valid_until": date(2026, 10, 1)}, ["valid_until"]),
        ({"valid_from": date(2026, 1, 1), "valid_until": date(2026, 11, 22)}, ["valid_until"]),
    ],
)
def test_what_is_wrong_with_a_contract_is_named_by_field(changes, fields):
    whole = {
        "title": "香菇",
        "lines": (GivenLine(1, 100, None),),
        "valid_from": date(2026, 11, 1),
        "valid_until": date(2026, 12, 31),
        "total_fen": 1_000,
    }
    found = wrong_contract(GivenContract(**{**whole, **changes}), TODAY)
    assert [error.field for error in found] == fields
