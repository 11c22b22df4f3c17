"""A product as its producer typed it, and the words with which the centre decides."""

from collections.abc import Mapping

from marketplace.core.errors import N_
from marketplace.geography.forms import read_village
from marketplace.geography.rules import Villages
from marketplace.listing.rules import (
    MOST_COUNT,
    MOST_DESCRIPTION,
    MOST_GRAMS,
    MOST_NAME,
    MOST_PACK_NAME,
    MOST_PACKS,
    MOST_PRICE_FEN,
    MOST_REASON,
    MOST_SKU,
    PackWish,
    ProductWish,
)
from marketplace.listing.rules.packs import weight_typed
from marketplace.web.fields import Fields

NOT_A_WEIGHT = N_("请填写每件的净重,例如 500 克、2.5 公斤、3 斤;按件卖的留空。")
PRICE_TOO_HIGH = N_("价格需要大于零,且不超过 100 万元。")
TWICE = N_("商品编号 %(sku)s 在这张表里用了两次。")
ONE_PACK = N_("请至少填写一个规格:名称和单价。")
PARTS = ("sku", "name", "price", "weight", "minimum", "carton")


def read_product(values: Mapping[str, str], villages: Villages) -> ProductWish:
    """A product with its packs. Raises InvalidInput that names every wrong field."""
    fields = Fields(values)
    workshop, maker = (values.get(name, "").strip() for name in ("workshop_id", "maker_id"))
    wish = ProductWish(
        category_code=fields.text("category", 24),
        name=fields.text("name", MOST_NAME),
        village_code=read_village(fields, "village", villages),
        workshop_id=fields.number("workshop_id") if workshop else None,
        maker_id=fields.number("maker_id") if maker else None,
        description=fields.text("description", MOST_DESCRIPTION, required=False),
        packs=tuple(_pack(fields, row) for row in range(1, MOST_PACKS + 1) if _said(fields, row)),
    )
    if not wish.packs:
        fields.refuse("pack-name-1", ONE_PACK)
    _check_skus(fields, wish)
    fields.check()
    return wish


def read_reason(values: Mapping[str, str], name: str, *, required: bool = True) -> str:
    """Why; the other side reads it."""
    fields = Fields(values)
    reason = fields.text(name, MOST_REASON, required=required)
    fields.check()
    return reason


def _said(fields: Fields, row: int) -> bool:
    return any(fields.values.get(f"pack-{part}-{row}", "").strip() for part in ("id", *PARTS))


def _pack(fields: Fields, row: int) -> PackWish:
    variant_id = fields.values.get(f"pack-id-{row}", "").strip()
    weight = weight_typed(fields.text(f"pack-weight-{row}", 40, required=False))
    if weight is None or weight > MOST_GRAMS:
        fields.refuse(f"pack-weight-{row}", NOT_A_WEIGHT)
    price_fen = fields.yuan(f"pack-price-{row}")
    if price_fen > MOST_PRICE_FEN:
        fields.refuse(f"pack-price-{row}", PRICE_TOO_HIGH)
    return PackWish(
        name=fields.text(f"pack-name-{row}", MOST_PACK_NAME),
        price_fen=price_fen,
        pack_grams=weight or 0,
        minimum_quantity=fields.number(f"pack-minimum-{row}", most=MOST_COUNT, default=1),
        carton_quantity=fields.number(f"pack-carton-{row}", most=MOST_COUNT, default=1),
        # A pack that is new is for sale; of one that was there the box says it.
        is_on_sale=not variant_id or f"pack-sale-{row}" in fields.values,
        sku=fields.text(f"pack-sku-{row}", MOST_SKU, required=False),
        variant_id=fields.number(f"pack-id-{row}") if variant_id else None,
    )


def _check_skus(fields: Fields, wish: ProductWish) -> None:
    seen: set[str] = set()
    for row, pack in enumerate(wish.packs, 1):
        if pack.sku and pack.sku in seen:
            fields.refuse(f"pack-sku-{row}", TWICE, sku=pack.sku)
        seen.add(pack.sku)
