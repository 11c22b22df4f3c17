"""Products: filters, cards, and one product with its packs and batches."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from marketplace.api.schemas.fields import (
    Choice,
    Flag,
    Output,
    Text,
    TypedWhole,
    amount,
    day,
    flag,
    one,
    several,
    words,
)
from marketplace.api.schemas.orders import Named
from marketplace.api.schemas.paging import PageOutput, Paging
from marketplace.core.errors import N_
from marketplace.web.fields import MOST_TYPED_FEN

SORTS = ("relevance", "price", "-price", "sales", "newest")


class ProductQuery(Paging):
    """Which products: words, place, producer, certificate, price; and in which order."""

    q = Text("香菇", most=100, least=0, load_default="")
    category = Text("mushroom", most=24)
    township = Text("420304101000", most=12)
    village = Text("420304101201", most=12)
    producer = TypedWhole(5)
    certified = Flag()
    min_price_fen = TypedWhole(1_000, least=0, most=MOST_TYPED_FEN)
    max_price_fen = TypedWhole(20_000, least=0, most=MOST_TYPED_FEN)
    sort = Choice(SORTS)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("min_price_fen", 0) > data.get("max_price_fen", MOST_TYPED_FEN):
            raise ValidationError(N_("最高价不能低于最低价。"), "max_price_fen")


class VillageShare(Output):
    code = words("420304101201")
    name = words("居峪村")
    share_ppm = amount(1_000_000)


class TierOut(Output):
    """From so many packs on, each costs this."""

    from_quantity = amount(10)
    price_fen = amount(5_800)


class VariantOut(Output):
    id = amount(17)
    name = words("500 克 · 袋装")
    price_fen = amount(6_400)
    pack_grams = amount(500)
    min_quantity = amount(1)
    available = amount(380)
    tiers = several(TierOut)


class ProductCard(Output):
    id = amount(9)
    name = words("房前椴木香菇")
    category = words("mushroom")
    producer = one(Named)
    villages = several(VillageShare)
    certified = flag()
    variants = several(VariantOut)
    image_url = words("/static/pictures/mushroom.svg")


class FacetCount(Output):
    """One value of a filter, and how many of the found products have it."""

    value = fields.Raw(metadata={"examples": ["mushroom"]})
    name = words("食用菌")
    count = amount(42)


class Facets(Output):
    category = several(FacetCount)
    township = several(FacetCount)
    producer = several(FacetCount)
    certified = several(FacetCount)


class ProductPage(PageOutput):
    """One page of products, and what the filters would leave."""

    items = several(ProductCard)
    facets = one(Facets)


class BatchOut(Output):
    id = amount(23)
    variant_id = amount(17)
    code = words("XG-20261101-01")
    produced_on = day("2026-11-01")
    expires_on = day("2027-11-01", allow_none=True)
    available = amount(380)
    origin = several(VillageShare)


class CertificationOut(Output):
    number = words("FP-42030400012")
    issuer = words("郧阳区消费帮扶运营中心")
    valid_from = day("2026-01-01")
    valid_until = day("2028-12-31")


class DetailedVariant(VariantOut):
    """A pack with the price of 500 g, where weight says something."""

    price_per_500g_fen = amount(6_400, allow_none=True)


class ProductOut(Output):
    id = amount(9)
    name = words("房前椴木香菇")
    category = words("mushroom")
    producer = one(Named)
    villages = several(VillageShare)
    certified = flag()
    variants = several(DetailedVariant)
    image_url = words("/static/pictures/mushroom.svg")
    description = words("海拔 800 米椴木段栽,一年一季。")
    batches = several(BatchOut)
    certification = one(CertificationOut, allow_none=True)
    price_per_500g_fen = amount(6_400, allow_none=True)
