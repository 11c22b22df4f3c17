"""Receipts as the centre, the unit that paid and the producer that reported see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.sold import OUTLET_NAMES
from marketplace.core.clock import bounds_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.outlets.models import OutletReceipt, OutletSale
from marketplace.outlets.queries.reports import visible_report
from marketplace.outlets.rules import ReceiptState
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES, get_visible_unit


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt as lists show it."""

    id: int
    outlet_id: int
    outlet_name: str
    number: str
    sold_on: date
    counted_on: date
    total_fen: int
    goods_fen: int
    eligible_fen: int
    unit_id: int | None
    unit_name: str | None
    fund: str
    state: str
    counted_fen: int
    reported_by: int
    words: str
    report_id: int


@dataclass(frozen=True)
class SaleRow:
    """A line of a receipt; less than nothing where it takes another back."""

    line_number: int
    product_id: int
    product_name: str
    producer_name: str
    packs: int
    amount_fen: int
    is_eligible: bool


@dataclass(frozen=True)
class ReceiptFilter:
    """Receipts of a month, in a state; empty: all."""

    month: str = ""
    state: str = ""


_NAMED: dict[str, ColumnElement[Any]] = {
    "unit_name": UNIT_NAMES.c.name,
    "outlet_name": OUTLET_NAMES.c.name,
}


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [
        _NAMED[name] if name in _NAMED else getattr(OutletReceipt, name)
        for name in ReceiptRow.__dataclass_fields__
    ]
    return (
        select(*columns)
        .select_from(OutletReceipt)
        .join(OUTLET_NAMES, OUTLET_NAMES.c.id == OutletReceipt.outlet_id)
        .outerjoin(UNIT_NAMES, UNIT_NAMES.c.id == OutletReceipt.unit_id)
    )


def _page(session: Session, page: PageRequest, *wanted: ColumnElement[bool]) -> Page[ReceiptRow]:
    total = session.scalar(select(func.count()).select_from(OutletReceipt).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(OutletReceipt.sold_on.desc(), OutletReceipt.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([ReceiptRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def list_of_outlet(
    session: Session, outlet_id: int, looked_for: ReceiptFilter, page: PageRequest
) -> Page[ReceiptRow]:
    """An outlet's receipts, the newest first."""
    wanted = [OutletReceipt.outlet_id == outlet_id]
    if looked_for.state:
        wanted.append(OutletReceipt.state == looked_for.state)
    if looked_for.month:
        first, after = bounds_of(looked_for.month)
        wanted += [OutletReceipt.sold_on >= first, OutletReceipt.sold_on < after]
    return _page(session, page, *wanted)


def list_of_unit(
    session: Session, identity: Identity, unit_id: int, page: PageRequest
) -> Page[ReceiptRow]:
    """Receipts in a unit's name. Raises NotFound for strangers."""
    get_visible_unit(session, identity, unit_id)
    return _page(session, page, OutletReceipt.unit_id == unit_id)


def count_waiting(session: Session, unit_id: int) -> int:
    """Receipts that wait for a unit to agree."""
    waiting = (OutletReceipt.unit_id == unit_id, OutletReceipt.state == ReceiptState.WAITING)
    return session.scalar(select(func.count()).select_from(OutletReceipt).where(*waiting)) or 0


def require_sight(session: Session, identity: Identity, receipt_id: int) -> OutletReceipt:
    """A receipt. Raises NotFound for whoever is neither of the centre, nor of the unit that
    paid, nor of the producer that reported it."""
    receipt = session.get(OutletReceipt, receipt_id, populate_existing=True)
    if receipt is None:
        raise NotFound
    try:
        visible_report(session, identity, receipt.report_id)
    except NotFound:
        if receipt.unit_id is None:
            raise
        get_visible_unit(session, identity, receipt.unit_id)
    return receipt


def get_receipt(
    session: Session, identity: Identity, receipt_id: int
) -> tuple[ReceiptRow, list[SaleRow]]:
    """A receipt with its lines, reversing ones behind. Raises NotFound."""
    require_sight(session, identity, receipt_id)
    row = session.execute(_rows().where(OutletReceipt.id == receipt_id)).one()
    sale = OutletSale
    lines = session.execute(
        select(
            sale.line_number,
            sale.product_id,
            sale.product_name,
            PRODUCER_NAMES.c.name,
            sale.packs,
            sale.amount_fen,
            sale.is_eligible,
        )
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == sale.producer_id)
        .where(sale.receipt_id == receipt_id)
        .order_by(sale.line_number)
    )
    return ReceiptRow(*tuple(row)), [SaleRow(*tuple(line)) for line in lines]


def receipt_numbers(session: Session, receipt_ids: list[int]) -> dict[int, str]:
    """Numbers of receipts by id."""
    rows = session.execute(
        select(OutletReceipt.id, OutletReceipt.number).where(OutletReceipt.id.in_(receipt_ids))
    )
    return {row.id: row.number for row in rows}
