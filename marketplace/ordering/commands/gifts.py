"""Buying by staff list: one purchase whose lines are the sums over its people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.closed import open_words, seal_words
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.approval import restart_steps
from marketplace.ordering.commands.buyers import require_buyer
from marketplace.ordering.commands.consignees import write_consignee
from marketplace.ordering.commands.draft import (
    draft_purchase,
    empty,
    fill,
    reprice,
)
from marketplace.ordering.commands.people import hold_to_list
from marketplace.ordering.commands.pricing import price
from marketplace.ordering.commands.record import lines_of, lock_orders, note, open_purchase
from marketplace.ordering.models import Order, Purchase, PurchaseRecipient, RecipientPack
from marketplace.ordering.rules import (
    ENDED,
    PurchaseState,
    PurchaseWish,
    WishedLine,
    require_receiver,
    require_state,
    summed,
)
from marketplace.ordering.rules.gifts import MOST_RECIPIENTS, NO_ROWS, TOO_MANY
from marketplace.ordering.rules.recipients import AlreadySent
from marketplace.ordering.rules.wishes import GiftWish, Recipient


def draft_gifts(session: Session, identity: Identity, wish: GiftWish, now: datetime) -> Purchase:
    """A purchase in DRAFT for the people on a list, at today's prices and the freight of every
    address. Nothing is reserved."""
    _check(wish)
    purchase = draft_purchase(session, identity, _as_purchase(wish), now)
    _write(session, purchase, wish.recipients)
    _sum_up(session, purchase, now)
    return purchase


def replace_gifts(
    session: Session, identity: Identity, purchase_id: int, wish: GiftWish, now: datetime
) -> Purchase:
    """Puts another list in the place of a draft's, as a whole. What was submitted stays."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if identity.person_id != purchase.buyer_id:
        raise Forbidden
    require_state(purchase.state, PurchaseState.DRAFT)
    _check(wish)
    assert purchase.unit_id == wish.unit_id, (purchase.id, wish.unit_id)
    require_buyer(session, identity, _as_purchase(wish), now)
    lines = price(session, _lines(wish), day_of(now))
    _forget(session, purchase.id)
    empty(session, orders)
    _take_over(session, purchase, wish)
    fill(session, purchase, lines, day_of(now))
    _write(session, purchase, wish.recipients)
    _sum_up(session, purchase, now)
    return purchase


def refresh_gifts(session: Session, identity: Identity, purchase_id: int, now: datetime) -> None:
    """Brings a draft to today's prices and freight, for its buyer to look over again."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if identity.person_id != purchase.buyer_id:
        raise Forbidden
    require_state(purchase.state, PurchaseState.DRAFT)
    reprice(session, purchase, orders, day_of(now))


def _check(wish: GiftWish) -> None:
    if not wish.recipients:
        raise invalid("list", NO_ROWS)
    if len(wish.recipients) > MOST_RECIPIENTS:
        raise invalid("list", TOO_MANY, most=MOST_RECIPIENTS, rows=len(wish.recipients))


def _lines(wish: GiftWish) -> tuple[WishedLine, ...]:
    return summed(line for person in wish.recipients for line in person.packs)


def _as_purchase(wish: GiftWish) -> PurchaseWish:
    return PurchaseWish(
        unit_id=wish.unit_id,
        fund=wish.fund,
        payment_terms=wish.payment_terms,
        lines=_lines(wish),
        consignee=wish.consignee,
        note=wish.note,
    )


def _take_over(session: Session, purchase: Purchase, wish: GiftWish) -> None:
    purchase.fund = wish.fund
    purchase.payment_terms = wish.payment_terms
    write_consignee(session, purchase, wish.consignee)
    purchase.note = wish.note


def _forget(session: Session, purchase_id: int) -> None:
    """Takes the list of a draft away. Nothing of it was sent, so no other row refers to it."""
    people = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == purchase_id)
    session.execute(delete(RecipientPack).where(RecipientPack.recipient_id.in_(people)))
    session.execute(delete(PurchaseRecipient).where(PurchaseRecipient.purchase_id == purchase_id))


def _write(session: Session, purchase: Purchase, recipients: Sequence[Recipient]) -> None:
    rows = [
        {
            "purchase_id": purchase.id,
            "place": place,
            "name": person.name,
            "department": person.department,
            "phone_sealed": seal_words(session, person.phone),
            "address": person.address,
            "amount_fen": person.amount_fen,
        }
        for place, person in enumerate(recipients, 1)
    ]
    session.execute(insert(PurchaseRecipient), rows)
    mine = PurchaseRecipient.purchase_id == purchase.id
    found = session.execute(select(PurchaseRecipient.place, PurchaseRecipient.id).where(mine))
    by_place = dict(found.all())
    packs = [
        {
            "recipient_id": by_place[place],
            "variant_id": line.variant_id,
            "quantity": line.quantity,
        }
        for place, person in enumerate(recipients, 1)
        for line in summed(person.packs)
    ]
    session.execute(insert(RecipientPack), packs)


def _sum_up(session: Session, purchase: Purchase, now: datetime) -> None:
    """Freight by address, and the proof that lines are the sums of the list."""
    orders = lock_orders(session, purchase.id)
    repriced = reprice(session, purchase, orders, day_of(now))
    hold_to_list(repriced.lines, repriced.packed)


def correct_address(
    session: Session,
    identity: Identity,
    recipient_id: int,
    corrected: tuple[str, str],
    now: datetime,
) -> Purchase:
    """Corrects (phone, address) of someone whose parcels have not all left yet. What was sent
    keeps the address that was on it."""
    purchase_id = session.scalar(
        select(PurchaseRecipient.purchase_id).where(PurchaseRecipient.id == recipient_id)
    )
    if purchase_id is None:
        raise NotFound
    purchase, orders = open_purchase(session, identity, purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    require_state(
        purchase.state, PurchaseState.DRAFT, PurchaseState.IN_APPROVAL, PurchaseState.PLACED
    )
    person = session.get_one(PurchaseRecipient, recipient_id, populate_existing=True)
    if (open_words(session, person.phone_sealed), person.address) == corrected:
        return purchase
    if not _waits(session, recipient_id, orders):
        raise AlreadySent
    phone, person.address = corrected
    person.phone_sealed = seal_words(session, phone)
    person.corrected_at = now
    restart_steps(session, purchase, now)
    note(session, purchase, "ADDRESS_CORRECTED", identity, now, place=person.place)
    session.flush()
    if purchase.state == PurchaseState.DRAFT:
        _sum_up(session, purchase, now)
    return purchase


def _waits(session: Session, recipient_id: int, orders: Sequence[Order]) -> bool:
    """Whether something for them is still with a producer."""
    going = [order for order in orders if order.state not in ENDED]
    variants = [line.variant_id for line in lines_of(session, *going)]
    waiting = select(RecipientPack.variant_id).where(
        RecipientPack.recipient_id == recipient_id,
        RecipientPack.variant_id.in_(variants),
        RecipientPack.shipment_id.is_(None),
    )
    return session.scalar(waiting.limit(1)) is not None
