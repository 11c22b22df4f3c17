"""From what the catalogue knows to what the contract calls it."""

from collections.abc import Iterable, Sequence
from typing import Any

from marketplace.catalogue.queries import (
    BatchFacts,
    FacetCount,
    Facets,
    ProductCard,
    ProductFacts,
    VariantFacts,
)
from marketplace.core.money import PPM, split
from marketplace.web.pages import asset, locale_code, photo_url

Shape = dict[str, Any]


def image_url(picture: str, photo: str | None) -> str:
    if photo:
        return photo_url(photo, "page")
    return asset(f"img/category/{picture}.svg")


def variant(facts: VariantFacts) -> Shape:
    return {
        "id": facts.variant_id,
        "name": facts.variant_name,
        "price_fen": facts.price_fen,
        "pack_grams": facts.pack_grams,
        "min_quantity": facts.minimum_quantity,
        "available": facts.available,
        "tiers": [vars(tier) for tier in facts.tiers],
    }


def origin(batch: BatchFacts) -> list[Shape]:
    return [
        {"code": part.village_code, "name": part.village_name, "share_ppm": part.share_ppm}
        for part in batch.origins
    ]


def villages(batches: Iterable[BatchFacts]) -> list[Shape]:
    """Whose the goods for sale are, by pieces: the shares sum to 1,000,000."""
    weights: dict[str, int] = {}
    names: dict[str, str] = {}
    for batch in batches:
        for part in batch.origins:
            names[part.village_code] = part.village_name
            weight = batch.available * part.share_ppm
            weights[part.village_code] = weights.get(part.village_code, 0) + weight
    if not any(weights.values()):
        return []
    shares = zip(weights, split(PPM, list(weights.values())), strict=True)
    found = [{"code": code, "name": names[code], "share_ppm": int(share)} for code, share in shares]
    return sorted(found, key=lambda each: (-int(each["share_ppm"]), str(each["code"])))


def sold_out_villages(code: str, name: str) -> list[Shape]:
    """Nothing is for sale just now: the product's own village stands for it."""
    return [{"code": code, "name": name, "share_ppm": PPM}]


def card(
    product: ProductCard, variants: Sequence[VariantFacts], batches: Sequence[BatchFacts]
) -> Shape:
    own = sold_out_villages(product.village_code, product.village_name)
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category_code,
        "producer": {"id": product.producer_id, "name": product.producer_name},
        "villages": villages(batches) or own,
        "certified": product.certified,
        "variants": [variant(each) for each in variants],
        "image_url": image_url(product.image, product.photo),
    }


def facets(found: Facets) -> Shape:
    return {
        "category": [_count(each, each.key) for each in found.category],
        "township": [_count(each, each.key) for each in found.township],
        "producer": [_count(each, int(each.key)) for each in found.producer],
        "certified": [_count(each, each.key == "1") for each in found.certified],
    }


def _count(found: FacetCount, value: object) -> Shape:
    name = found.name_en if locale_code() == "en" and found.name_en else found.name
    return {"value": value, "name": name or str(found.key), "count": found.products}


def product(facts: ProductFacts, village_name: str, certification: Shape | None) -> Shape:
    """A product with everything its page says."""
    per_500g = [
        pack.price_per_500g_fen for pack in facts.packs if pack.price_per_500g_fen is not None
    ]
    return {
        "id": facts.id,
        "name": facts.name,
        "category": facts.category_code,
        "producer": {"id": facts.producer_id, "name": facts.producer_name},
        "villages": villages(facts.batches) or sold_out_villages(facts.village_code, village_name),
        "certified": certification is not None,
        "variants": [
            {**variant(pack.facts), "price_per_500g_fen": pack.price_per_500g_fen}
            for pack in facts.packs
        ],
        "image_url": image_url(facts.picture, facts.photo),
        "description": facts.description,
        "batches": [batch(each) for each in facts.batches],
        "certification": certification,
        "price_per_500g_fen": min(per_500g, default=None),
    }


def batch(facts: BatchFacts) -> Shape:
    return {
        "id": facts.id,
        "variant_id": facts.variant_id,
        "code": facts.code,
        "produced_on": facts.produced_on,
        "expires_on": facts.expires_on,
        "available": facts.available,
        "origin": origin(facts),
    }
