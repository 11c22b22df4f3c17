"""A unit agrees to a receipt in its name or does not; the centre takes a receipt back whole."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.attribution.commands import name_unit, reverse
from marketplace.attribution.queries import remaining_by_line
from marketplace.attribution.rules import AttributedLine, Origin
from marketplace.audit.commands import record
from marketplace.catalogue.commands.selling import hold_outlet
from marketplace.catalogue.queries.sold import shares_of_batches
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, Role
from marketplace.offline.rules import recognised_on
from marketplace.ordering.rules import require_reason
from marketplace.outlets.commands.writing import (
    add_to_months,
    attributed,
    by_producer,
    sale_of,
    take_packs,
)
from marketplace.outlets.models import OutletReceipt, OutletSale
from marketplace.outlets.queries.receipts import require_sight
from marketplace.outlets.rules import OwnReceipt, ReceiptElsewhere, ReceiptState, agrees_for
from marketplace.quota.commands import count_offline, take_back_offline
from marketplace.quota.queries import is_closed
from marketplace.quota.rules import CountedLine, CountedOffline
from marketplace.units.queries import get_unit

RECEIPT = "receipt"


def agree_receipt(
    session: Session, identity: Identity, receipt_id: int, now: datetime
) -> OutletReceipt:
    """The unit's finance says that the unit paid it: what of it is recognised counts from today,
    and the sale stands in the unit's name. Raises NotFound, Forbidden, OwnReceipt."""
    receipt = _lock(session, identity, receipt_id)
    if receipt.state == ReceiptState.COUNTED and receipt.decided_by == identity.person_id:
        return receipt
    _require_turn(receipt, identity)
    receipt.state = ReceiptState.COUNTED
    receipt.decided_by, receipt.decided_at = identity.person_id, now
    receipt.counted_fen = _count(session, receipt, now)
    session.flush()
    _name_unit(session, receipt, now)
    _record(session, identity, receipt, now)
    return receipt


def refuse_receipt(
    session: Session, identity: Identity, receipt_id: int, words: str, now: datetime
) -> OutletReceipt:
    """The unit did not pay it: it stays a sale of its villages, and counts for nobody."""
    receipt = _lock(session, identity, receipt_id)
    _require_turn(receipt, identity)
    receipt.words = require_reason(words)
    receipt.state = ReceiptState.REFUSED
    receipt.decided_by, receipt.decided_at = identity.person_id, now
    session.flush()
    _record(session, identity, receipt, now)
    return receipt


def reverse_receipt(
    session: Session, identity: Identity, receipt_id: int, words: str, now: datetime
) -> OutletReceipt:
    """Takes a receipt back, whole, by reversing lines: packs are at the outlet again. What was
    right about it is reported under a number of its own."""
    receipt = _lock(session, identity, receipt_id)
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    if receipt.state == ReceiptState.REVERSED:
        return receipt
    words = require_reason(words)
    lines = _lines_of(session, receipt)
    of_unit = receipt.state == ReceiptState.COUNTED
    _take_from_books(session, receipt, lines, now, of_unit=of_unit)
    back = [_reversing(line, len(lines)) for line in lines]
    session.add_all(back)
    session.flush()
    take_packs(session, [(receipt, back)], identity.person_id, now)
    add_to_months(session, [receipt], -1)
    receipt.state, receipt.words, receipt.counted_fen = ReceiptState.REVERSED, words, 0
    receipt.reversed_by = identity.person_id
    session.flush()
    _record(session, identity, receipt, now)
    return receipt


def _lock(session: Session, identity: Identity, receipt_id: int) -> OutletReceipt:
    """The receipt, held with its batches and its outlet until the end. Raises NotFound."""
    receipt = require_sight(session, identity, receipt_id)
    batches = {line.batch_id for line in _lines_of(session, receipt)}
    hold_outlet(session, receipt.outlet_id, batches)
    return session.get_one(OutletReceipt, receipt_id, with_for_update=True, populate_existing=True)


def _lines_of(session: Session, receipt: OutletReceipt) -> list[OutletSale]:
    wanted = select(OutletSale).where(
        OutletSale.receipt_id == receipt.id, OutletSale.reverses_id.is_(None)
    )
    return list(session.scalars(wanted.order_by(OutletSale.line_number)))


def _require_turn(receipt: OutletReceipt, identity: Identity) -> None:
    if receipt.unit_id is None or not agrees_for(identity, receipt.unit_id):
        raise Forbidden
    if receipt.state != ReceiptState.WAITING:
        raise ReceiptElsewhere
    if receipt.reported_by == identity.person_id:
        raise OwnReceipt


def _count(session: Session, receipt: OutletReceipt, now: datetime) -> int:
    """Enters what is recognised under each rule that counts it; what it came to under all."""
    assert receipt.unit_id is not None, receipt.id
    closed = is_closed(session, receipt.sold_on.year)
    facts = CountedOffline(
        offline_id=receipt.id,
        unit_id=receipt.unit_id,
        division_code=get_unit(session, receipt.unit_id).division_code,
        fund=receipt.fund,
        bought_on=receipt.sold_on,
        counted_on=recognised_on(receipt.sold_on, day_of(now), is_closed=closed),
        kind=RECEIPT,
    )
    lines = [line for line in _lines_of(session, receipt) if line.is_eligible]
    shares = shares_of_batches(session, {line.batch_id for line in lines})
    counted = [
        CountedLine(
            line.id, line.amount_fen, True, tuple(code for code, _ in shares[line.batch_id])
        )
        for line in lines
    ]
    rules = count_offline(session, facts, counted, now)
    return sum(line.amount_fen * rules[line.id] for line in lines)


def _name_unit(session: Session, receipt: OutletReceipt, now: datetime) -> None:
    """The sale moves into the unit's name on the day it was credited: villages keep every fen."""
    lines = _lines_of(session, receipt)
    shares = shares_of_batches(session, {line.batch_id for line in lines})
    for producer_id, some in by_producer(lines).items():
        sales = (
            sale_of(receipt, producer_id, "unnamed", receipt.counted_on),
            sale_of(receipt, producer_id, "agreed", receipt.counted_on, of_unit=True),
        )
        parts = [attributed(line, shares) for line in some]
        name_unit(session, sales, parts, now)


def _take_from_books(
    session: Session,
    receipt: OutletReceipt,
    lines: list[OutletSale],
    now: datetime,
    *,
    of_unit: bool,
) -> None:
    closed = is_closed(session, receipt.counted_on.year)
    day = recognised_on(receipt.counted_on, day_of(now), is_closed=closed)
    if of_unit:
        take_back_offline(session, receipt.id, day, now, kind=RECEIPT)
    for producer_id, some in by_producer(lines).items():
        remaining = remaining_by_line(session, [line.id for line in some], RECEIPT)
        taken = [
            AttributedLine(
                order_line_id=line.id,
                product_id=line.product_id,
                workshop_id=line.workshop_id,
                amount_fen=-line.amount_fen,
                origins=tuple(Origin(*place, weight=1) for place in remaining[line.id]),
            )
            for line in some
        ]
        sale = sale_of(receipt, producer_id, "reversed", day, of_unit=of_unit)
        reverse(session, sale, taken, now, orders=-1)


def _reversing(line: OutletSale, count: int) -> OutletSale:
    """The line that takes another back: after all of them, in their order."""
    return OutletSale(
        receipt_id=line.receipt_id,
        line_number=count + line.line_number,
        producer_id=line.producer_id,
        workshop_id=line.workshop_id,
        product_id=line.product_id,
        product_name=line.product_name,
        variant_id=line.variant_id,
        batch_id=line.batch_id,
        packs=-line.packs,
        amount_fen=-line.amount_fen,
        is_eligible=line.is_eligible,
        reverses_id=line.id,
    )


def _record(session: Session, identity: Identity, receipt: OutletReceipt, now: datetime) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"outlet.receipt_{receipt.state.lower()}",
        object_kind="outlet_receipt",
        object_id=receipt.id,
        before=None,
        after={
            "number": receipt.number,
            "goods_fen": receipt.goods_fen,
            "unit_id": receipt.unit_id,
            "words": receipt.words,
        },
    )
