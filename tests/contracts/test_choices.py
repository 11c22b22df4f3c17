"""The choice among answers, four eyes, and the contract that it becomes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.contracts import commands as contracts
from marketplace.contracts.models import ContractLine
from marketplace.contracts.queries.inquiries import (
    lines_of_inquiry,
)
from marketplace.contracts.rules.inquiries import (
    Offer,
    cheapest,
)
from marketplace.contracts.rules.refusals import (
    InquiryWrongState,
    NothingOffered,
    OfferExpired,
    OwnChoice,
    WhyNotCheapest,
)
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.models import Notice
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import PurchaseWish, WishedLine
from marketplace.reports.queries import reconcile
from tests.contracts.asking import LATER, TODAY, answered, told
from tests.county import CONSIGNEE, START, person
from tests.ordering.steps import orders_of


def test_the_cheapest_is_sought_among_those_that_supply_most():
    offers = [Offer(1, 2, 900, 100), Offer(2, 1, 10, 0), Offer(3, 2, 950, 50), Offer(4, 0, 0, 0)]
    assert cheapest(offers) == {1, 3}
    assert cheapest([Offer(1, 0, 0, 9)]) == frozenset()


def test_whoever_does_not_choose_the_cheapest_says_why(session, county, both):
    theirs = (both.id, county.other_producer_id)
    with pytest.raises(WhyNotCheapest):
        contracts.choose(session, county.buyer, theirs, "  ", START)
    with pytest.raises(Forbidden):
        contracts.choose(session, county.finance, theirs, "近", START)
    contracts.choose(session, county.buyer, theirs, "只要香菇,口味好", START)
    with pytest.raises(InquiryWrongState):
        contracts.choose(session, county.buyer, (both.id, county.producer_id), "", START)


def test_a_choice_that_cannot_be_supplied_or_no_longer_holds_is_refused(session, county, inquiry):
    first = lines_of_inquiry(session, inquiry.id)[0].id
    mine, theirs = (inquiry.id, county.producer_id), (inquiry.id, county.other_producer_id)
    contracts.answer(session, county.other_clerk, theirs, answered({}), START)
    short = answered(
        {first: (county.mushrooms.variant_id, 1)}, valid_until=TODAY + timedelta(days=7)
    )
    contracts.answer(session, county.clerk, mine, short, START)
    with pytest.raises(NothingOffered):
        contracts.choose(session, county.buyer, theirs, "近", START)
    with pytest.raises(OfferExpired):
        contracts.choose(session, county.buyer, mine, "", LATER)
    with pytest.raises(NotFound):
        contracts.choose(session, county.buyer, (inquiry.id, 10**6), "", START)


def test_the_choice_becomes_a_contract_of_exactly_those_lines_and_that_sum(session, county, both):
    mine = (both.id, county.producer_id)
    contracts.choose(session, county.buyer, mine, "", START)
    for who in (county.buyer, county.finance, county.operator):
        with pytest.raises(Forbidden):
            contracts.confirm_choice(session, who, both.id, START)
    contract = contracts.confirm_choice(session, county.approver, both.id, START)
    again = contracts.confirm_choice(session, county.approver, both.id, START)
    assert again.id == contract.id
    assert (contract.state, contract.total_fen, contract.freight_fen) == ("SIGNED", 96_000, 500)
    assert contract.valid_until == TODAY + timedelta(days=30)
    lines = session.scalars(select(ContractLine).order_by(ContractLine.id)).all()
    assert [(one.variant_id, one.price_fen, one.most_packs) for one in lines] == [
        (county.mushrooms.variant_id, 6_000, 10),
        (county.oil.variant_id, 9_000, 4),
    ]
    wished = tuple(WishedLine(one.variant_id, one.most_packs) for one in lines)
    wish = PurchaseWish(
        county.unit_id, "CANTEEN", "POSTPAY", wished, CONSIGNEE, contract_id=contract.id
    )
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    ordering.approve(session, county.approver, purchase.id, START)
    (order,) = orders_of(session, purchase.id)
    assert session.get_one(Order, order.id).payable_fen == 96_500
    assert reconcile(session) == []


def test_losers_are_told_that_it_is_decided_without_the_price(session, county, both):
    contracts.choose(session, county.buyer, (both.id, county.producer_id), "", START)
    contracts.confirm_choice(session, county.approver, both.id, START)
    assert ("clerk@test", "inquiry_won") in told(session)
    assert ("clerk2@test", "inquiry_lost") in told(session)
    lost = session.scalars(select(Notice.params).where(Notice.kind == "inquiry_lost")).all()
    assert [set(params) for params in lost] == [{"number", "organisation_id"}]


def test_four_eyes_whoever_chose_does_not_confirm_and_an_approver_may_send_it_back(
    session, county, both
):
    double = person(
        session,
        "double@test",
        (OrganisationKind.UNIT, county.unit_id, Role.BUYER),
        (OrganisationKind.UNIT, county.unit_id, Role.APPROVER),
    )
    contracts.choose(session, double, (both.id, county.producer_id), "", START)
    with pytest.raises(OwnChoice):
        contracts.confirm_choice(session, double, both.id, START)
    contracts.return_choice(session, county.approver, both.id, "再谈谈运费", START)
    assert (both.state, both.chosen_producer_id) == ("ASKED", None)
    contracts.choose(session, county.buyer, (both.id, county.producer_id), "", START)
    contracts.confirm_choice(session, county.approver, both.id, START)
