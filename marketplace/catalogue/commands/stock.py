"""Stock: reserved for an order, released, gone out, put back. It never goes below zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.models import Batch, BatchOrigin, Product, StockMovement, Variant
from marketplace.catalogue.rules import (
    Allocation,
    InsufficientStock,
    Lot,
    OriginShare,
    sales_band,
    take,
)
from marketplace.core.clock import day_of


def reserve(
    session: Session, wanted: Mapping[int, int], now: datetime
) -> dict[int, list[Allocation]]:
    """Sets the wanted pieces of each variant aside, first expired first out: all or nothing.

    Raises InsufficientStock with the first variant of which too little is for sale.
    """
    assert all(quantity > 0 for quantity in wanted.values()), wanted
    # Where a batch comes from never changes, so it is read before anybody waits for us.
    origins = _origins_of(session, Batch.variant_id.in_(sorted(wanted)), _is_left(day_of(now)))
    lots = _lock_lots(session, wanted, day_of(now))
    taken = {}
    for variant_id, quantity in sorted(wanted.items()):
        taken[variant_id] = take(lots[variant_id], quantity)
        if sum(taken[variant_id].values()) < quantity:
            raise _insufficient(session, variant_id, lots[variant_id])
    chosen = {batch_id: q for parts in taken.values() for batch_id, q in parts.items()}
    _set_aside(session, chosen)
    emptied = [
        variant_id
        for variant_id, parts in taken.items()
        if sum(parts.values()) == sum(lot.available for lot in lots[variant_id])
    ]
    _note_products(session, Variant.id.in_(emptied) if emptied else None, now)
    missing = chosen.keys() - origins.keys()
    if missing:
        # It came onto the shelf in between.
        origins.update(_origins_of(session, Batch.id.in_(sorted(missing))))
    return {
        variant_id: [Allocation(batch_id, q, origins[batch_id]) for batch_id, q in parts.items()]
        for variant_id, parts in taken.items()
    }


def hold(session: Session, batch_ids: Iterable[int]) -> None:
    """Locks batches in the order in which `reserve` does, for whoever gives back several."""
    wanted = select(Batch.id).where(Batch.id.in_(sorted(set(batch_ids))))
    session.execute(wanted.order_by(Batch.id).with_for_update())


def release(session: Session, quantities: Mapping[int, int], now: datetime) -> None:
    """Gives back what was set aside, by batch."""
    pieces = _pieces(quantities)
    available = _change(
        session,
        quantities,
        Batch.quantity_reserved >= pieces,
        quantity_reserved=Batch.quantity_reserved - pieces,
    )
    _note_refilled(session, quantities, available, now)


def issue(session: Session, quantities: Mapping[int, int], source: str, now: datetime) -> None:
    """Goods leave the house: what was reserved is no longer on hand. The source is used once."""
    pieces = _pieces(quantities)
    _change(
        session,
        quantities,
        Batch.quantity_reserved >= pieces,
        quantity_reserved=Batch.quantity_reserved - pieces,
        quantity_on_hand=Batch.quantity_on_hand - pieces,
    )
    outgoing = {batch_id: -quantity for batch_id, quantity in quantities.items()}
    _record(session, outgoing, f"ISSUED {source}", now)


def put_back(session: Session, quantities: Mapping[int, int], source: str, now: datetime) -> None:
    """Returned goods are on hand again and may be sold. The source is used once."""
    assert all(quantity > 0 for quantity in quantities.values()), quantities
    more = Batch.quantity_on_hand + _pieces(quantities)
    available = _change(session, quantities, quantity_on_hand=more)
    _note_refilled(session, quantities, available, now)
    _record(session, quantities, f"RETURNED {source}", now)


def add_sold(session: Session, quantities: Mapping[int, int], now: datetime) -> None:
    """Keeps the running number of pieces sold of each product; refunds take away."""
    if not quantities:
        return
    added = case(dict(quantities), value=Product.id)
    sold = session.execute(
        update(Product)
        .where(Product.id.in_(_in_turn(Product.id, quantities)))
        .values(sold_quantity=Product.sold_quantity + added)
        .returning(Product.id, Product.sold_quantity)
        .execution_options(synchronize_session=False)
    )
    moved = [
        product_id
        for product_id, packs in sold
        if sales_band(packs) != sales_band(packs - quantities[product_id])
    ]
    note_changes(session, moved, now)


def _is_left(today: date) -> ColumnElement[bool]:
    """Batches of which something may be sold on a day."""
    return and_(
        or_(Batch.expires_on.is_(None), Batch.expires_on > today),
        Batch.recalled_at.is_(None),
        Batch.quantity_on_hand > Batch.quantity_reserved,
    )


def _lock_lots(
    session: Session, wanted: Mapping[int, int], today: date
) -> defaultdict[int, list[Lot]]:
    # One statement in the order of ids, so that two baskets with the same goods queue instead
    # of locking each other out. SQLite has no row locks: its writers already come one by one.
    rows = session.execute(
        select(
            Batch.id,
            Batch.variant_id,
            Batch.expires_on,
            (Batch.quantity_on_hand - Batch.quantity_reserved).label("available"),
        )
        .where(Batch.variant_id.in_(sorted(wanted)), _is_left(today))
        .order_by(Batch.id)
        .with_for_update()
    )
    lots: defaultdict[int, list[Lot]] = defaultdict(list)
    for row in rows:
        lots[row.variant_id].append(Lot(row.id, row.available, row.expires_on))
    return lots


def _set_aside(session: Session, chosen: Mapping[int, int]) -> None:
    # The condition is the last word on overselling, whatever was read before.
    pieces = _pieces(chosen)
    _change(
        session,
        chosen,
        Batch.quantity_on_hand - Batch.quantity_reserved >= pieces,
        Batch.recalled_at.is_(None),
        quantity_reserved=Batch.quantity_reserved + pieces,
    )


def _pieces(quantities: Mapping[int, int]) -> ColumnElement[int]:
    """How many pieces are meant, in a statement over several batches."""
    return case(dict(quantities), value=Batch.id) if quantities else literal(0)


def _in_turn(key: InstrumentedAttribute[int], ids: Iterable[int]) -> Select[int]:
    """Rows to be changed in one statement, locked one after the other in the order of their ids,
    so that two who change the same rows queue instead of locking each other out."""
    return select(key).where(key.in_(sorted(ids))).order_by(key).with_for_update()


def _change(
    session: Session,
    quantities: Mapping[int, int],
    *conditions: ColumnElement[bool],
    **values: ColumnElement[int],
) -> dict[int, int]:
    """Changes batches, all of them or none, and returns how much of each is free to be sold now."""
    if not quantities:
        return {}
    rows = session.execute(
        update(Batch)
        .where(Batch.id.in_(_in_turn(Batch.id, quantities)), *conditions)
        .values(**values)
        .returning(Batch.id, Batch.quantity_on_hand - Batch.quantity_reserved)
        .execution_options(synchronize_session=False)
    )
    available = {batch_id: int(free) for batch_id, free in rows}
    assert available.keys() == quantities.keys(), (quantities, available, sorted(values))
    return available


def _note_refilled(
    session: Session, back: Mapping[int, int], available: Mapping[int, int], now: datetime
) -> None:
    """Of batches whose only free pieces are those that just came back."""
    refilled = [batch_id for batch_id, quantity in back.items() if available[batch_id] == quantity]
    inside = select(Batch.variant_id).where(Batch.id.in_(refilled))
    _note_products(session, Variant.id.in_(inside) if refilled else None, now)


def _note_products(session: Session, which: ColumnElement[bool] | None, now: datetime) -> None:
    """Their goods ran out, or are there again: searching must know."""
    if which is not None:
        note_changes(session, session.scalars(select(Variant.product_id).where(which)).all(), now)


def _record(session: Session, quantities: Mapping[int, int], why: str, now: datetime) -> None:
    reason, source = why.split(" ", 1)
    session.execute(
        insert(StockMovement),
        [
            {
                "batch_id": batch_id,
                "quantity": quantity,
                "reason": reason,
                "source": f"{source}/batch:{batch_id}",
                "at": now,
            }
            for batch_id, quantity in sorted(quantities.items())
        ],
    )


def _origins_of(
    session: Session, *which: ColumnElement[bool]
) -> defaultdict[int, tuple[OriginShare, ...]]:
    rows = session.execute(
        select(BatchOrigin.batch_id, BatchOrigin.village_code, BatchOrigin.share_ppm)
        .join(Batch, Batch.id == BatchOrigin.batch_id)
        .where(*which)
        .order_by(BatchOrigin.batch_id, BatchOrigin.village_code)
    )
    origins: defaultdict[int, tuple[OriginShare, ...]] = defaultdict(tuple)
    for row in rows:
        origins[row.batch_id] += (OriginShare(row.village_code, row.share_ppm),)
    return origins


def _insufficient(session: Session, variant_id: int, lots: Sequence[Lot]) -> InsufficientStock:
    name = session.execute(
        select(Product.name, Variant.name)
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.id == variant_id)
    ).one_or_none()
    words = " · ".join(name) if name else str(variant_id)
    available = sum(lot.available for lot in lots)
    return InsufficientStock(variant=words, variant_id=variant_id, available=available)
