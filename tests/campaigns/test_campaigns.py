"""What is bought for a campaign says so, and sums up to what the villages sold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.attribution.queries import villages_of_orders
from marketplace.campaigns.commands import announce, change_campaign
from marketplace.campaigns.queries import running
from marketplace.campaigns.rules import CampaignOver, GivenCampaign
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.ordering.commands import approve_refund, confirm, request_refund
from marketplace.ordering.commands.short import agree_short, ask_short
from marketplace.ordering.queries.campaigns import completed_orders_of, sales_of_campaigns
from marketplace.ordering.rules import RefundWish
from marketplace.ordering.rules.short import ShortWish
from tests.county import START
from tests.ordering.steps import completed, lines_of, placed

TODAY = day_of(START)
FAIR = GivenCampaign("FAIR", "秋季展销会", "体育馆", "", TODAY, TODAY + timedelta(days=2))


@pytest.fixture
def fair(session, county):
    return announce(session, county.operator, "420304", FAIR, START)


def test_sales_of_a_campaign_are_what_its_orders_keep(session, county, fair):
    wish = replace(county.wish((county.mushrooms, 3)), campaign_id=fair.id)
    _purchase, (order,) = completed(session, county, wish)
    placed(session, county, replace(county.wish((county.noodles, 1)), campaign_id=fair.id))
    completed(session, county, county.wish((county.noodles, 1)))
    refund = request_refund(
        session, county.buyer, order.id, RefundWish(amount_fen=1_000, reason="受潮"), START
    )
    approve_refund(session, county.clerk, refund.id, START)
    sold = sales_of_campaigns(session, [fair.id])[fair.id]
    assert (sold.orders, sold.ordered_fen, sold.completed_fen) == (2, 20_208, 18_209)
    villages = villages_of_orders(session, completed_orders_of(session, fair.id))
    assert sum(fen for _code, fen in villages) == sold.completed_fen


def test_what_both_sides_know_will_not_come_is_no_sale_of_a_campaign(session, county, fair):
    wish = replace(county.wish((county.mushrooms, 3)), campaign_id=fair.id)
    _purchase, (order,) = placed(session, county, wish)
    confirm(session, county.clerk, order.id, None, START)
    (line,) = lines_of(session, order.id)
    asked = ask_short(session, county.clerk, order.id, ShortWish({line.id: 1}, "没货"), START)
    agree_short(session, county.buyer, asked.id, START)
    sold = sales_of_campaigns(session, [fair.id])[fair.id]
    assert (sold.orders, sold.ordered_fen, sold.completed_fen) == (1, 2 * 6_403, 0)


def test_nothing_is_bought_for_a_campaign_that_does_not_run(session, county, fair):
    wish = replace(county.wish((county.mushrooms, 1)), campaign_id=fair.id)
    for late in (START + timedelta(days=3), START - timedelta(days=1)):
        with pytest.raises(CampaignOver):
            placed(session, county, wish, late)
    with pytest.raises(CampaignOver):
        placed(session, county, replace(wish, campaign_id=10**6))
    assert running(session, ["420304"], TODAY) == {fair.id: "秋季展销会"}
    assert running(session, ["110101"], TODAY) == {}


def test_a_campaign_that_makes_no_sense_is_refused(session, county):
    with pytest.raises(InvalidInput):
        announce(
            session, county.operator, "420304", replace(FAIR, until_on=TODAY.replace(day=1)), START
        )
    with pytest.raises(Forbidden):
        announce(session, county.auditor, "420304", FAIR, START)


def test_a_campaign_is_changed_in_its_county_alone(session, county, fair):
    longer = replace(FAIR, until_on=TODAY + timedelta(days=9))
    with pytest.raises(NotFound):
        change_campaign(session, county.operator, ("110101", fair.id), longer, START)
    changed = change_campaign(session, county.operator, ("420304", fair.id), longer, START)
    assert changed.until_on == longer.until_on
