"""Writing sales and their reversals to the villages they came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry, AttributionTotal
from marketplace.attribution.queries import remaining_by_line
from marketplace.attribution.rules import (
    HOSTS_SCOPES,
    AttributedLine,
    Part,
    Sale,
    channel_of,
    shard_of,
    split_line,
    sums_of,
)
from marketplace.core.db import AS_ONE, add_up
from marketplace.core.money import Fen

# A sum: of which scope, of which part of it, in which year, and which shard of it.
_Key = tuple[str, str, str, str, int, int]
_KEYS = ("scope", "scope_key", "part", "part_key", "year", "shard")
_AMOUNTS = ("amount_fen", "orders")


def recognise(session: Session, sale: Sale, lines: Sequence[AttributedLine], now: datetime) -> None:
    """Splits each line over its villages, adds the entries and every sum they belong to."""
    add_sales(session, [(sale, enter(session, sale, lines, now))])


def enter(
    session: Session, sale: Sale, lines: Sequence[AttributedLine], now: datetime
) -> list[Part]:
    """The first half of it, for which nobody waits. What it returns is to be added up in the same
    transaction."""
    parts = [part for line in lines for part in split_line(line, {})]
    _enter(session, sale, parts, now)
    return parts


def add_sales(session: Session, sales: Sequence[tuple[Sale, Sequence[Part]]]) -> None:
    """The other half, for all sales of a transaction at once: whoever sells from the same villages
    next waits until the commit."""
    _add_up(session, *(_sums(sale, parts, orders=1) for sale, parts in sales))


def reverse(
    session: Session,
    sale: Sale,
    lines: Sequence[AttributedLine],
    now: datetime,
    *,
    orders: int = 0,
) -> None:
    """Takes amounts (negative) back from the villages, in proportion to what remains with each.
    A refund leaves the order where it is; what was no sale at all takes its number along."""
    ids = [line.order_line_id for line in lines]
    remaining = remaining_by_line(session, ids, sale.kind)
    parts = [part for line in lines for part in split_line(line, remaining[line.order_line_id])]
    _enter(session, sale, parts, now)
    _add_up(session, _sums(sale, parts, orders=orders))


def move(
    session: Session,
    sales: tuple[Sale, Sale],
    lines: Sequence[AttributedLine],
    now: datetime,
    *,
    into: Sequence[AttributedLine] | None = None,
    orders: tuple[int, int] = (0, 0),
) -> None:
    """Takes what remains of the lines out of the first sale's entries and enters it in the
    second's, village by village: no village gains or loses a fen.

    `into` are the same lines where their host changes; `orders` then says whether the order
    leaves the one's count and enters the other's.
    """
    remaining = remaining_by_line(session, [line.order_line_id for line in lines], sales[0].kind)
    taken, entered = (_remaining_parts(some, remaining) for some in (lines, into or lines))
    given_up = [replace(part, amount_fen=Fen(-part.amount_fen)) for part in taken]
    _write_both(session, sales, (given_up, entered), now)
    left, came = orders
    _add_up(
        session,
        _sums(sales[0], given_up, orders=left, counted_in=HOSTS_SCOPES),
        _sums(sales[1], entered, orders=came, counted_in=HOSTS_SCOPES),
    )


def name_unit(
    session: Session, sales: tuple[Sale, Sale], lines: Sequence[AttributedLine], now: datetime
) -> None:
    """Moves a sale that stood in nobody's name into that of a unit: it is one more of the unit's,
    and no village gains or loses a fen."""
    ids = [line.order_line_id for line in lines]
    entered = _remaining_parts(lines, remaining_by_line(session, ids, sales[0].kind))
    given_up = [replace(part, amount_fen=Fen(-part.amount_fen)) for part in entered]
    _write_both(session, sales, (given_up, entered), now)
    _add_up(
        session,
        _sums(sales[0], given_up, orders=-1, counted_in={"buyer"}),
        _sums(sales[1], entered, orders=1, counted_in={"buyer", "unit"}),
    )


def _remaining_parts(
    lines: Sequence[AttributedLine], remaining: Mapping[int, Mapping[tuple[int | None, str], int]]
) -> list[Part]:
    return [
        Part(line, origin, Fen(amount_fen))
        for line in lines
        for origin in line.origins
        if (amount_fen := remaining[line.order_line_id].get((origin.batch_id, origin.village_code)))
    ]


def _write_both(
    session: Session,
    sales: tuple[Sale, Sale],
    parts: tuple[Sequence[Part], Sequence[Part]],
    now: datetime,
) -> None:
    for sale, entered in zip(sales, parts, strict=True):
        _enter(session, sale, entered, now)


def _enter(session: Session, sale: Sale, parts: Sequence[Part], now: datetime) -> None:
    entries = [_entry(sale, part, now) for part in parts]
    if entries:
        session.execute(insert(AttributionEntry), entries, execution_options=AS_ONE)


def _sums(
    sale: Sale, parts: Sequence[Part], *, orders: int, counted_in: Collection[str] | None = None
) -> dict[_Key, list[int]]:
    """What is added to each sum: an amount, and the orders where the scopes and parts are named,
    or everywhere."""
    return {
        (*key, sale.counted_on.year, shard_of(key[0], sale.serial)): [
            amount_fen,
            orders if counted_in is None or {key[0], key[2]} & set(counted_in) else 0,
        ]
        for key, amount_fen in sums_of(sale, parts).items()
    }


def _add_up(session: Session, *added: Mapping[_Key, list[int]]) -> None:
    """All that a transaction adds, in one statement: each sum is taken once, in the order of the
    keys, so that nobody waits in a circle."""
    sums: dict[_Key, list[int]] = {}
    for some in added:
        for key, amounts in some.items():
            before = sums.get(key, [0, 0])
            sums[key] = [one + more for one, more in zip(before, amounts, strict=True)]
    rows = [dict(zip(_KEYS + _AMOUNTS, (*key, *sum_), strict=True)) for key, sum_ in sums.items()]
    add_up(session, cast(Table, AttributionTotal.__table__), rows, keys=_KEYS, amounts=_AMOUNTS)


def _entry(sale: Sale, part: Part, now: datetime) -> dict[str, object]:
    line, origin = part.line, part.origin
    batch = "-" if origin.batch_id is None else origin.batch_id
    return {
        "source": f"{sale.source}/{line.order_line_id}/{batch}/{origin.village_code}",
        f"{sale.kind}_id": sale.serial,
        f"{sale.kind}_line_id": line.order_line_id,
        "village_code": origin.village_code,
        "batch_id": origin.batch_id,
        "amount_fen": part.amount_fen,
        "unit_id": sale.unit_id,
        "fund": sale.fund,
        "producer_id": sale.producer_id,
        "workshop_id": line.workshop_id,
        "product_id": line.product_id,
        "host_id": line.host_id,
        "session_id": line.session_id,
        "channel": channel_of(sale, line),
        "counted_on": sale.counted_on,
        "posted_at": now,
    }
