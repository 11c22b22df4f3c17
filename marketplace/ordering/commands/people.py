"""The people behind the lines of a purchase: their packs always sum to the lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.ordering.models import (
    Order,
    OrderLine,
    Purchase,
    PurchaseRecipient,
    RecipientPack,
)
from marketplace.ordering.rules.recipients import AmountExceeded, LinesFromList, SentByPeople


def has_people(session: Session, purchase_id: int) -> bool:
    first = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == purchase_id)
    return session.scalar(first.limit(1)) is not None


def refuse_if_listed(session: Session, purchase_id: int) -> None:
    """Raises LinesFromList where the lines are the sums of a staff list."""
    if has_people(session, purchase_id):
        raise LinesFromList


@dataclass(frozen=True)
class Packed:
    """Packs of a variant for one of the people of a purchase."""

    place: int
    name: str
    address: str
    # What one gift may cost, where that is set.
    amount_fen: int | None
    variant_id: int
    quantity: int


def list_packed(session: Session, purchase_id: int) -> Sequence[Packed]:
    """The packs of all people of a purchase, in the order of the list; none without one."""
    rows = session.execute(
        select(
            PurchaseRecipient.place,
            PurchaseRecipient.name,
            PurchaseRecipient.address,
            PurchaseRecipient.amount_fen,
            RecipientPack.variant_id,
            RecipientPack.quantity,
        )
        .join(RecipientPack, RecipientPack.recipient_id == PurchaseRecipient.id)
        .where(PurchaseRecipient.purchase_id == purchase_id)
        .order_by(PurchaseRecipient.place)
    )
    return [Packed(*row) for row in rows]


def hold_to_list(lines: Sequence[OrderLine], people: Sequence[Packed]) -> None:
    """What is asserted of every purchase with a staff list, and that no gift costs more than its
    amount at the prices of these lines. Raises AmountExceeded."""
    if not people:
        return
    prices = {line.variant_id: line.unit_price_fen for line in lines}
    packs: dict[int, int] = dict.fromkeys(prices, 0)
    left_fen: dict[int, int] = {}
    for one in people:
        packs[one.variant_id] += one.quantity
        if one.amount_fen is not None:
            cost_fen = prices[one.variant_id] * one.quantity
            left_fen[one.place] = left_fen.get(one.place, one.amount_fen) - cost_fen
            if left_fen[one.place] < 0:
                raise AmountExceeded(place=one.place, name=one.name)
    ordered = {line.variant_id: line.quantity for line in lines}
    assert packs == ordered, (packs, ordered)


def hand_out(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    sent: tuple[int, Mapping[int, int]],
) -> None:
    """Notes for everyone who was still waiting that their packs left in this one parcel.

    What is sent is (shipment, packs by line). Raises SentByPeople where it is not all that was
    left: nobody could tell then who is still waiting.
    """
    if not has_people(session, order.purchase_id):
        return
    shipment_id, quantities = sent
    if any(line.quantity > line.shipped_quantity for line in lines):
        raise SentByPeople
    mine = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == order.purchase_id)
    waiting = (
        RecipientPack.recipient_id.in_(mine),
        RecipientPack.variant_id.in_([line.variant_id for line in lines]),
        RecipientPack.shipment_id.is_(None),
    )
    left = session.scalar(select(func.sum(RecipientPack.quantity)).where(*waiting))
    assert left == sum(quantities.values()), (order.id, left, quantities)
    own = session.scalar(select(Purchase.consignee_address).where(Purchase.id == order.purchase_id))
    theirs = (
        select(func.coalesce(func.nullif(PurchaseRecipient.address, ""), own))
        .where(PurchaseRecipient.id == RecipientPack.recipient_id)
        .scalar_subquery()
    )
    session.execute(
        update(RecipientPack)
        .where(*waiting)
        .values(shipment_id=shipment_id, sent_to=theirs)
        .execution_options(synchronize_session=False)
    )
