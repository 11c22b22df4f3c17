"""What villages, townships and the county sold: public, and always the sum of its parts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from marketplace.api.door import Door
from marketplace.api.schemas.paging import page_of, take_page
from marketplace.api.schemas.places import (
    CountySummary,
    CountyYear,
    Period,
    TownshipSales,
    VillageOut,
    VillageQuery,
    VillageSales,
    Year,
)
from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import PartTotal
from marketplace.catalogue.queries import list_names
from marketplace.core.errors import N_, NotFound
from marketplace.core.paging import Page
from marketplace.geography import queries as geography
from marketplace.producers.queries import names_of as producer_names_of
from marketplace.web import public, session
from marketplace.web.areas import own_county

door = Door("villages")

Shown = dict[str, Any]


@door.call("GET", "/villages", N_("村和社区"))
@public
@door.asks(VillageQuery)
@door.shows_everyone(page_of(VillageOut))
def list_all(query: dict[str, Any]) -> Page[Shown]:
    page = take_page(query)
    villages = geography.list_villages(session(), query.get("township"))
    shown = villages[page.offset : page.offset + page.per_page]
    places = geography.places_of(session(), [village.code for village in shown])
    items = [
        {
            "code": village.code,
            "name": village.name,
            "kind": village.kind,
            "township_code": village.township_code,
            "township_name": places[village.code].township_name,
        }
        for village in shown
    ]
    return Page(items, page.page, page.per_page, len(villages))


@door.call("GET", "/villages/<division:code>/sales", N_("一个村卖出了多少,由哪些商品和供应商"))
@public
@door.asks(Period)
@door.shows_everyone(VillageSales)
def village_sales(period: dict[str, date], code: str) -> Shown:
    village = geography.get_village(session(), code)
    months, products, producers = (
        _parts(code, part, period) for part in ("month", "product", "producer")
    )
    return {
        "code": code,
        "name": village.name,
        "amount_fen": sum(month.amount_fen for month in months),
        "orders": sum(month.orders for month in months),
        "products": _named(products, _product_names(products)),
        "producers": _named(producers, producer_names_of(session(), _ids(producers))),
        "months": _by_month(months),
    }


def _parts(code: str, part: str, period: dict[str, date]) -> list[PartTotal]:
    """From the totals kept, or from the entries where days are asked for."""
    if not period:
        return attribution.parts_of(session(), "village", code, part)
    first, last = period.get("first", date.min), period.get("last", date.max)
    return attribution.parts_between(session(), ("village", code), part, first, last)


@door.call("GET", "/townships/<division:code>/sales", N_("一个乡镇卖出了多少,由哪些村"))
@public
@door.asks(Year)
@door.shows_everyone(TownshipSales)
def township_sales(query: dict[str, int], code: str) -> Shown:
    township = geography.get_township(session(), code)
    return {"name": township.name, **_sold("township", code, query.get("year"))}


@door.call("GET", "/county/summary", N_("全县卖出了多少,由哪些乡镇、村、供应商、商品和渠道"))
@public
@door.asks(CountyYear)
@door.shows_everyone(CountySummary)
def county_summary(query: dict[str, Any]) -> Shown:
    code, year = query.get("county", own_county()), query.get("year")
    if code != own_county() and not geography.has_county(session(), code):
        raise NotFound
    producers, products, townships, channels = (
        attribution.parts_of(session(), "county", code, part, year=year)
        for part in ("producer", "product", "township", "channel")
    )
    return {
        **_sold("county", code, year),
        "year": year,
        "townships": _places(townships),
        "producers": _named(producers, producer_names_of(session(), _ids(producers))),
        "products": _named(products, _product_names(products)),
        "channels": [
            {"channel": part.part_key, "amount_fen": part.amount_fen, "orders": part.orders}
            for part in channels
        ],
    }


def _sold(scope: str, code: str, year: int | None) -> Shown:
    total = attribution.total_of(session(), scope, code, year)
    villages = attribution.parts_of(session(), scope, code, "village", year=year)
    months = attribution.parts_of(session(), scope, code, "month", year=year)
    return {
        "code": code,
        "amount_fen": total.amount_fen,
        "orders": total.orders,
        "villages": _places(villages),
        "months": _by_month(months),
    }


def _places(parts: Sequence[PartTotal]) -> list[Shown]:
    names = geography.names_of(session(), [part.part_key for part in parts])
    return [
        {
            "code": part.part_key,
            "name": names.get(part.part_key, ""),
            "amount_fen": part.amount_fen,
            "orders": part.orders,
        }
        for part in parts
    ]


def _ids(parts: Sequence[PartTotal]) -> list[int]:
    return [int(part.part_key) for part in parts]


def _product_names(parts: Sequence[PartTotal]) -> dict[int, str]:
    return {key: found.name for key, found in list_names(session(), _ids(parts)).items()}


def _named(parts: Sequence[PartTotal], names: dict[int, str]) -> list[Shown]:
    return [
        {
            "id": int(part.part_key),
            "name": names.get(int(part.part_key), ""),
            "amount_fen": part.amount_fen,
            "orders": part.orders,
        }
        for part in parts
    ]


def _by_month(parts: Sequence[PartTotal]) -> list[Shown]:
    return [
        {"month": part.part_key, "amount_fen": part.amount_fen, "orders": part.orders}
        for part in sorted(parts, key=lambda part: part.part_key)
    ]
