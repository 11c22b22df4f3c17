"""A shopping list from a spreadsheet: its columns, and a verdict on every row."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.catalogue.rules.tiers import Tier, price_at
from marketplace.core.errors import N_, invalid
from marketplace.core.heads import find_columns, fold, rows_below
from marketplace.core.ids import number_of
from marketplace.core.sheets import CellError
from marketplace.ordering.rules.limits import MAX_QUANTITY

# What people call the columns; the first row that names a product and a quantity is the head.
HEADS: Mapping[str, str] = {
    "商品": "product",
    "商品名称": "product",
    "品名": "product",
    "名称": "product",
    "product": "product",
    "规格": "pack",
    "包装": "pack",
    "pack": "pack",
    "数量": "quantity",
    "件数": "quantity",
    "quantity": "quantity",
    "编号": "code",
    "规格编号": "code",
    "variant_id": "code",
}
# Without a head the columns stand in this order.
USUAL = ("product", "pack", "quantity")

NO_ROWS = N_("这里没有商品。请粘贴三列:商品、规格、数量。")
NO_NAME = N_("没有写商品名称。")
NOT_A_NUMBER = N_("数量要写整数,例如 3。")
OUT_OF_BOUNDS = N_("数量要在 1 到 %(most)s 之间。")
UNKNOWN = N_("没有这种商品,请核对名称。")
UNKNOWN_PACK = N_("没有这种规格,可选:%(packs)s。")
WHICH_PACK = N_("有几种规格,请写明是哪一种:%(packs)s。")
WHICH_PRODUCER = N_("有几家都卖这种商品,请用规格编号写明:%(packs)s。")
OFF_SALE = N_("现在不卖了。")
TOO_FEW = N_("库存只有 %(available)s 件。")
BELOW_MINIMUM = N_("至少买 %(minimum)s 件。")


@dataclass(frozen=True)
class ListRow:
    """A row as it was typed; `number` is its place in the file."""

    number: int
    product: str
    pack: str
    quantity: str
    code: str = ""


@dataclass(frozen=True)
class OfferedPack:
    """A pack that a row may mean."""

    variant_id: int
    product_name: str
    pack_name: str
    producer_name: str
    price_fen: int
    minimum_quantity: int
    available: int
    is_on_sale: bool
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a row means, or everything that is wrong with it."""

    row: ListRow
    pack: OfferedPack | None = None
    quantity: int = 0
    errors: tuple[CellError, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.errors

    @property
    def amount_fen(self) -> int:
        """At the price of this row's packs: rows of one pack may together reach a better one."""
        if self.pack is None:
            return 0
        return price_at(self.pack.price_fen, self.pack.tiers, self.quantity) * self.quantity


def read_rows(field: str, cells: Sequence[Sequence[str]]) -> list[ListRow]:
    """The rows below the head, empty ones left out. Raises InvalidInput where there are none."""
    rows = [ListRow(number, **row) for number, row in rows_below(cells, *_columns(cells))]
    if not rows:
        raise invalid(field, NO_ROWS)
    return rows


def _columns(cells: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Where each column stands, and how many rows come before the first product."""
    found = find_columns(
        cells, HEADS, lambda named: "quantity" in named and bool(named & {"product", "code"})
    )
    if found is None:
        return {name: at for at, name in enumerate(USUAL)}, 0
    return {"product": -1, "pack": -1, **found[0]}, found[1]


def judge(
    row: ListRow, by_name: Mapping[str, Sequence[OfferedPack]], by_id: Mapping[int, OfferedPack]
) -> Verdict:
    """What a row means among the packs of its name."""
    meant = _meant(row, by_name, by_id)
    quantity = _quantity(row.quantity)
    errors = [one for one in (meant, quantity) if isinstance(one, CellError)]
    if isinstance(meant, CellError) or isinstance(quantity, CellError):
        return Verdict(row, errors=tuple(errors))
    lacking = _lacking(meant, quantity)
    return Verdict(row, errors=(lacking,)) if lacking else Verdict(row, meant, quantity)


def _meant(
    row: ListRow, by_name: Mapping[str, Sequence[OfferedPack]], by_id: Mapping[int, OfferedPack]
) -> OfferedPack | CellError:
    if row.code:
        code = number_of(row.code)
        offered = by_id.get(code) if code is not None else None
        return offered or CellError("code", UNKNOWN)
    if not row.product:
        return CellError("product", NO_NAME)
    named = by_name.get(fold(row.product), ())
    if not named:
        return CellError("product", UNKNOWN)
    meant = [one for one in named if not row.pack or fold(one.pack_name) == fold(row.pack)]
    if not meant:
        return CellError("pack", UNKNOWN_PACK, {"packs": _names(named)})
    return meant[0] if len(meant) == 1 else _ambiguous(meant)


def _ambiguous(meant: Sequence[OfferedPack]) -> CellError:
    if len({one.producer_name for one in meant}) == 1:
        return CellError("pack", WHICH_PACK, {"packs": _names(meant)})
    packs = "、".join(f"{one.variant_id} {one.producer_name} {one.pack_name}" for one in meant)
    return CellError("product", WHICH_PRODUCER, {"packs": packs})


def _names(packs: Sequence[OfferedPack]) -> str:
    return "、".join(dict.fromkeys(one.pack_name for one in packs))


def _quantity(cell: str) -> int | CellError:
    typed = unicodedata.normalize("NFKC", cell).replace(",", "")
    if not (typed.isascii() and typed.isdigit()):
        return CellError("quantity", NOT_A_NUMBER)
    quantity = int(typed[:20])
    if not 1 <= quantity <= MAX_QUANTITY:
        return CellError("quantity", OUT_OF_BOUNDS, {"most": MAX_QUANTITY})
    return quantity


def _lacking(pack: OfferedPack, quantity: int) -> CellError | None:
    """Why so many of a pack cannot be had."""
    if not pack.is_on_sale:
        return CellError("product", OFF_SALE)
    if quantity < pack.minimum_quantity:
        return CellError("quantity", BELOW_MINIMUM, {"minimum": pack.minimum_quantity})
    if quantity > pack.available:
        return CellError("quantity", TOO_FEW, {"available": pack.available})
    return None


def wanted_of(verdicts: Sequence[Verdict]) -> dict[int, int]:
    """Packs by variant of the good rows; a pack on several rows is added up."""
    wanted: dict[int, int] = {}
    for verdict in verdicts:
        if verdict.pack is not None:
            key = verdict.pack.variant_id
            wanted[key] = wanted.get(key, 0) + verdict.quantity
    return wanted
