"""Traders sell what others make, and only by a dated mandate."""

from datetime import date, timedelta

import pytest

from marketplace.catalogue.commands import add_variant, create_product, publish
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import get_product
from marketplace.catalogue.rules import NewProduct, NewVariant
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.listing.commands.unmandated import withdraw_unmandated
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.trading.commands import end_trade_mandate, give_trade_mandate
from marketplace.trading.queries import makers_of, mandates_of, only_maker
from marketplace.trading.rules import (
    GivenTradeMandate,
    NoTradeMandate,
    TradeMandateDouble,
    WhichMaker,
)
from tests.county import HUIGOU, START, person

TODAY = START.date()
USCC = make_uscc("420304", 777)
YEAR = GivenTradeMandate(USCC, TODAY, TODAY + timedelta(days=365))


@pytest.fixture
def trader(session, county):
    new = NewProducer("郧山土产商行", "LEADING_FIRM", USCC, HUIGOU, "0719-7220000", is_trader=True)
    return create_producer(session, new, START)


@pytest.fixture
def dealer(session, trader):
    return person(session, "dealer@test", (OrganisationKind.PRODUCER, trader.id, Role.CLERK))


def goods_of(session, trader, maker_id):
    new = NewProduct(trader.id, "shiitake", "商行香菇", HUIGOU, maker_id=maker_id)
    product = create_product(session, new, START)
    add_variant(session, product.id, NewVariant("500 克", 5_000, 500), START)
    return product


def test_with_a_mandate_the_goods_are_sold_and_say_who_makes_them(session, county, trader):
    give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    product = goods_of(session, trader, county.producer_id)
    publish(session, product.id, START)
    facts = get_product(session, product.id, TODAY)
    assert (facts.producer_name, facts.maker_name) == ("郧山土产商行", "会沟村食用菌合作社")


@pytest.mark.parametrize("maker", [None, 2, 999])
def test_without_a_mandate_of_the_maker_nothing_is_listed(session, county, trader, maker):
    give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    with pytest.raises(InvalidInput) as refused:
        goods_of(session, trader, maker)
    assert [error.field for error in refused.value.errors] == ["maker_id"]


def test_who_makes_goods_names_no_other_maker(session, county):
    new = NewProduct(
        county.producer_id, "shiitake", "香菇", HUIGOU, maker_id=county.other_producer_id
    )
    with pytest.raises(InvalidInput):
        create_product(session, new, START)


def test_a_mandate_that_is_over_keeps_goods_off_the_shelves(session, county, trader):
    mandate = give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    sold, draft = (goods_of(session, trader, county.producer_id) for _ in range(2))
    publish(session, sold.id, START)
    assert withdraw_unmandated(session, START) == 0
    for _ in range(2):
        end_trade_mandate(session, county.clerk, mandate.id, "改由自己销售", START)
    assert withdraw_unmandated(session, START) == 1
    assert session.get_one(Product, sold.id).state == "WITHDRAWN"
    for product in (sold, draft):
        with pytest.raises(NoTradeMandate):
            publish(session, product.id, START)


def test_the_last_day_ends_it(session, county, trader):
    give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    product = goods_of(session, trader, county.producer_id)
    publish(session, product.id, START)
    assert withdraw_unmandated(session, START + timedelta(days=365)) == 0
    assert withdraw_unmandated(session, START + timedelta(days=366)) == 1


@pytest.mark.parametrize(
    "given",
    [
        GivenTradeMandate(make_uscc("420304", 888), TODAY, TODAY),
        # A producer that makes its own goods is no trader.
        GivenTradeMandate(make_uscc("420304", 2), TODAY, TODAY),
        GivenTradeMandate(USCC, TODAY, date(2026, 1, 1)),
        GivenTradeMandate(USCC, TODAY, TODAY + timedelta(days=5 * 365)),
        GivenTradeMandate(USCC, date(2025, 1, 1), TODAY - timedelta(days=1)),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(session, county, trader, given):
    with pytest.raises(InvalidInput):
        give_trade_mandate(session, county.clerk, county.producer_id, given, START)


def test_the_same_days_are_given_once(session, county, trader):
    give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    with pytest.raises(TradeMandateDouble):
        give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)


def test_only_the_maker_gives_and_ends(session, county, trader, dealer):
    for other in (dealer, county.other_clerk, county.operator, county.shopper):
        with pytest.raises(NotFound):
            give_trade_mandate(session, other, county.producer_id, YEAR, START)
    mandate = give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    for other in (dealer, county.other_clerk, county.operator):
        with pytest.raises(NotFound):
            end_trade_mandate(session, other, mandate.id, "x", START)
    with pytest.raises(NotFound):
        end_trade_mandate(session, county.clerk, 999, "x", START)


def test_both_sides_see_it_and_a_table_knows_the_only_maker(session, county, trader):
    with pytest.raises(WhichMaker):
        only_maker(session, trader.id, TODAY)
    give_trade_mandate(session, county.clerk, county.producer_id, YEAR, START)
    for side in (trader.id, county.producer_id):
        assert [one.trader_name for one in mandates_of(session, side)] == ["郧山土产商行"]
    assert only_maker(session, trader.id, TODAY) == county.producer_id
    give_trade_mandate(session, county.other_clerk, county.other_producer_id, YEAR, START)
    assert len(makers_of(session, trader.id, TODAY)) == 2
    with pytest.raises(WhichMaker):
        only_maker(session, trader.id, TODAY)
