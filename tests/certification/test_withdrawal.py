"""A withdrawal shows first what it does; what was ordered before keeps the recognition."""

from datetime import date

import pytest

from marketplace.catalogue.queries import variants_for
from marketplace.catalogue.queries.certified import (
    CertifiedFilter,
    all_certified,
    get_certificate,
    list_certified,
)
from marketplace.certification import commands
from marketplace.certification.rules import AlreadyWithdrawn, WithdrawalChanged
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries.withdrawal import effect_of
from marketplace.ordering.rules.refusals import ReasonNeeded
from marketplace.quota.queries.entries import counted_of_lines
from tests.county import START
from tests.ordering.steps import accepted, lines_of, orders_of, paid, placed

TODAY = date(2026, 11, 23)
EVERYTHING = CertifiedFilter()


def number_of(county):
    return f"鄂扶 {county.mushrooms.product_id}"


def withdrawn(session, county, office, who=None):
    mark = effect_of(session, county.mushrooms.product_id).mark
    told = ("抽检不合格", mark)
    return commands.withdraw(session, who or office.certifier, number_of(county), told, START)


def test_orders_on_their_way_keep_it_and_what_comes_after_does_not(session, county, office):
    wish = county.wish((county.mushrooms, 10))
    purchase, orders = placed(session, county, wish)
    draft = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.put_in_basket(session, county.shopper, county.mushrooms.variant_id, 1, START)
    waiting = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, waiting.id, START)
    effect = effect_of(session, county.mushrooms.product_id)
    assert (effect.keeping, effect.keeping_fen) == (1, 64_030)
    assert (effect.in_approval, effect.drafts, effect.baskets) == (1, 1, 1)
    assert effect.orders[0].number == orders[0].number

    withdrawn(session, county, office)

    ordering.submit(session, county.buyer, draft.id, START)
    ordering.approve(session, county.approver, draft.id, START)
    ordering.approve(session, county.approver, waiting.id, START)
    for one, certified in ((purchase, True), (waiting, True), (draft, False)):
        (order,) = orders_of(session, one.id)
        assert [line.is_certified for line in lines_of(session, order.id)] == [certified]
    accepted(session, county, orders[0])
    paid(session, county, purchase)
    assert orders[0].state == "COMPLETED"
    (line,) = lines_of(session, orders[0].id)
    assert sum(one.amount_fen for one in counted_of_lines(session, [line.id])) == 64_030


def test_from_that_day_on_the_product_is_not_recognised(session, county, office):
    withdrawn(session, county, office)
    variant = county.mushrooms.variant_id
    assert not variants_for(session, [variant], TODAY)[variant].is_certified_on(TODAY)
    found = get_certificate(session, number_of(county))
    assert (found.withdrawn_on, found.withdrawal_reason) == (TODAY, "抽检不合格")
    listed = list_certified(session, EVERYTHING, PageRequest(), TODAY)
    assert [one.product_name for one in listed.items] == ["红薯粉条"]


def test_nobody_withdraws_what_they_have_not_seen(session, county, office):
    mark = effect_of(session, county.mushrooms.product_id).mark
    placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(WithdrawalChanged):
        commands.withdraw(session, office.certifier, number_of(county), ("假", mark), START)


def test_a_withdrawal_needs_a_reason_a_right_and_a_certificate(session, county, office):
    mark = effect_of(session, county.mushrooms.product_id).mark
    with pytest.raises(ReasonNeeded):
        commands.withdraw(session, office.certifier, number_of(county), (" ", mark), START)
    for stranger in (county.operator, county.auditor, county.clerk):
        with pytest.raises(Forbidden):
            withdrawn(session, county, office, who=stranger)
    for number in ("没有这张", "", "x" * 41, "a\x00b"):
        with pytest.raises(NotFound):
            commands.withdraw(session, office.certifier, number, ("假", mark), START)


def test_it_is_withdrawn_once(session, county, office):
    withdrawn(session, county, office)
    with pytest.raises(AlreadyWithdrawn):
        withdrawn(session, county, office)


def test_the_register_is_searched_by_product_producer_number_and_township(session, county):
    def names(**wanted):
        return [
            one.product_name for one in all_certified(session, CertifiedFilter(**wanted), TODAY)
        ]

    assert names() == ["椴木香菇", "红薯粉条"]
    assert names(q="香菇") == ["椴木香菇"]
    assert names(q="粉条工坊") == ["红薯粉条"]
    assert names(q=number_of(county)) == ["椴木香菇"]
    assert names(q="%") == []
    assert names(township="420304106000") + names(township="420304102000") != []
    assert names(township="420304999000") == []
