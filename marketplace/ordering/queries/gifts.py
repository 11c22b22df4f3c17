"""The people behind a purchase, as far as someone may read who they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.core.closed import Closed, sealer_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.masking import mask_name
from marketplace.ordering.models import (
    Order,
    OrderLine,
    Purchase,
    PurchaseRecipient,
    RecipientPack,
    Shipment,
)
from marketplace.ordering.queries.views import OrderView, PurchaseView
from marketplace.ordering.rules import ENDED, EXITS, is_buyers_side
from marketplace.ordering.rules.recipients import (
    mask_address,
    mask_phone,
    sees_people_of,
)


@dataclass(frozen=True)
class GivenPacks:
    """Packs of one line for one person, and the parcel in which they left."""

    order_id: int
    variant_id: int
    product_name: str
    variant_name: str
    unit_price_fen: int
    quantity: int
    is_sent: bool
    carrier: str
    tracking: str

    @property
    def sum_fen(self) -> int:
        return self.unit_price_fen * self.quantity

    @property
    def words(self) -> str:
        return f"{self.product_name} {self.variant_name} ×{self.quantity}"


@dataclass(frozen=True)
class Person:
    """Someone on a staff list. `own_address` is empty where the gift goes to the unit."""

    id: int
    place: int
    name: str
    department: str
    phone: Closed
    own_address: str
    # Where it goes to, or went to.
    where: str
    amount_fen: int | None
    corrected_at: datetime | None
    packs: tuple[GivenPacks, ...]

    @property
    def sum_fen(self) -> int:
        return sum(pack.sum_fen for pack in self.packs)

    @property
    def quantity(self) -> int:
        return sum(pack.quantity for pack in self.packs)

    @property
    def words(self) -> str:
        return "、".join(pack.words for pack in self.packs)

    # Of one order a person's packs leave in one parcel, so any of them tells for all.
    @property
    def carrier(self) -> str:
        return self.packs[0].carrier

    @property
    def tracking(self) -> str:
        return self.packs[0].tracking

    @property
    def is_sent(self) -> bool:
        return all(pack.is_sent for pack in self.packs)

    def masked(self) -> "Person":
        return replace(
            self,
            name=mask_name(self.name),
            phone=self.phone.through(mask_phone),
            own_address=mask_address(self.own_address),
            where=mask_address(self.where),
        )


def people_of_purchase(
    session: Session, identity: Identity, purchase: PurchaseView
) -> tuple[Person, ...]:
    """Everyone on the list, masked where this person may not read who they are. Raises NotFound
    for a producer: they see the people of their own order."""
    owner = (purchase.unit_id, purchase.buyer_id)
    if not (is_buyers_side(identity, *owner) or identity.is_in_centre()):
        raise NotFound
    states = [order.state for order in purchase.orders]
    open_state = next((state for state in states if state not in ENDED), states[0])
    people = _read(session, _everyone().where(Order.purchase_id == purchase.id))
    return _as_seen(people, sees_people_of(identity, owner, None, open_state))


def people_of_order(session: Session, identity: Identity, order: OrderView) -> tuple[Person, ...]:
    """Those who get something out of one order, with their packs of it."""
    owner = (order.unit_id, order.buyer_id)
    people = _read(session, _everyone().where(Order.id == order.id))
    return _as_seen(people, sees_people_of(identity, owner, order.producer_id, order.state))


def people_to_sign(session: Session, purchase_id: int) -> tuple[Person, ...]:
    """Everyone with what is not cancelled, by their names: for the unit's own paper alone."""
    going = (Order.purchase_id == purchase_id, Order.state.not_in(EXITS))
    return _read(session, _everyone().where(*going))


def addresses_of(session: Session, purchase_id: int) -> dict[int, int]:
    """To how many addresses each order of a purchase goes."""
    rows = session.execute(
        select(Order.id, func.count(PurchaseRecipient.address.distinct()))
        .select_from(PurchaseRecipient)
        .join(RecipientPack, RecipientPack.recipient_id == PurchaseRecipient.id)
        .join(Order, Order.purchase_id == PurchaseRecipient.purchase_id)
        .join(
            OrderLine,
            (OrderLine.order_id == Order.id) & (OrderLine.variant_id == RecipientPack.variant_id),
        )
        .where(PurchaseRecipient.purchase_id == purchase_id)
        .group_by(Order.id)
    )
    return dict(rows.all())


def purchase_of_person(session: Session, recipient_id: int) -> int:
    """The purchase on whose list someone stands. Raises NotFound."""
    wanted = select(PurchaseRecipient.purchase_id).where(PurchaseRecipient.id == recipient_id)
    purchase_id = session.scalar(wanted)
    if purchase_id is None:
        raise NotFound
    return purchase_id


def _everyone() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PurchaseRecipient,
            Purchase.consignee_address,
            RecipientPack.sent_to,
            Order.id.label("order_id"),
            OrderLine.variant_id,
            OrderLine.product_name,
            OrderLine.variant_name,
            OrderLine.unit_price_fen,
            RecipientPack.quantity,
            Shipment.id.is_not(None),
            func.coalesce(Shipment.carrier, "").label("carrier"),
            func.coalesce(Shipment.tracking, "").label("tracking"),
        )
        .join(Purchase, Purchase.id == PurchaseRecipient.purchase_id)
        .join(RecipientPack, RecipientPack.recipient_id == PurchaseRecipient.id)
        .join(Order, Order.purchase_id == Purchase.id)
        .join(
            OrderLine,
            (OrderLine.order_id == Order.id) & (OrderLine.variant_id == RecipientPack.variant_id),
        )
        .join(Shipment, Shipment.id == RecipientPack.shipment_id, isouter=True)
        .order_by(PurchaseRecipient.place, OrderLine.id)
        .execution_options(populate_existing=True)
    )


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> tuple[Person, ...]:
    sealer = sealer_of(session)
    packs: dict[int, list[GivenPacks]] = defaultdict(list)
    found: dict[int, tuple[PurchaseRecipient, str]] = {}
    for person, consignee_address, sent_to, *pack in session.execute(wanted):
        where = sent_to or person.address or consignee_address
        found.setdefault(person.id, (person, where))
        packs[person.id].append(GivenPacks(*pack))
    return tuple(
        Person(
            id=person.id,
            place=person.place,
            name=person.name,
            department=person.department,
            phone=Closed(person.phone_sealed, sealer),
            own_address=person.address,
            where=where,
            amount_fen=person.amount_fen,
            corrected_at=person.corrected_at,
            packs=tuple(packs[person.id]),
        )
        for person, where in found.values()
    )


def _as_seen(people: Sequence[Person], in_full: bool) -> tuple[Person, ...]:
    return tuple(people) if in_full else tuple(person.masked() for person in people)
