"""Listing: a producer's products written, handed in, changed; the operations centre publishes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from marketplace.api.door import Door
from marketplace.api.schemas.listing import Listing, NewProduct, ProductChanges
from marketplace.catalogue.queries import get_own
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.listing import commands, queries
from marketplace.listing.rules import PackWish, ProductWish, is_own
from marketplace.web import allow, current_identity, now, session

door = Door("listing")

Shown = dict[str, Any]
NAMED_TWICE = N_("这个规格写了两次,请只写一次。")
# The names of the contract for the words of a product.
NAMES = {"category": "category_code", "village": "village_code"}


@door.call("POST", "/producers/<id:producer_id>/products", N_("写一件新商品的草稿"))
@allow()
@door.takes(NewProduct)
@door.does(Listing, 201)
def draft(given: dict[str, Any], producer_id: int) -> Shown:
    wish = ProductWish(**_named(given), packs=_plain(given["packs"]))
    return _listing(commands.draft(session(), current_identity(), producer_id, wish, now()))


@door.call("PATCH", "/products/<id:product_id>", N_("改一件商品;在售的涨价和改产地要审核"))
@allow()
@door.takes(ProductChanges)
@door.does(Listing)
def change(given: dict[str, Any], product_id: int) -> Shown:
    identity = current_identity()
    _require_own(identity, product_id)
    stands = queries.stands(session(), get_own(session(), product_id))
    packs = given.get("packs") or ()
    _require_each_once(packs)
    wanted = replace(stands, **_named(given), packs=_together(stands.packs, tuple(packs)))
    reason = given["reason"]
    commands.revise(session(), identity, product_id, wanted, now(), reason=reason)
    return _listing(product_id)


@door.call("POST", "/products/<id:product_id>/submit", N_("提交上架"))
@allow()
@door.does(Listing)
def submit(product_id: int) -> Shown:
    identity = current_identity()
    _require_own(identity, product_id)
    commands.submit(session(), identity, product_id, now())
    return _listing(product_id)


@door.call("POST", "/products/<id:product_id>/publish", N_("运营中心上架"))
@allow()
@door.does(Listing)
def publish(product_id: int) -> Shown:
    commands.publish(session(), current_identity(), product_id, now())
    return _listing(product_id)


def _require_own(identity: Identity, product_id: int) -> None:
    """The product is the caller's to change. What everyone sees they are forbidden."""
    product = get_own(session(), product_id)
    if not is_own(identity, product.producer_id):
        sees = product.state == "PUBLISHED" or identity.is_in_centre()
        raise Forbidden if sees else NotFound


def _require_each_once(wanted: Sequence[PackWish]) -> None:
    """Of a pack that is named twice nobody could say which of its facts are meant."""
    named = [pack.variant_id for pack in wanted]
    for place, variant_id in enumerate(named):
        if variant_id is not None and variant_id in named[:place]:
            raise invalid(f"packs.{place}.id", NAMED_TWICE)


def _named(given: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in given.items() if name not in ("packs", "reason")}
    return {NAMES.get(name, name): value for name, value in others.items()}


def _plain(packs: list[PackWish]) -> tuple[PackWish, ...]:
    """A new product has new packs, whatever ids were sent."""
    return tuple(replace(pack, variant_id=None) for pack in packs)


def _together(stands: tuple[PackWish, ...], wanted: tuple[PackWish, ...]) -> tuple[PackWish, ...]:
    named = {pack.variant_id: pack for pack in wanted if pack.variant_id is not None}
    known = {pack.variant_id for pack in stands}
    kept = tuple(
        pack if pack.variant_id is None else named.get(pack.variant_id, pack) for pack in stands
    )
    return (*kept, *(pack for pack in wanted if pack.variant_id not in known))


def _listing(product_id: int) -> Shown:
    product = get_own(session(), product_id)
    waiting = queries.find_open_request(session(), product_id)
    return {
        **vars(product),
        "packs": queries.stands(session(), product).packs,
        "waiting": waiting and {"id": waiting.id, "fields_changed": waiting.fields},
    }
