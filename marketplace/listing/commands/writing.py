"""Writing the good rows of a table: thousands of goods in a few dozen statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands import bulk
from marketplace.catalogue.queries import list_categories
from marketplace.catalogue.rules import lowest_prices
from marketplace.catalogue.rules.prices import PriceReason
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.geography.queries import places_of
from marketplace.listing.models import ChangeRequest, ListingStep, VariantSku
from marketplace.listing.queries import skus_of
from marketplace.listing.queries.judging import Group, Judged
from marketplace.listing.rules import is_empty
from marketplace.listing.rules.sheet import SheetRow
from marketplace.producers.queries import get_producer
from marketplace.trading.queries import only_maker

REASON = "IMPORT"


@dataclass(frozen=True)
class Hand:
    """Who writes, for which producer, from which file, and when."""

    identity: Identity
    producer_id: int
    file: str
    now: datetime

    @property
    def by(self) -> PriceReason:
        return PriceReason(self.identity.person_id, REASON, self.file)


def write_goods(session: Session, hand: Hand, judged: Judged) -> dict[str, int]:
    """Writes what the good rows say, in one transaction; how many rows of each kind. Raises
    WhichMaker before anything is written."""
    maker_id = find_maker(session, hand.producer_id, judged, hand.now)
    new = [group for group in judged.groups if group.product is None]
    old = [group for group in judged.groups if group.product is not None]
    added = _add_products(session, hand, new, maker_id)
    touched = _change_products(session, hand, old)
    _ask_reviews(session, hand, [group for group in old if not is_empty(group.reviewed)])
    if added or touched or any(not is_empty(group.reviewed) for group in old):
        record(
            session,
            hand.now,
            actor_id=hand.identity.person_id,
            action="product.imported",
            object_kind="producer",
            object_id=hand.producer_id,
            before=None,
            after={"file": hand.file, "added": added, "changed": touched, **judged.count()},
        )
    return judged.count()


def find_maker(session: Session, producer_id: int, judged: Judged, now: datetime) -> int | None:
    """Whose goods the new ones of a trader's table are; None where there are none, and where the
    producer makes them. Raises WhichMaker where that cannot be told."""
    is_new = any(group.product is None for group in judged.groups)
    if not is_new or not get_producer(session, producer_id).is_trader:
        return None
    return only_maker(session, producer_id, day_of(now))


def _add_products(
    session: Session, hand: Hand, groups: Sequence[Group], maker_id: int | None
) -> list[int]:
    pictures = {one.code: one.picture for one in list_categories(session)}
    places = places_of(session, {group.first.village_code for group in groups})
    rows = []
    for group in groups:
        first, offered = group.first, [verdict.row for verdict, _key in group.rows]
        price_fen, per_500g_fen = lowest_prices((row.price_fen, row.pack_grams) for row in offered)
        rows.append(
            {
                "producer_id": hand.producer_id,
                "maker_id": maker_id,
                "workshop_id": first.workshop_id,
                "category_code": first.category_code,
                "name": first.name,
                "description": first.description,
                "picture": pictures[first.category_code],
                "village_code": first.village_code,
                "township_code": places[first.village_code].township_code,
                "lowest_price_fen": price_fen,
                "price_per_500g_fen": per_500g_fen,
            }
        )
    ids = bulk.add_products(session, rows)
    packs = [
        (product_id, verdict.row)
        for product_id, group in zip(ids, groups, strict=True)
        for verdict, _key in group.rows
    ]
    _add_packs(session, hand, packs)
    _note_steps(session, hand, ids)
    return ids


def _add_packs(session: Session, hand: Hand, packs: Sequence[tuple[int, SheetRow]]) -> None:
    rows = [
        {
            "product_id": product_id,
            "name": row.pack,
            "price_fen": row.price_fen,
            "pack_grams": row.pack_grams,
            "minimum_quantity": row.minimum_quantity,
            "carton_quantity": row.carton_quantity,
        }
        for product_id, row in packs
    ]
    ids = bulk.add_packs(session, rows, hand.by, hand.now)
    numbers = {key: row.sku for key, (_id, row) in zip(ids, packs, strict=True)}
    _give_numbers(session, hand, numbers)


def _give_numbers(session: Session, hand: Hand, numbers: Mapping[int, str]) -> None:
    if numbers:
        rows = [
            {"producer_id": hand.producer_id, "sku": sku, "variant_id": variant_id}
            for variant_id, sku in numbers.items()
        ]
        session.execute(insert(VariantSku), rows)


def _change_products(session: Session, hand: Hand, groups: Sequence[Group]) -> list[int]:
    """What holds at once of the products that were there; the ids of those that changed."""
    changed = [group for group in groups if not is_empty(group.at_once)]
    ids = sorted(group.product.id for group in changed if group.product)
    _change_words(session, changed)
    prices: dict[int, int] = {}
    facts: list[dict[str, Any]] = []
    for group in changed:
        for key, fields in group.at_once["packs"].items():
            values = {name: new for name, (_old, new) in fields.items()}
            if "price_fen" in values:
                prices[int(key)] = values.pop("price_fen")
            if values:
                facts.append({"id": int(key), **values})
    bulk.revise_packs(session, facts)
    bulk.set_prices(session, prices, hand.by, hand.now)
    _add_packs(session, hand, _new_packs(changed))
    _give_numbers(session, hand, _new_numbers(session, groups))
    bulk.refresh_prices(session, ids, hand.now)
    _note_steps(session, hand, ids)
    return ids


def _change_words(session: Session, groups: Sequence[Group]) -> None:
    pictures = {one.code: one.picture for one in list_categories(session)}
    wanted = {
        group.product.id: {name: new for name, (_old, new) in group.at_once["product"].items()}
        for group in groups
        if group.product and group.at_once["product"]
    }
    villages = {words["village_code"] for words in wanted.values() if "village_code" in words}
    places = places_of(session, villages)
    for words in wanted.values():
        if "village_code" in words:
            words["township_code"] = places[words["village_code"]].township_code
        if "category_code" in words:
            words["picture"] = pictures[words["category_code"]]
    bulk.revise_products(session, [{"id": key, **words} for key, words in wanted.items()])


def _new_packs(groups: Sequence[Group]) -> list[tuple[int, SheetRow]]:
    """Packs that drafts get at once."""
    return [
        (group.product.id, verdict.row)
        for group in groups
        if group.product and group.at_once["new_packs"]
        for verdict, variant_id in group.rows
        if variant_id is None
    ]


def _new_numbers(session: Session, groups: Sequence[Group]) -> dict[int, str]:
    """Packs that were there without a number of their producer's."""
    wanted = {
        variant_id: verdict.row.sku
        for group in groups
        for verdict, variant_id in group.rows
        if variant_id is not None
    }
    known = skus_of(session, list(wanted))
    return {variant_id: sku for variant_id, sku in wanted.items() if variant_id not in known}


def _ask_reviews(session: Session, hand: Hand, groups: Sequence[Group]) -> None:
    ids = [group.product.id for group in groups if group.product]
    rows = [
        {
            "product_id": group.product.id,
            "open_for": group.product.id,
            "state": "WAITING",
            "changes": group.reviewed,
            "reason": hand.file,
            "asked_by": hand.identity.person_id,
            "asked_at": hand.now,
            "answer": "",
        }
        for group in groups
        if group.product
    ]
    if rows:
        session.execute(insert(ChangeRequest), rows)
        _note_steps(session, hand, ids, kind="ASKED")


def _note_steps(
    session: Session, hand: Hand, ids: Sequence[int], *, kind: str = "IMPORTED"
) -> None:
    if ids:
        step = {"kind": kind, "at": hand.now, "words": hand.file}
        step["actor_id"] = hand.identity.person_id
        session.execute(insert(ListingStep), [{"product_id": one, **step} for one in ids])
