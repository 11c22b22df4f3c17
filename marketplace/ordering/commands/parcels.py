"""Sending an order to the people on a staff list: to one address, or many parcels at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.ordering.commands.fulfil import require_sendable, send
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lines_of, note, open_order
from marketplace.ordering.models import Order, Purchase, PurchaseRecipient, RecipientPack
from marketplace.ordering.rules import Parcel, require_producer
from marketplace.ordering.rules.wishes import SentParcel


@dataclass(frozen=True)
class _Waiting:
    """Packs of a line that someone still waits for, and where they go to."""

    recipient_id: int
    variant_id: int
    line_id: int
    quantity: int
    address: str


def send_parcels(
    session: Session,
    identity: Identity,
    order_id: int,
    parcels: Sequence[SentParcel],
    now: datetime,
) -> Order:
    """Everything of this order for the people of each parcel leaves. Who has nothing waiting any
    more is passed over, so that the same file may come twice."""
    purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    waiting = _waiting(session, purchase, order)
    loaded = [(parcel, _content(parcel, waiting)) for parcel in parcels]
    loaded = [(parcel, packs) for parcel, packs in loaded if packs]
    if not loaded:
        return order
    require_sendable(order)
    sent = [(Parcel(one.carrier, one.tracking), _by_line(packs)) for one, packs in loaded]
    ids = send(session, order, lines_of(session, order), sent, now)
    _mark(session, ids, loaded)
    people = len({pack.recipient_id for _parcel, packs in loaded for pack in packs})
    note(session, order, "GIFTS_SENT", identity, now, parcels=len(loaded), people=people)
    tell(session, "order_shipped", order.id, now)
    session.flush()
    return order


def _waiting(session: Session, purchase: Purchase, order: Order) -> dict[int, list[_Waiting]]:
    """By person, what of this order has not left yet."""
    line_ids = {line.variant_id: line.id for line in lines_of(session, order)}
    rows = session.execute(
        select(
            RecipientPack.recipient_id,
            RecipientPack.variant_id,
            RecipientPack.quantity,
            PurchaseRecipient.address,
        )
        .join(PurchaseRecipient, PurchaseRecipient.id == RecipientPack.recipient_id)
        .where(
            PurchaseRecipient.purchase_id == purchase.id,
            RecipientPack.variant_id.in_(list(line_ids)),
            RecipientPack.shipment_id.is_(None),
        )
    )
    waiting: dict[int, list[_Waiting]] = defaultdict(list)
    for recipient_id, variant_id, quantity, address in rows:
        where = address or purchase.consignee_address
        waiting[recipient_id].append(
            _Waiting(recipient_id, variant_id, line_ids[variant_id], quantity, where)
        )
    return waiting


def _content(parcel: SentParcel, waiting: dict[int, list[_Waiting]]) -> list[_Waiting]:
    """Takes what is in a parcel out of what is waiting."""
    return [pack for key in parcel.recipient_ids for pack in waiting.pop(key, ())]


def _by_line(packs: Sequence[_Waiting]) -> dict[int, int]:
    by_line: dict[int, int] = defaultdict(int)
    for pack in packs:
        by_line[pack.line_id] += pack.quantity
    return dict(by_line)


def _mark(
    session: Session, ids: Sequence[int], loaded: Sequence[tuple[SentParcel, list[_Waiting]]]
) -> None:
    """Who got what in which parcel, and the address that was on it: one statement for all."""
    table = RecipientPack.metadata.tables[RecipientPack.__tablename__]
    rows = [
        {
            "whose": pack.recipient_id,
            "what": pack.variant_id,
            "shipment_id": shipment_id,
            "sent_to": pack.address,
        }
        for shipment_id, (_parcel, packs) in zip(ids, loaded, strict=True)
        for pack in packs
    ]
    statement = update(table).where(
        table.c.recipient_id == bindparam("whose"), table.c.variant_id == bindparam("what")
    )
    session.flush()
    session.connection().execute(statement, rows)
