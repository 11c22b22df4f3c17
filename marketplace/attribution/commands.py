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


def recognise(session: Session, sale: Sale, lines: Sequence[AttributedLine], now: datetime) -> None:
    """Splits each line over its villages, adds the entries and every sum they belong to."""
    add_sale(session, sale, enter(session, sale, lines, now))


def enter(
    session: Session, sale: Sale, lines: Sequence[AttributedLine], now: datetime
) -> list[Part]:
    """The first half of it, for which nobody waits. What it returns is to be added up in the same
    transaction."""
    parts = [part for line in lines for part in split_line(line, {})]
    _enter(session, sale, parts, now)
    return parts


def add_sale(session: Session, sale: Sale, parts: Sequence[Part]) -> None:
    """The other half: whoever sells from the same villages next waits until the commit."""
    _add(session, sale, parts, orders=1)


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
    _write(session, sale, parts, now, orders=orders)


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
    _write(session, sales[0], given_up, now, orders=orders[0], counted_in=HOSTS_SCOPES)
    _write(session, sales[1], entered, now, orders=orders[1], counted_in=HOSTS_SCOPES)


def name_unit(
    session: Session, sales: tuple[Sale, Sale], lines: Sequence[AttributedLine], now: datetime
) -> None:
    """Moves a sale that stood in nobody's name into that of a unit: it is one more of the unit's,
    and no village gains or loses a fen."""
    ids = [line.order_line_id for line in lines]
    entered = _remaining_parts(lines, remaining_by_line(session, ids, sales[0].kind))
    given_up = [replace(part, amount_fen=Fen(-part.amount_fen)) for part in entered]
    _write(session, sales[0], given_up, now, orders=-1, counted_in={"buyer"})
    _write(session, sales[1], entered, now, orders=1, counted_in={"buyer", "unit"})


def _remaining_parts(
    lines: Sequence[AttributedLine], remaining: Mapping[int, Mapping[tuple[int | None, str], int]]
) -> list[Part]:
    return [
        Part(line, origin, Fen(amount_fen))
        for line in lines
        for origin in line.origins
        if (amount_fen := remaining[line.order_line_id].get((origin.batch_id, origin.village_code)))
    ]


def _write(
    session: Session,
    sale: Sale,
    parts: Sequence[Part],
    now: datetime,
    *,
    orders: int,
    counted_in: Collection[str] | None = None,
) -> None:
    _enter(session, sale, parts, now)
    _add(session, sale, parts, orders=orders, counted_in=counted_in)


def _enter(session: Session, sale: Sale, parts: Sequence[Part], now: datetime) -> None:
    entries = [_entry(sale, part, now) for part in parts]
    if entries:
        session.execute(insert(AttributionEntry), entries, execution_options=AS_ONE)


def _add(
    session: Session,
    sale: Sale,
    parts: Sequence[Part],
    *,
    orders: int,
    counted_in: Collection[str] | None = None,
) -> None:
    """`orders` are added to the sums of the scopes and parts named, or to all."""
    rows = [
        {
            "scope": scope,
            "scope_key": scope_key,
            "part": part,
            "part_key": part_key,
            "year": sale.counted_on.year,
            "shard": shard_of(scope, sale.serial),
            "amount_fen": amount_fen,
            "orders": orders if counted_in is None or {scope, part} & set(counted_in) else 0,
        }
        for (scope, scope_key, part, part_key), amount_fen in sums_of(sale, parts).items()
    ]
    add_up(
        session,
        cast(Table, AttributionTotal.__table__),
        rows,
        keys=("scope", "scope_key", "part", "part_key", "year", "shard"),
        amounts=("amount_fen", "orders"),
    )


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
