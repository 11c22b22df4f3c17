"""What is known of the things a report names: receipts that were told before, and units."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.outlets.models import OutletReceipt, OutletSale
from marketplace.units.queries import UNIT_NAMES, get_unit

MOST_ID_DIGITS = 12


@dataclass(frozen=True)
class KnownReceipt:
    """What was told of a receipt: told again alike, it changes nothing."""

    day: date
    total_fen: int
    unit_id: int | None
    fund: str
    # (batch, packs, amount) of its lines.
    lines: Counter[tuple[int, int, int]]


@dataclass(frozen=True)
class NamedUnit:
    id: int
    # The first day it was no more.
    ended_on: date | None


def known_receipts(
    session: Session, outlet_id: int, numbers: Collection[str]
) -> dict[str, KnownReceipt]:
    """The receipts of an outlet that have one of these numbers, by number."""
    receipt, sale = OutletReceipt, OutletSale
    rows = session.execute(
        select(receipt, sale.batch_id, sale.packs, sale.amount_fen)
        .join(sale, sale.receipt_id == receipt.id)
        .where(receipt.outlet_id == outlet_id, receipt.number.in_(numbers))
        .where(sale.reverses_id.is_(None))
    )
    found: dict[str, KnownReceipt] = {}
    for one, batch_id, packs, amount_fen in rows:
        facts = (one.sold_on, one.total_fen, one.unit_id, one.fund)
        known = found.setdefault(one.number, KnownReceipt(*facts, Counter()))
        known.lines[batch_id, packs, amount_fen] += 1
    return found


def named_units(session: Session, named: Collection[str]) -> dict[str, NamedUnit]:
    """Units by what people write of them: the full name, or the number."""
    numbers = [
        int(name)
        for name in named
        if name.isascii() and name.isdigit() and len(name) <= MOST_ID_DIGITS
    ]
    wanted = UNIT_NAMES.c.name.in_(named) | UNIT_NAMES.c.id.in_(numbers)
    found: dict[str, NamedUnit] = {}
    for unit_id, name in session.execute(select(UNIT_NAMES.c.id, UNIT_NAMES.c.name).where(wanted)):
        unit = NamedUnit(unit_id, get_unit(session, unit_id).ended_on)
        found |= {written: unit for written in (str(unit_id), name) if written in named}
    return found
