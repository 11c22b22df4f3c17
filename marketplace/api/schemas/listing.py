"""Products as their producers write them: what comes in, and how a listing stands."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load

from marketplace.api.schemas.fields import (
    NOT_A_FLAG,
    Choice,
    Flag,
    Input,
    Many,
    Output,
    Text,
    Whole,
    amount,
    facts,
    flag,
    several,
    texts,
    words,
)
from marketplace.listing import rules
from marketplace.listing.rules import PackWish


class Truth(fields.Boolean):
    """A JSON true or false: 1, "true" and null are not."""

    default_error_messages = {"null": NOT_A_FLAG}

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> bool:
        if type(value) is not bool:
            raise ValidationError(NOT_A_FLAG)
        return value


class NewPack(Input):
    """A pack. Without an id it is a new one; with one, these are its new facts."""

    id = Whole(17, metadata={"rarely": True}, attribute="variant_id")
    name = Text("500 克 · 袋装", most=rules.MOST_PACK_NAME, required=True)
    price_fen = Whole(6_400, most=rules.MOST_PRICE_FEN, required=True)
    pack_grams = Whole(500, least=0, most=rules.MOST_GRAMS, required=True)
    minimum_quantity = Whole(1, most=rules.MOST_COUNT, load_default=1)
    carton_quantity = Whole(20, most=rules.MOST_COUNT, load_default=1)
    is_on_sale = Truth(load_default=True, metadata={"examples": [True]})
    sku = Text("HG-XG-500", most=rules.MOST_SKU, least=0, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PackWish:
        return PackWish(**data)


class NewProduct(Input):
    """A draft: category, name, village and packs. The description is Markdown without HTML."""

    category = Text("shiitake", most=24, required=True)
    name = Text("房前椴木香菇", most=rules.MOST_NAME, required=True)
    village = Text("420304101201", most=12, required=True)
    workshop_id = Whole(3, allow_none=True, load_default=None)
    # Of a trader: who makes it.
    maker_id = Whole(8, allow_none=True, load_default=None, metadata={"rarely": True})
    description = Text(
        "海拔 800 米椴木段栽。", most=rules.MOST_DESCRIPTION, least=0, load_default=""
    )
    packs = Many(NewPack, most=rules.MOST_PACKS, required=True)


class ProductChanges(Input):
    """What is to change. Packs that are not named stay; the centre reads the reason."""

    category = Text("shiitake", most=24, metadata={"rarely": True})
    name = Text("房前椴木香菇", most=rules.MOST_NAME, metadata={"rarely": True})
    village = Text("420304101201", most=12, metadata={"rarely": True})
    workshop_id = Whole(3, allow_none=True, metadata={"rarely": True})
    description = Text("海拔 800 米椴木段栽。", most=rules.MOST_DESCRIPTION, least=0)
    packs = Many(NewPack, most=rules.MOST_PACKS, metadata={"rarely": True})
    reason = Text("运费上涨", most=rules.MOST_REASON, least=0, load_default="")


class ListedPack(Output):
    id = amount(17, attribute="variant_id")
    sku = words("HG-XG-500")
    name = words("500 克 · 袋装")
    price_fen = amount(6_400)
    pack_grams = amount(500)
    minimum_quantity = amount(1)
    carton_quantity = amount(20)
    is_on_sale = flag()


class WaitingChange(Output):
    """Changes that wait for the operations centre; until then the old offer stays for sale."""

    id = amount(4)
    fields_changed = texts("packs.17.price_fen", data_key="fields")


class Listing(Output):
    """A product as its producer and the operations centre see it."""

    id = amount(9)
    producer_id = amount(5)
    state = Choice(("DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN"))
    name = words("房前椴木香菇")
    category = words("shiitake", attribute="category_code")
    village = words("420304101201", attribute="village_code")
    workshop_id = amount(3, allow_none=True)
    maker_id = amount(8, allow_none=True)
    description = words("海拔 800 米椴木段栽。")
    packs = several(ListedPack)
    waiting = fields.Nested(WaitingChange, allow_none=True)


class ImportQuery(Input):
    """A dry run writes nothing. `rows=good` writes the good rows of a table with bad ones."""

    dry_run = Flag(load_default=False)
    rows = Choice(("all", "good"), load_default="all")
    name = Text("goods.xlsx", most=120, metadata={"rarely": True})


class ImportedRow(Output):
    """A row with its verdict; a bad one once for each cell that is wrong."""

    row = amount(3)
    verdict = Choice(("new", "changed", "waiting", "same", "bad"))
    column = words("price", allow_none=True)
    message = words("新增")


class Import(Output):
    """What the rows did, or would do; `written` says which."""

    written = flag()
    counts = facts({"new": 12, "changed": 3, "waiting": 1, "same": 40, "bad": 0})
    rows = several(ImportedRow)
