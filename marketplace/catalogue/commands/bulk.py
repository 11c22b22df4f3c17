"""Many products at once, in few statements. Whoever calls has made sure that each can be."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.models import PriceEntry, PriceTier, Product, Variant
from marketplace.catalogue.rules import lowest_prices
from marketplace.catalogue.rules.prices import PriceReason
from marketplace.core.paging import in_parts

AT_ONCE = 500


def lock_products(session: Session, product_ids: Collection[int]) -> None:
    """The rows of these products, ours until the end, in the order of their ids."""
    for part in in_parts(sorted(product_ids), AT_ONCE):
        wanted = select(Product.id).where(Product.id.in_(part)).order_by(Product.id)
        session.execute(wanted.with_for_update()).all()


def add_products(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """New products; their ids, in the order of the rows."""
    return _add(session, Product, rows)


def add_packs(
    session: Session, rows: Sequence[Mapping[str, Any]], by: PriceReason, now: datetime
) -> list[int]:
    """New packs with their first prices; their ids, in the order of the rows."""
    ids = _add(session, Variant, rows)
    prices = {variant_id: int(row["price_fen"]) for variant_id, row in zip(ids, rows, strict=True)}
    _note_prices(session, prices, by, now)
    return ids


def revise_products(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """New facts of products, each row with its id."""
    _revise(session, Product, rows)


def revise_packs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """New facts of packs, each row with its id, but no prices."""
    _revise(session, Variant, rows)


def set_prices(session: Session, prices: Mapping[int, int], by: PriceReason, now: datetime) -> None:
    """New prices by pack. Tiers that would no longer be cheaper than a single pack end."""
    _revise(session, Variant, [{"id": key, "price_fen": fen} for key, fen in prices.items()])
    for part in in_parts(sorted(prices), AT_ONCE):
        dear = (
            select(Variant.id)
            .where(Variant.id == PriceTier.variant_id, Variant.price_fen <= PriceTier.price_fen)
            .exists()
        )
        statement = delete(PriceTier).where(PriceTier.variant_id.in_(part), dear)
        session.execute(statement, execution_options={"synchronize_session": False})
    _note_prices(session, prices, by, now)


def refresh_prices(session: Session, product_ids: Collection[int], now: datetime) -> None:
    """Brings the lowest prices on the products' rows up to date, and says so."""
    for part in in_parts(sorted(product_ids), AT_ONCE):
        packs: dict[int, list[tuple[int, int]]] = {product_id: [] for product_id in part}
        rows = session.execute(
            select(Variant.product_id, Variant.price_fen, Variant.pack_grams).where(
                Variant.product_id.in_(part), Variant.is_on_sale
            )
        )
        for product_id, price_fen, pack_grams in rows:
            packs[product_id].append((price_fen, pack_grams))
        revised = []
        for product_id, offered in packs.items():
            price_fen, per_500g_fen = lowest_prices(offered)
            facts = {"lowest_price_fen": price_fen, "price_per_500g_fen": per_500g_fen}
            revised.append({"id": product_id, **facts})
        _revise(session, Product, revised)
    note_changes(session, product_ids, now)


def _add(
    session: Session, table: type[Product | Variant], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    if not rows:
        return []
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, [dict(row) for row in rows]))


def _revise(
    session: Session, table: type[Product | Variant], rows: Sequence[Mapping[str, Any]]
) -> None:
    # Rows that name the same fields go together: one statement each.
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(dict(row))
    for few in alike.values():
        session.execute(update(table), few)


def _note_prices(
    session: Session, prices: Mapping[int, int], by: PriceReason, now: datetime
) -> None:
    if prices:
        entries = [
            {"variant_id": key, "price_fen": fen, "at": now, **vars(by)}
            for key, fen in prices.items()
        ]
        session.execute(insert(PriceEntry), entries)
