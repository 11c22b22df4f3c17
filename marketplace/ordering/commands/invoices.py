"""Invoices: registered by the producer, checked by the buyer's side, taken back by red ones."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.core.money import format_yuan
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.numbers import take_number
from marketplace.ordering.commands.record import note, open_order
from marketplace.ordering.models import Invoice, Order
from marketplace.ordering.rules import (
    EXITS,
    OrderState,
    require_producer,
    require_receiver,
    require_state,
)
from marketplace.ordering.rules.invoices import (
    LACKING,
    GivenInvoice,
    InvoiceFacts,
    InvoiceNumberUsed,
    InvoiceState,
    InvoiceTooMuch,
    NoSuchBlueInvoice,
    invoice_state,
    net_fen,
    read_number,
    read_seller,
)
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS

INVOICED = (
    OrderState.CONFIRMED,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.ACCEPTED,
    OrderState.COMPLETED,
)


def register_invoice(
    session: Session, identity: Identity, order_id: int, given: GivenInvoice, now: datetime
) -> Invoice:
    """Registers an invoice of an order."""
    return register_once(session, identity, order_id, given, now)[0]


def register_once(
    session: Session, identity: Identity, order_id: int, given: GivenInvoice, now: datetime
) -> tuple[Invoice, bool]:
    """The invoice, and whether it is new: the same one told again is the same invoice. Of an order
    that came to nothing only red ones are registered."""
    _purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    require_state(order.state, *INVOICED, *(EXITS if given.red_of else ()))
    number = read_number(given.number)
    _check(order, given, now)
    known = session.scalar(select(Invoice).where(Invoice.number == number))
    if known is not None:
        return _same_or_refuse(session, known, order, given), False
    seller_uscc = read_seller(given.seller_uscc)
    blue = _blue_of(session, order, given.red_of) if given.red_of else None
    _check_amount(session, order, blue, given)
    take_number(session, number, f"order:{order.id}", now)
    row = insert(Invoice).values(
        order_id=order.id,
        kind="RED" if blue else "BLUE",
        number=number,
        amount_fen=given.amount_fen,
        issued_on=given.issued_on,
        seller_uscc=seller_uscc,
        red_of_id=blue.id if blue else None,
        upload_id=keep(session, identity, given.file, PAPERS, now) if given.file else None,
        state="ISSUED",
        registered_by=identity.person_id,
        registered_at=now,
    )
    invoice_id = session.execute(row.returning(Invoice.id)).scalar_one()
    invoice = session.get_one(Invoice, invoice_id)
    if blue is not None and _reversed_fen(session, blue) == blue.amount_fen:
        blue.state = "REVERSED"
    _settle(session, order, invoice, (identity, "INVOICE_REGISTERED"), now)
    tell(session, "invoice_registered", invoice.id, now)
    return invoice, True


def check_invoice(session: Session, identity: Identity, invoice_id: int, now: datetime) -> Invoice:
    """The buyer's side has compared the invoice with the goods and the tax office's page."""
    order_id = session.scalar(select(Invoice.order_id).where(Invoice.id == invoice_id))
    if order_id is None:
        raise NotFound
    purchase, order = open_order(session, identity, order_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    invoice = session.get_one(Invoice, invoice_id, populate_existing=True)
    if invoice.state == "ISSUED":
        invoice.state, invoice.checked_by, invoice.checked_at = "CHECKED", identity.person_id, now
        _settle(session, order, invoice, (identity, "INVOICE_CHECKED"), now)
    return invoice


def ask_for_invoice(session: Session, identity: Identity, order_id: int, now: datetime) -> bool:
    """The buyer's side asks the producer for the invoice of what was accepted, once a day at
    most; whether the producer hears of it."""
    purchase, order = open_order(session, identity, order_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    require_state(order.state, OrderState.ACCEPTED, OrderState.COMPLETED)
    if order.invoice_state not in LACKING:
        return False
    return tell(session, "order_uninvoiced", order.id, now, turn=f"/{day_of(now).isoformat()}")


def follow_invoices(session: Session, order: Order) -> None:
    """Less is payable than before: what was invoiced in part may now be all there is to invoice."""
    if order.invoice_state == InvoiceState.ISSUED:
        order.invoice_state = invoice_state(_facts(session, order), order.payable_fen)


def _check(order: Order, given: GivenInvoice, now: datetime) -> None:
    errors = []
    if given.amount_fen <= 0:
        errors.append(FieldError("amount_fen", N_("发票金额要大于 0。")))
    if given.issued_on > day_of(now):
        errors.append(FieldError("issued_on", N_("开票日期不能晚于今天。")))
    elif order.placed_at and given.issued_on < day_of(order.placed_at):
        errors.append(FieldError("issued_on", N_("开票日期不能早于下单日期。")))
    if errors:
        raise InvalidInput(*errors)


def _same_or_refuse(session: Session, known: Invoice, order: Order, given: GivenInvoice) -> Invoice:
    """Whoever says something else of a number than what stands is not told that it was done."""
    blue = session.get(Invoice, known.red_of_id) if known.red_of_id else None
    stands = (known.order_id, known.amount_fen, known.issued_on, blue and blue.number)
    red_of = read_number(given.red_of, "red_of") if given.red_of else None
    if stands != (order.id, given.amount_fen, given.issued_on, red_of):
        raise InvoiceNumberUsed
    return known


def _blue_of(session: Session, order: Order, typed: str) -> Invoice:
    number = read_number(typed, "red_of")
    blue = session.scalar(
        select(Invoice).where(
            Invoice.order_id == order.id, Invoice.number == number, Invoice.kind == "BLUE"
        )
    )
    if blue is None:
        raise NoSuchBlueInvoice(number=number)
    return blue


def _check_amount(
    session: Session, order: Order, blue: Invoice | None, given: GivenInvoice
) -> None:
    if blue is not None:
        most_fen = blue.amount_fen - _reversed_fen(session, blue)
    else:
        most_fen = order.payable_fen - net_fen(_facts(session, order))
    if given.amount_fen > most_fen:
        raise InvoiceTooMuch(most=format_yuan(max(0, most_fen)))


def _reversed_fen(session: Session, blue: Invoice) -> int:
    return sum(session.scalars(select(Invoice.amount_fen).where(Invoice.red_of_id == blue.id)))


def _facts(session: Session, order: Order) -> list[InvoiceFacts]:
    rows = session.execute(
        select(Invoice.kind, Invoice.state, Invoice.amount_fen).where(Invoice.order_id == order.id)
    )
    return [InvoiceFacts(*row) for row in rows]


def _settle(
    session: Session, order: Order, invoice: Invoice, step: tuple[Identity, str], now: datetime
) -> None:
    """Brings the order's own axis up to date, and writes down who did what."""
    actor, kind = step
    session.flush()
    order.invoice_state = invoice_state(_facts(session, order), order.payable_fen)
    note(session, order, kind, actor, now, number=invoice.number, amount_fen=invoice.amount_fen)
    record(
        session,
        actor_id=actor.person_id,
        action=kind.lower().replace("_", ".", 1),
        object_kind="order",
        object_id=str(order.id),
        before=None,
        after={"number": invoice.number, "kind": invoice.kind, "amount_fen": invoice.amount_fen},
        now=now,
    )
    session.flush()
