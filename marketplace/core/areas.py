"""Where the rows of each table lie: by a division's code, or by the rows they belong to.

An area is the digits that all its divisions begin with; the empty one is everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    false,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from marketplace.core.db import Base
from marketplace.core.identity import NO_AREA, Identity
from marketplace.core.paging import in_parts

EVERYTHING = ""
# Division codes have at most twelve digits, so no code of an area sorts behind this.
LAST = "9" * 12
COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Code:
    """A column that holds the code of a division."""

    column: str


@dataclass(frozen=True)
class Of:
    """A column that names a row which lies somewhere; `unless` it says so by another column."""

    column: str
    place: str
    unless: str = ""
    # (another column, what it says where this way holds)
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class Without:
    """No row of a table names this one: it belongs to nobody yet, and may be seen anywhere."""

    table: str
    column: str


@dataclass(frozen=True)
class Through:
    """Rows of another place name this one: one of them is there, or `wholly` none elsewhere."""

    place: str
    column: str
    wholly: bool = False
    unless: str = ""


Way = Code | Of | Through | Without
UNIT, PRODUCER = Of("unit_id", "budget_unit"), Of("producer_id", "producer")
HOST, AGENCY, OUTLET = Of("host_id", "host"), Of("agency_id", "agency"), Of("outlet_id", "outlet")
COUNTY, ORDER = Code("county_code"), Of("order_id", "order")
PRODUCT, SESSION = Of("product_id", "product"), Of("session_id", "live_session")

# A place is a table, or `table/side` where two counties have to do with a row in different ways:
# `buyer` is whose money it is, `producer` whose goods. A row lies in an area by any of its ways.
PLACES: dict[str, tuple[Way, ...]] = {
    "agency": (COUNTY,),
    "agency_contract": (HOST,),
    "announcement": (COUNTY,),
    "approval_substitute": (UNIT,),
    "audit_entry": (COUNTY,),
    "bank_account": (UNIT, PRODUCER, HOST, AGENCY, Of("person_id", "person", unless="unit_id")),
    "bank_line": (Through("bank_match", "line_id", wholly=True),),
    "bank_match": (UNIT, Of("payment_id", "payment"), Of("payout_id", "payout")),
    "batch": (Of("variant_id", "variant"),),
    "benefit_list": (PRODUCER,),
    "budget_unit": (Code("division_code"),),
    "bulletin": (COUNTY,),
    "campaign": (COUNTY,),
    "certification": (PRODUCT,),
    "certification_application": (PRODUCER,),
    "change_request": (PRODUCT,),
    "commission_dispute": (ORDER,),
    "commission_dispute/producer": (Of("order_id", "order/producer"),),
    "commission_plan": (PRODUCER,),
    "commission_settlement": (HOST, AGENCY),
    "contractor_mandate": (UNIT,),
    "dispute": (Of("payment_id", "payment"),),
    "entry_application": (Code("village_code"),),
    "framework_contract": (UNIT, PRODUCER),
    "framework_contract/buyer": (UNIT,),
    "gateway_event": (Of("payment_id", "payment"),),
    "host": (COUNTY,),
    "host_application": (COUNTY,),
    "import_run": (PRODUCER,),
    "inquiry": (UNIT,),
    "invoice": (ORDER,),
    "invoice/buyer": (Of("order_id", "order/buyer"),),
    "live_session": (COUNTY,),
    "membership": (
        Of("organisation_id", "budget_unit", when=("organisation_kind", "UNIT")),
        Of("organisation_id", "producer", when=("organisation_kind", "PRODUCER")),
        Of("organisation_id", "host", when=("organisation_kind", "HOST")),
        Of("organisation_id", "agency", when=("organisation_kind", "AGENCY")),
        Of("organisation_id", "operations_centre", when=("organisation_kind", "CENTRE")),
    ),
    "offline_purchase": (UNIT,),
    "operations_centre": (COUNTY,),
    "order": (UNIT, PRODUCER),
    "order/buyer": (UNIT, Of("producer_id", "producer", unless="unit_id")),
    "order/producer": (PRODUCER,),
    "outlet": (COUNTY,),
    "outlet_cost": (OUTLET,),
    "outlet_receipt": (OUTLET, UNIT),
    "outlet_receipt/outlet": (OUTLET,),
    "outlet_report": (OUTLET,),
    "pairing": (UNIT, Code("village_code")),
    "pairing/unit": (UNIT,),
    "payment": (Of("purchase_id", "purchase/buyer"),),
    "payout": (UNIT, PRODUCER, HOST, AGENCY, Of("person_id", "person", unless="unit_id")),
    "person": (Through("purchase", "buyer_id"),),
    "person/staff": (Through("membership", "person_id"), Without("membership", "person_id")),
    "payout_batch": (Through("payout", "batch_id", wholly=True),),
    "producer": (Code("village_code"),),
    "product": (PRODUCER,),
    "purchase": (UNIT, Through("order", "purchase_id")),
    "purchase/buyer": (UNIT, Through("order", "purchase_id", unless="unit_id")),
    "purchase_recipient": (Of("purchase_id", "purchase/buyer"),),
    "quota_filing": (UNIT,),
    "quota_rule": (Code("area"),),
    "reattribution": (Of("from_unit_id", "budget_unit"), Of("to_unit_id", "budget_unit")),
    "refund": (ORDER,),
    "refund/producer": (Of("order_id", "order/producer"),),
    "reverification": (PRODUCER,),
    "review": (PRODUCER,),
    "saved_list": (UNIT,),
    "session_offer": (SESSION,),
    "settlement": (PRODUCER,),
    "short_link": (SESSION,),
    "short_request": (ORDER,),
    "short_request/producer": (Of("order_id", "order/producer"),),
    "signal": (UNIT, PRODUCER),
    "trade_mandate": (Of("trader_id", "producer"), Of("maker_id", "producer")),
    "variant": (PRODUCT,),
    "village": (Code("code"),),
    "workshop": (PRODUCER,),
    "workshop_capacity": (Of("workshop_id", "workshop"),),
}


# What papers and the trail call a row, where it is not the table's own name.
SUBJECTS: dict[str, str] = {
    "agency": "agency",
    "bulletin": "bulletin",
    "certification": "certification_application",
    "gifts": "purchase/buyer",
    "host": "host",
    "order": "order",
    "producer": "producer",
    "purchase": "purchase/buyer",
    "refund": "refund",
    "unit": "budget_unit",
    "village": "village",
}


def begins_with(
    code: SQLColumnExpression[str], area: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a code lies in an area, asked so that an index can answer."""
    return code.between(area, area + LAST)


def in_area(place: str, column: SQLColumnExpression[Any], area: str) -> list[ColumnElement[bool]]:
    """The condition that what a column names lies in an area; none where it is everything."""
    return [column.in_(within(place, area))] if area != EVERYTHING else []


def code_in_area(column: SQLColumnExpression[str], area: str) -> list[ColumnElement[bool]]:
    """The condition that the code in a column lies in an area; none where it is everything."""
    return [begins_with(column, area)] if area != EVERYTHING else []


def within(place: str, area: str) -> Select[Any]:
    """The keys of the rows that lie in an area, to be used inside another query."""
    rows = _table(place).alias()
    found = select(_key(rows))
    if area == EVERYTHING:
        return found
    return found.where(or_(false(), *(_lies(rows, way, area) for way in PLACES[place])))


def keys_in_area(session: Session, place: str, keys: Sequence[int], area: str) -> list[int]:
    """Those of the keys that lie in an area, in their order."""
    if area == EVERYTHING or not keys:
        return list(keys)
    rows = _table(place)
    found = {
        key
        for part in in_parts(keys, 500)
        for key in session.scalars(
            select(_key(rows)).where(_key(rows).in_(part), *in_area(place, _key(rows), area))
        )
    }
    return [key for key in keys if key in found]


def lies_in(session: Session, place: str, key: object, area: str) -> bool:
    """Whether there is such a row, and it lies in the area."""
    rows = _table(place)
    wanted = select(_key(rows)).where(_key(rows) == key, *in_area(place, _key(rows), area))
    return session.scalar(wanted) is not None


def _lies(rows: FromClause, way: Way, area: str) -> ColumnElement[bool]:
    if isinstance(way, Code):
        return begins_with(rows.c[way.column], area)
    if isinstance(way, Of):
        there: ColumnElement[bool] = rows.c[way.column].in_(_keys(way.place, area))
        if way.when is not None:
            there = and_(rows.c[way.when[0]] == way.when[1], there)
    elif isinstance(way, Without):
        others = _table(way.table).alias()
        return not_(select(_key(others)).where(others.c[way.column] == _key(rows)).exists())
    else:
        there = _told_by_others(rows, way, area)
    return and_(rows.c[way.unless].is_(None), there) if way.unless else there


def _keys(place: str, area: str) -> Select[Any]:
    """The same keys, but those found by way of others named once: databases read statements only
    so many brackets deep."""
    if all(isinstance(way, Code) for way in PLACES[place]):
        return within(place, area)
    return select(*_named_once(place, area).c)


@lru_cache(maxsize=1024)
def _named_once(place: str, area: str) -> CTE:
    return within(place, area).cte(f"{place.replace('/', '_')}_of_{area}")


def _told_by_others(rows: FromClause, way: Through, area: str) -> ColumnElement[bool]:
    others = _table(way.place).alias()
    lie_there = _key(others).in_(_keys(way.place, area))
    names_it: ColumnElement[bool] = others.c[way.column] == _key(rows)
    one = select(_key(others)).where(names_it, lie_there).exists()
    if not way.wholly:
        return one
    return and_(one, not_(select(_key(others)).where(names_it, not_(lie_there)).exists()))


def _table(place: str) -> FromClause:
    return Base.metadata.tables[place.partition("/")[0]]


def _key(rows: FromClause) -> ColumnElement[Any]:
    (key,) = rows.primary_key
    return key


def identity_at(session: Session, identity: Identity, place: str, key: object) -> Identity:
    """Whoever asks, as they stand to a row: outside of their area an official is none."""
    if identity.area in (EVERYTHING, NO_AREA) or lies_in(session, place, key, identity.area):
        return identity
    return identity.without_centre()


def has_common_centre(session: Session) -> bool:
    """Whether a centre looks after everything by its own rank, whatever other centres there are."""
    centres = _table("operations_centre")
    wanted = select(centres.c.id).where(centres.c.county_code == EVERYTHING)
    return session.scalar(wanted.limit(1)) is not None


def list_county_centres(session: Session) -> list[tuple[str, str]]:
    """(code, name) of the centres that look after one county, by code."""
    centres = _table("operations_centre")
    rows = session.execute(
        select(centres.c.county_code, centres.c.name)
        .where(func.length(centres.c.county_code) == COUNTY_DIGITS)
        .order_by(centres.c.county_code)
    )
    return [(code, name) for code, name in rows]
