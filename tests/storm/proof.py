"""What must be true once a storm is over: every promise is kept, once, and the books agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import seal
from marketplace.audit.queries import find_forged, list_seals, verify
from marketplace.cli.books import EVERY_SEAL
from marketplace.core.closed import open_words
from marketplace.core.db import Base
from marketplace.reports.queries import reconcile
from marketplace.tables import SEALED_BOOKS
from tests.storm.cast import Cast
from tests.storm.promises import Promises

T = Base.metadata.tables


def find_broken(session: Session, cast: Cast, promises: Promises) -> list[str]:
    """Everything that is not as it was promised, in words."""
    checks = (
        _purchases, _steps, _accepted, _parcels, _money, _refunds, _invoices, _moved, _sales, _keys,
        _stock, _books,
    )  # fmt: skip
    return [wrong for check in checks for wrong in check(session, cast, promises)]


def _differing(name: str, promised: Mapping[Any, Any], found: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted({*promised, *found}, key=str):
        if promised.get(key) != found.get(key):
            yield f"{name} {key}: promised {promised.get(key)}, found {found.get(key)}"


def _column(session: Session, table: Table, key: str, value: str, *where: Any) -> dict[Any, Any]:
    rows = session.execute(select(table.c[key], table.c[value]).where(*where)).all()
    return dict(rows)


def _purchases(session: Session, cast: Cast, promises: Promises) -> Iterator[str]:
    """None is lost, and none is there that nobody was promised: that would be a double."""
    purchase = T["purchase"]
    mine = purchase.c.buyer_id.in_(cast.people())
    found = _column(session, purchase, "id", "number", mine)
    yield from _differing(
        "purchase", {key: said["number"] for key, said in promises.purchases.items()}, found
    )
    order = T["order"]
    goods = _column(session, order, "id", "goods_fen", order.c.buyer_id.in_(cast.people()))
    told = {
        one["id"]: one["goods_fen"]
        for said in promises.purchases.values()
        for one in said["orders"]
    }
    yield from _differing("goods of order", told, goods)


def _steps(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    event = T["order_event"]
    kinds = {kind for _order, kind in promises.steps}
    counted = (
        select(event.c.order_id, event.c.kind, func.count())
        .where(event.c.kind.in_({*kinds, "PLACED", "COMPLETED"}), event.c.order_id.is_not(None))
        .group_by(event.c.order_id, event.c.kind)
    )
    found = {(order, kind): times for order, kind, times in session.execute(counted)}
    for step in promises.steps:
        if found.get(step) != 1:
            yield f"step {step}: promised once, found {found.get(step, 0)}"
    yield from (f"step {step} happened {times} times" for step, times in found.items() if times > 1)


def _accepted(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    line = T["order_line"]
    found = _column(session, line, "id", "accepted_quantity", line.c.id.in_(promises.accepted))
    return _differing("accepted of line", promises.accepted, found)


def _parcels(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    shipment = T["shipment"]
    rows = session.execute(select(shipment.c.tracking, shipment.c.order_id)).all()
    yield from _twice("parcel", (tracking for tracking, _order in rows))
    yield from _differing("parcel", promises.parcels, dict(rows))


def _twice(name: str, keys: Iterable[Any]) -> Iterator[str]:
    return (f"{name} {key} is there {n} times" for key, n in Counter(keys).items() if n > 1)


def _money(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    payment = T["payment"]
    by_bank = payment.c.method == "bank_transfer", payment.c.received_fen > 0
    found = _column(session, payment, "reference", "received_fen", *by_bank)
    yield from _differing("transfer", promises.received, found)
    played = payment.c.method == "simulated", payment.c.received_fen > 0
    paid = _column(session, payment, "id", "received_fen", *played)
    yield from (f"simulated payment {one} is lost" for one in promises.simulated - set(paid))
    taken = sum(found.values()) + sum(paid.values())
    entry = T["order"]
    mine = select(func.coalesce(func.sum(entry.c.paid_fen), 0))
    if (on_orders := int(session.scalar(mine) or 0)) > taken:
        yield f"orders hold {on_orders} fen, and {taken} were received"


def _refunds(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    refund = T["refund"]
    yield from _differing("refund", promises.refunds, _column(session, refund, "id", "amount_fen"))
    states = _column(session, refund, "id", "state")
    yield from (
        f"refund {one} was agreed to and is {states.get(one)}"
        for one in promises.agreed
        if states.get(one) != "DONE"
    )


def _invoices(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    return _differing(
        "invoice", promises.invoices, _column(session, T["invoice"], "number", "order_id")
    )


def _moved(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    states = _column(session, T["reattribution"], "id", "state")
    for one, told in promises.reattributions.items():
        if states.get(one) not in (told, "DONE"):
            yield f"reattribution {one}: promised {told}, found {states.get(one)}"


def _sales(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    receipt = T["outlet_receipt"]
    numbers = session.scalars(select(receipt.c.number)).all()
    yield from _twice("receipt", numbers)
    found = _column(session, receipt, "number", "goods_fen")
    yield from _differing("receipt", promises.sales, found)


def _keys(session: Session, _cast: Cast, promises: Promises) -> Iterator[str]:
    """Each key is kept with the answer that was given."""
    asked = T["idempotent_request"]
    rows = session.execute(select(asked.c.person_id, asked.c.key, asked.c.body)).all()
    found = {(person, key): open_words(session, sealed) for person, key, sealed in rows}
    for key, told in promises.keys.items():
        # Old ones are dropped after their days, as they should be.
        if key in found and found[key] != told:
            yield f"key {key}: another answer is kept than was given"


def _stock(session: Session, _cast: Cast, _promises: Promises) -> Iterator[str]:
    """What is set aside is what open order lines hold; on hand is proved by `reconcile`."""
    held = T["order_line_batch"]
    open_packs = held.c.quantity - held.c.shipped_quantity - held.c.released_quantity
    set_aside = select(held.c.batch_id, func.sum(open_packs)).group_by(held.c.batch_id)
    expected = {batch: int(packs) for batch, packs in session.execute(set_aside) if packs}
    batch = T["batch"]
    found = _column(session, batch, "id", "quantity_reserved", batch.c.quantity_reserved != 0)
    return _differing("set aside of batch", expected, found)


def _books(session: Session, _cast: Cast, _promises: Promises) -> Iterator[str]:
    yield from (f"reconcile: {found}" for found in reconcile(session))
    seal(session)
    session.commit()
    broken = verify(session).broken
    broken = broken or find_forged(session, SEALED_BOOKS, list_seals(session, 0, EVERY_SEAL))
    if broken is not None:
        yield f"verify-audit: {broken}"


def waiting_jobs(session: Session, now: datetime) -> int:
    """Messages that are due and not done."""
    message = T["outbox_message"]
    due = select(func.count()).where(message.c.done_at.is_(None), message.c.not_before <= now)
    return int(session.scalar(due) or 0)
