"""What a producer wants of a product, and which changes of a published one are looked at first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

MOST_PACKS = 12
MOST_PHOTOS = 8
MOST_NAME = 120
MOST_PACK_NAME = 60
MOST_DESCRIPTION = 5_000
MOST_REASON = 500
MOST_SKU = 40
MOST_PRICE_FEN = 100_000_000
MOST_GRAMS = 10_000_000
MOST_COUNT = 1_000_000

Changes = dict[str, Any]
NOTHING: Changes = {"product": {}, "packs": {}, "new_packs": []}

# What of a published product may be changed without a second pair of eyes. Whatever makes it
# dearer or another thing is looked at by the operations centre first.
AT_ONCE_OF_PRODUCT = frozenset({"description"})
AT_ONCE_OF_PACK = frozenset({"minimum_quantity", "carton_quantity", "is_on_sale"})


class WrongState(Refusal):
    """The listing is not where this step begins."""

    code = "listing.wrong_state"
    message = N_("这件商品的状态已经变了,不能做这一步。请刷新页面看看现在是什么状态。")


class RequestWaiting(Refusal):
    """One request at a time: the centre must know which offer it agrees to."""

    code = "listing.request_waiting"
    message = N_("这件商品已有一份修改在等运营中心审核。请等审核结果,或先撤回那份修改。")


class RequestDecided(Refusal):
    """The request no longer waits."""

    code = "listing.request_decided"
    message = N_("这份修改已经处理过了,请刷新页面看看结果。")


class SkuTaken(Refusal):
    """A number stands for one pack."""

    code = "listing.sku_taken"
    status = 422
    message = N_("商品编号 %(sku)s 已经用在另一个规格上,请换一个编号。")
    field = "packs"


class TooManyPhotos(Refusal):
    """A gallery that nobody looks through to its end helps nobody."""

    code = "listing.too_many_photos"
    status = 422
    message = N_("一件商品最多 8 张照片,请先删掉几张。")


# States as people call them.
STATE_WORDS = {
    "DRAFT": N_("草稿"),
    "SUBMITTED": N_("待上架"),
    "PUBLISHED": N_("在售"),
    "WITHDRAWN": N_("已下架"),
}


@dataclass(frozen=True)
class PackWish:
    """A pack as its producer wants it; without an id it is a new one."""

    name: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int = 1
    carton_quantity: int = 1
    is_on_sale: bool = True
    sku: str = ""
    variant_id: int | None = None


@dataclass(frozen=True)
class ProductWish:
    """A product as its producer wants it."""

    category_code: str
    name: str
    village_code: str
    workshop_id: int | None
    description: str
    packs: tuple[PackWish, ...]
    # Whose goods a trader sells; it is said once.
    maker_id: int | None = None


def is_own(identity: Identity, producer_id: int) -> bool:
    """Whether the person works for the producer."""
    return identity.has_role(OrganisationKind.PRODUCER, producer_id)


def publishes(identity: Identity) -> bool:
    """Operators and certifiers put products on the shelves, and look at changes."""
    return identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER)


def changes_between(stands: ProductWish, wanted: ProductWish) -> Changes:
    """Every field that differs, as [old, new]; packs by their id, new ones in full. Packs that are
    not named stay as they are: what was sold once is taken off sale, never away."""
    before = {pack.variant_id: pack for pack in stands.packs}
    packs = {
        str(pack.variant_id): found
        for pack in wanted.packs
        if pack.variant_id is not None
        and (found := _differing(_facts(before[pack.variant_id]), _facts(pack)))
    }
    new = [_facts(pack) | {"sku": pack.sku} for pack in wanted.packs if pack.variant_id is None]
    return {
        "product": _differing(_words(stands), _words(wanted)),
        "packs": packs,
        "new_packs": new,
    }


# Packs are told apart by themselves; who makes the goods of a trader never changes.
SAID_ONCE = ("packs", "maker_id")


def _words(wish: ProductWish) -> dict[str, Any]:
    return {name: value for name, value in vars(wish).items() if name not in SAID_ONCE}


def _facts(pack: PackWish) -> dict[str, Any]:
    return {k: v for k, v in asdict(pack).items() if k not in ("sku", "variant_id")}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


def is_empty(changes: Changes) -> bool:
    return not (changes["product"] or changes["packs"] or changes["new_packs"])


def parted(changes: Changes) -> tuple[Changes, Changes]:
    """(what holds at once, what is looked at first) of a published product's changes."""
    at_once: Changes = {"product": {}, "packs": {}, "new_packs": []}
    reviewed: Changes = {"product": {}, "packs": {}, "new_packs": changes["new_packs"]}
    for name, pair in changes["product"].items():
        (at_once if name in AT_ONCE_OF_PRODUCT else reviewed)["product"][name] = pair
    for variant_id, fields in changes["packs"].items():
        for name, pair in fields.items():
            side = at_once if _holds_at_once(name, *pair) else reviewed
            side["packs"].setdefault(variant_id, {})[name] = pair
    return at_once, reviewed


def _holds_at_once(name: str, old: Any, new: Any) -> bool:
    return name in AT_ONCE_OF_PACK or (name == "price_fen" and new < old)
