"""The demonstration county, from the map to the order of this morning."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.catalogue.commands import note_everything, put_categories
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.core.errors import N_, Refusal
from marketplace.core.sealing import Sealer
from marketplace.demonstration.administration import tell_of_administration
from marketplace.demonstration.agreements import tell_of_agreements
from marketplace.demonstration.airings import Airing, evenings
from marketplace.demonstration.benefits import tell_of_benefits
from marketplace.demonstration.books import Books
from marketplace.demonstration.casting import (
    NAMES,
    PRODUCER,
    PRODUCER2,
    SEED,
    County,
    buyer_of_the_story,
    cast_of,
    clerks_of_the_story,
    money_of,
    sessions_of,
)
from marketplace.demonstration.centre import tell_of_the_centre
from marketplace.demonstration.deals import Buying, Market, moments
from marketplace.demonstration.entering import tell_of_entering
from marketplace.demonstration.filings import tell_of_filings
from marketplace.demonstration.floor import publish_rules
from marketplace.demonstration.gifts import tell_of_gifts
from marketplace.demonstration.goods import stock
from marketplace.demonstration.hosts import tell_of_hosts
from marketplace.demonstration.keeping import tell_of_stock
from marketplace.demonstration.listings import tell_of_listings
from marketplace.demonstration.makers import county_foundings, found
from marketplace.demonstration.money import tell_of_money
from marketplace.demonstration.neighbour import tell_of_the_neighbour
from marketplace.demonstration.offices import (
    BUYER,
    SUPERVISOR,
    county_plans,
    open_centre,
    open_offices,
)
from marketplace.demonstration.outlets import tell_of_outlets
from marketplace.demonstration.past import Past
from marketplace.demonstration.people import Registrar, enter_demonstration_people
from marketplace.demonstration.places import COUNTY, Places, load_county
from marketplace.demonstration.recognitions import tell_of_recognitions
from marketplace.demonstration.reviews import tell_of_reviews
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.sessions import SessionCast, plan_the_next, tell_of_sessions
from marketplace.demonstration.signals import tell_of_signals
from marketplace.demonstration.stories import tell_stories
from marketplace.demonstration.texts import tell_of_texts
from marketplace.demonstration.traders import tell_of_traders
from marketplace.demonstration.trail import Staff
from marketplace.ordering.commands import put_in_basket
from marketplace.search.commands import put_first_synonyms

PRODUCTS = 330
DEALS = 1_700
DEALS_OF_BUYER = 15
# For so many deals one in each livestream.
LIVE_PART = 170
MONTHS_DAYS = 548
DOMAIN = "yunyang.example"
Tell = Callable[[str], None]


class NotEmpty(Refusal):
    """The demonstration county is only ever put into an empty database."""

    code = "demonstration.not_empty"
    message = N_("数据库里已有数据,演示数据只能写入空数据库。")


def is_empty(session: Session) -> bool:
    """Whether nobody and nothing has been entered yet."""
    tables = ("person", "budget_unit", "producer", "product", "purchase", "ledger_entry")
    return not any(
        session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
        for name in tables
    )


def build(
    session: Session,
    now: datetime,
    tell: Tell = lambda _what: None,
    *,
    deals: int = DEALS,
    sealer: Sealer | None = None,
    link_key: str = "",
) -> None:
    """The whole county in one transaction, its past in so many purchases; with a sealer, what
    households received, and hosts with what is known of them. Links of livestreams are signed
    with the key. Raises NotEmpty."""
    if not is_empty(session):
        raise NotEmpty
    today = day_of(now)
    tell("places, rules, categories")
    places = load_county(session, SEED)
    put_categories(session)
    first = today - timedelta(days=MONTHS_DAYS)
    publish_rules(session, range(first.year, today.year + 1), now)
    tell("units, producers, goods, people")
    county = _settle(session, places, now)
    if sealer is not None:
        tell_of_hosts(session, sealer, county.logins, county.host_id, now)
    tell("livestreams")
    streams = sessions_of(county, link_key)
    airings = tell_of_sessions(session, streams, now)
    # Others have given out ids since.
    county.rows = Rows(session)
    tell("eighteen months of orders")
    _tell_past(county, first, deals, airings)
    tell("the last weeks")
    tell_stories(session, cast_of(county), now)
    tell_of_gifts(session, cast_of(county), now)
    tell("accounts, settlements, papers, decisions")
    _tell_of_work(county, streams, sealer, now)
    _tell_of_others(county)
    put_first_synonyms(session, now)
    note_everything(session, now)


def _tell_of_others(county: County) -> None:
    """Whoever is entered after everybody else, so that these keep their numbers."""
    unit_id = county.units[BUYER].unit_id or 0
    tell_of_administration(county.session, unit_id, county.logins["shopper"], county.now)
    tell_of_the_neighbour(county.session, cast_of(county), SEED, county.now)


def _tell_of_work(
    county: County, streams: SessionCast, sealer: Sealer | None, now: datetime
) -> None:
    """What offices, producers and the centre have to do with it all."""
    session = county.session
    tell_of_money(session, money_of(county), now)
    tell_of_filings(session, county.units[BUYER].unit_id or 0, county.logins, now)
    tell_of_agreements(session, cast_of(county), county.logins, now)
    tell_of_entering(session, county.logins, now)
    tell_of_reviews(session, cast_of(county), SEED, now)
    if sealer is not None:
        tell_of_benefits(session, sealer, clerks_of_the_story(county), now)
    plan_the_next(session, streams, now)
    _tell_of_stock(county)
    _fill_baskets(county)
    tell_of_listings(session, cast_of(county), now)
    tell_of_traders(session, cast_of(county), now)
    tell_of_texts(session, county.logins, now)
    tell_of_signals(session, county.logins["official"], county.units[BUYER].unit_id or 0, now)
    tell_of_the_centre(session, county.logins, (county.units.values(), county.places), SEED, now)


def _settle(session: Session, places: Places, now: datetime) -> County:
    rows = Rows(session)
    offices = open_offices(rows, county_plans(places), SEED, now)
    makers = found(rows, county_foundings(places), places, SEED, now)
    goods = stock(rows, makers, PRODUCTS, SEED, now)
    registrar = Registrar(rows, SEED, now)
    joined_at = now - timedelta(days=MONTHS_DAYS)
    host_id = rows.add_with_id("host", name="云霞说山货", code="YUNXIA", joined_at=joined_at, county_code=COUNTY)
    producers = {maker.name: maker.producer_id for maker in makers}
    unit_ids = {office.name: office.unit_id for office in offices}
    organisations = {
        "unit": unit_ids[BUYER],
        "supervising": unit_ids[SUPERVISOR],
        "centre": open_centre(rows),
        "producer": producers[PRODUCER],
        "producer2": producers[PRODUCER2],
        "host": host_id,
    }
    logins = enter_demonstration_people(registrar, organisations, NAMES)
    buyers = registrar.staff_offices(offices, DOMAIN)
    clerks = registrar.staff_makers(makers, DOMAIN)
    clerks |= {producers[PRODUCER]: logins["producer"], producers[PRODUCER2]: logins["producer2"]}
    rows.write()
    units = dict(zip((office.name for office in offices), buyers, strict=True))
    return County(
        session, SEED, now, rows, places, makers, goods, units, logins, clerks, host_id
    )  # fmt: skip


def _tell_past(county: County, first: date, deals: int, airings: Sequence[Airing]) -> None:
    registrar = Registrar(county.rows, SEED + 1, county.now)
    shoppers = registrar.invite_shoppers(60, DOMAIN)
    others = [buyer for name, buyer in county.units.items() if name != BUYER]
    staff = Staff(county.logins["official"], county.clerks)
    books = Books(county.rows)
    past = Past(county.rows, books, staff, SEED, county.now)
    last = day_of(county.now) - timedelta(days=1)
    market = Market(others, shoppers, county.goods, airings)
    live = evenings(airings, max(1, deals // LIVE_PART), SEED)
    for deal in Buying(market, deals, SEED).deals(
        sorted([*live, *moments(deals, first, last, SEED)])
    ):
        past.write(deal)
    # The unit of the story has its own past, which ends before its last weeks begin.
    market = Market([buyer_of_the_story(county)], shoppers, county.goods)
    instants = moments(DEALS_OF_BUYER, first, last - timedelta(days=45), SEED + 2)
    for deal in Buying(market, DEALS_OF_BUYER, SEED + 2).deals(instants):
        past.write(deal)
    past.finish()
    county.rows.write()
    books.count_sold()


def _tell_of_stock(county: County) -> None:
    producer_id = next(one.producer_id for one in county.makers if one.name == PRODUCER)
    people = (county.logins["official"], county.logins["producer"])
    tell_of_stock(county.session, people, producer_id, county.now)
    holders = (producer_id, county.units[BUYER].unit_id or 0)
    tell_of_outlets(county.session, county.logins, holders, SEED, county.now)
    office = [county.logins[login] for login in ("cashier", "colleague", "official")]
    unrecognised = {
        one.maker.producer_id: (
            one.maker.producer_id,
            county.clerks[one.maker.producer_id],
            one.product_id,
        )
        for one in county.goods
        if one.certificate is None
    }
    first = [unrecognised.pop(producer_id)] if producer_id in unrecognised else []
    makers = [*first, *unrecognised.values()]
    tell_of_recognitions(county.session, office, makers, county.now)


def _fill_baskets(county: County) -> None:
    packs = [goods.packs[0] for goods in county.goods[::47] if goods.packs[0].available > 20]
    for login, count in (("buyer", 4), ("shopper", 2)):
        identity = load_identity(county.session, county.logins[login])
        assert identity is not None
        for pack in packs[:count]:
            quantity = max(2, pack.minimum_quantity)
            put_in_basket(county.session, identity, pack.variant_id, quantity, county.now)
