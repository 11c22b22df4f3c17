"""Synthetic load of any size, added to whatever is there, with books that hold."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import put_categories
from marketplace.core.clock import day_of
from marketplace.demonstration.books import Books
from marketplace.demonstration.deals import Buying, Market, moments
from marketplace.demonstration.floor import publish_rules
from marketplace.demonstration.goods import stock
from marketplace.demonstration.makers import found, made_up_foundings
from marketplace.demonstration.offices import made_up_plans, open_offices
from marketplace.demonstration.past import Past
from marketplace.demonstration.people import Registrar, open_made_up_centres
from marketplace.demonstration.places import (
    MADE_UP,
    Places,
    county_by_county,
    load_county,
    made_up_counties,
)
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.trail import Staff

SPAN = timedelta(days=548)
PRODUCTS_PER_MAKER = 13
UNITS_PER_COUNTY = 2_000
# Deals held in memory before they are written.
STRETCH = 4_000
SQLITE_CACHE = "PRAGMA cache_size=-400000"


@dataclass(frozen=True)
class Size:
    """How much is wanted."""

    products: int
    units: int
    orders: int
    # Made-up counties it is spread over, each with a centre; 0 is the real one, and as many more
    # as so many units need.
    counties: int = 0
    # People who buy for themselves; 0 is one for each hundred orders.
    shoppers: int = 0


class Load:
    """Adds a load in steps. After each the caller commits: every step leaves books that hold."""

    def __init__(self, session: Session, size: Size, seed: int, now: datetime) -> None:
        self.session = session
        self.size = size
        self.seed = seed
        self.now = now
        self.rows = Rows(session)
        self.staff = Staff()

    def steps(self) -> Iterator[int]:
        """How many deals have been told after each step."""
        if self.session.get_bind().dialect.name == "sqlite":
            # Indexes of strings grow at random places; a small cache writes them many times.
            self.session.connection().exec_driver_sql(SQLITE_CACHE)
        market = self.settle(self.prepare())
        yield 0
        yield from self._tell_past(market)

    def prepare(self) -> Places:
        """Divisions, categories and rules, as far as they are not there yet."""
        places = load_county(self.session, self.seed)
        put_categories(self.session)
        today = day_of(self.now)
        years = range((today - SPAN).year, today.year + 1)
        publish_rules(self.session, years, self.now)
        if self.size.counties:
            publish_rules(self.session, years, self.now, area=MADE_UP)
            made_up = made_up_counties(self.rows, self.size.counties)
            return Places(county_by_county(made_up), stride=1)
        counties = math.ceil(self.size.units / UNITS_PER_COUNTY) - 1
        if counties > 0:
            places = Places([*places.all, *made_up_counties(self.rows, counties)])
        return places

    def settle(self, places: Places) -> Market:
        """Units and producers with their people, and goods on the shelves."""
        rows, seed, now = self.rows, self.seed, self.now
        first_unit, first_maker = rows.new_id("budget_unit") + 1, rows.new_id("producer") + 1
        offices = open_offices(rows, made_up_plans(self.size.units, places, first_unit), seed, now)
        count = max(1, math.ceil(self.size.products / PRODUCTS_PER_MAKER))
        makers = found(rows, made_up_foundings(count, places, first_maker), places, seed, now)
        goods = stock(rows, makers, self.size.products, seed, now)
        registrar = Registrar(rows, seed, now)
        domain = f"load{first_unit}.example"
        buyers = registrar.staff_offices(offices, domain)
        shoppers = registrar.invite_shoppers(
            self.size.shoppers or max(20, self.size.orders // 100), domain
        )
        self.staff.clerk_of_producer = registrar.staff_makers(makers, domain)
        if self.size.counties:
            open_made_up_centres(registrar, places)
        rows.write()
        return Market(buyers, shoppers, goods, buys_at_home=self.size.counties > 0)

    def _tell_past(self, market: Market) -> Iterator[int]:
        last = day_of(self.now) - timedelta(days=1)
        instants = moments(self.size.orders, last - SPAN, last, self.seed)
        buying = Buying(market, self.size.orders, self.seed)
        books = Books(self.rows)
        past = Past(self.rows, books, self.staff, self.seed, self.now)
        told = 0
        for start in range(0, len(instants), STRETCH):
            for deal in buying.deals(instants[start : start + STRETCH]):
                past.write(deal)
                told += 1
            past.finish()
            self.rows.write()
            books.count_sold()
            yield told
