"""Products: finding them, reading one, and the batches that come in."""

from typing import Any

from marketplace.api.answers import Stood
from marketplace.api.door import Door
from marketplace.api.schemas import shapes
from marketplace.api.schemas.catalogue import BatchOut, ProductOut, ProductPage, ProductQuery
from marketplace.api.schemas.paging import take_page
from marketplace.api.schemas.steps import NewBatch
from marketplace.catalogue import commands, queries
from marketplace.catalogue.queries import ProductCard, ProductFilter, Sort
from marketplace.catalogue.rules import ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import OrganisationKind
from marketplace.geography.queries import names_of
from marketplace.search.local import current_copy
from marketplace.search.queries import search
from marketplace.web import allow, current_identity, now, public, session

door = Door("products")


@door.call("GET", "/products", N_("查找在售商品"))
@public
@door.asks(ProductQuery)
@door.shows_everyone(ProductPage, lambda: current_copy().version)
def find(query: dict[str, Any]) -> dict[str, Any]:
    page, typed = take_page(query), query.pop("q")
    sort = Sort(query.pop("sort", "relevance" if typed else "sales"))
    wanted = ProductFilter(**query, sort=sort)
    found = search(session(), current_copy(), typed, wanted, page, today=day_of(now()))
    return {
        "items": _cards(list(found.cards.items)),
        "page": page.page,
        "per_page": page.per_page,
        "total": found.cards.total,
        "facets": shapes.facets(found.facets),
    }


def _cards(cards: list[ProductCard]) -> list[shapes.Shape]:
    """Packs and batches of the whole page, in one query each."""
    today = day_of(now())
    variants = queries.variants_of(session(), [card.id for card in cards], today)
    product_of = {pack.variant_id: card for card, packs in variants.items() for pack in packs}
    batches: dict[int, list[queries.BatchFacts]] = {card.id: [] for card in cards}
    for batch in queries.batches_of(session(), list(product_of), today):
        batches[product_of[batch.variant_id]].append(batch)
    return [shapes.card(card, variants[card.id], batches[card.id]) for card in cards]


@door.call("GET", "/products/<id:product_id>", N_("一件商品的规格、批次、产地和认定"))
@public
@door.shows_everyone(ProductOut)
def show(product_id: int) -> shapes.Shape:
    today = day_of(now())
    product = queries.get_product(session(), product_id, today)
    certification = None
    if product.is_certified_on(today):
        certification = {
            "number": product.certification_number,
            "issuer": product.certification_issuer,
            "valid_from": product.certified_from,
            "valid_until": product.certified_until,
        }
    village_name = names_of(session(), [product.village_code]).get(product.village_code, "")
    return shapes.product(product, village_name, certification)


@door.call("POST", "/products/<id:product_id>/batches", N_("登记新到的一批货"))
@allow()
@door.takes(NewBatch)
@door.makes(BatchOut)
def receive(given: dict[str, Any], product_id: int) -> shapes.Shape | Stood:
    _require_own(product_id, given["variant_id"])
    received = ReceivedBatch(**{**given, "origin": tuple(given["origin"])})
    batch, is_new = commands.receive_batch_once(
        session(), received, now(), actor_id=current_identity().person_id
    )
    shown = shapes.batch(queries.get_traced_batch(session(), batch.code, day_of(now())).batch)
    return shown if is_new else Stood(shown)


def _require_own(product_id: int, variant_id: int) -> None:
    """The goods are the caller's to bring in: their producer's product, and a pack of it."""
    identity = current_identity()
    pack = queries.variants_for(session(), [variant_id], day_of(now())).get(variant_id)
    if pack is None or pack.product_id != product_id:
        queries.get_product(session(), product_id, day_of(now()))
        raise invalid("variant_id", N_("这个规格不属于这件商品。"))
    if not identity.has_role(OrganisationKind.PRODUCER, pack.producer_id):
        raise Forbidden if pack.is_on_sale else NotFound
