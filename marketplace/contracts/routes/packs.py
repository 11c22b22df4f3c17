"""Packs on sale that a producer's prices may be put on: as many as a page bears, others by name."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import request

from marketplace.catalogue.queries import VariantFacts, list_own_packs, list_packs_of_producer
from marketplace.catalogue.queries.stock import MOST_PACKS
from marketplace.core.clock import day_of
from marketplace.web import now, session
from marketplace.web.fields import read_search


def numbers_in(typed: Iterable[str]) -> set[int]:
    """Ids as they stand in a form; what is none is left out."""
    return {int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 19}


def own_on_sale(producer_id: int, variant_ids: Collection[int]) -> list[int]:
    """Those of the packs that this producer offers, in the order of its products."""
    today = day_of(now())
    packs = list_own_packs(session(), producer_id, variant_ids, today, on_sale=True)
    return [pack.variant_id for pack in sorted(packs, key=_place)]


def packs_to_price(producer_id: int, chosen: Collection[int]) -> Mapping[str, Any]:
    """For a template: the packs that were found, and those that were chosen before."""
    words, today = read_search(request.form), day_of(now())
    found = list_packs_of_producer(session(), producer_id, today, words, on_sale=True)
    others = set(chosen) - {pack.variant_id for pack in found}
    kept = list_own_packs(session(), producer_id, others, today, on_sale=True)
    return {
        "packs": sorted([*found, *kept], key=_place),
        "has_more": bool(words) or len(found) >= MOST_PACKS,
    }


def _place(pack: VariantFacts) -> tuple[int, int]:
    return pack.product_id, pack.variant_id
