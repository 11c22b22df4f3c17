"""What the rows of a table would do: every row with its verdict, nothing written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import OwnProduct, goods_of
from marketplace.core.sheets import CellError
from marketplace.listing.queries.shelf import Shelf, known_words, read_shelf
from marketplace.listing.rules import (
    NOTHING,
    Changes,
    PackWish,
    ProductWish,
    changes_between,
    is_empty,
    parted,
)
from marketplace.listing.rules.sheet import (
    DIFFERS,
    HANDED_IN,
    IS_WAITING,
    NOT_YOURS,
    PACK_TWICE,
    TWICE,
    SheetRow,
    read_row,
)

NEW, CHANGED, WAITING, SAME, BAD = "NEW", "CHANGED", "WAITING", "SAME", "BAD"
# What the rows of one product must agree on, and the column that says it.
SHARED = {
    "name": "name",
    "category_code": "category",
    "village_code": "village",
    "workshop_id": "workshop",
}


@dataclass
class Verdict:
    """What a row would do, or what is wrong with it."""

    row: SheetRow
    kind: str = BAD
    errors: list[CellError] = field(default_factory=list)


@dataclass
class Group:
    """The rows of one product, with the pack that each is about (None: a new one)."""

    product: OwnProduct | None
    rows: list[tuple[Verdict, int | None]] = field(default_factory=list)
    at_once: Changes = field(default_factory=lambda: NOTHING)
    reviewed: Changes = field(default_factory=lambda: NOTHING)

    @property
    def first(self) -> SheetRow:
        return self.rows[0][0].row


@dataclass(frozen=True)
class Judged:
    """A table: all verdicts in their order, and the good rows by product."""

    verdicts: Sequence[Verdict]
    groups: Sequence[Group]

    @property
    def bad(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.kind == BAD]

    def count(self) -> dict[str, int]:
        """How many rows of each kind."""
        kinds = [verdict.kind for verdict in self.verdicts]
        return {kind: kinds.count(kind) for kind in (NEW, CHANGED, WAITING, SAME, BAD)}


def judge(session: Session, producer_id: int, rows: Sequence[Sequence[str]]) -> Judged:
    """Every row with its verdict. A dozen queries, however many rows."""
    goods = goods_of(session, producer_id)
    known = known_words(session, producer_id, goods, rows)
    verdicts = [Verdict(row, errors=list(row.errors)) for row in (read_row(r, known) for r in rows)]
    shelf = read_shelf(session, producer_id, goods, [verdict.row.sku for verdict in verdicts])
    _refuse_numbers(verdicts, shelf)
    groups = _grouped([verdict for verdict in verdicts if not verdict.errors], shelf)
    for group in groups:
        _weigh(group, shelf)
    return Judged(verdicts, [group for group in map(_good, groups) if group.rows])


def _refuse_numbers(verdicts: Sequence[Verdict], shelf: Shelf) -> None:
    """Numbers of others, and numbers that stand in two rows."""
    seen: dict[str, int] = {}
    for verdict in verdicts:
        sku = verdict.row.sku
        if sku and sku in seen:
            verdict.errors.append(CellError("sku", TWICE, {"row": seen[sku]}))
        elif sku in shelf.foreign and sku not in shelf.skus:
            verdict.errors.append(CellError("sku", NOT_YOURS, {"sku": sku}))
        seen.setdefault(sku, verdict.row.number)


def _grouped(verdicts: Sequence[Verdict], shelf: Shelf) -> list[Group]:
    numbers = shelf.numbers
    groups: dict[int | str, Group] = {}
    for verdict in verdicts:
        row = verdict.row
        variant_id = shelf.skus.get(row.sku)
        product_id = shelf.product_of[variant_id] if variant_id else shelf.by_name.get(row.name)
        product = shelf.goods[product_id] if product_id is not None else None
        if product is not None and variant_id is None:
            variant_id = _same_pack(verdict, product, numbers)
        key: int | str = row.name if product is None else product.id
        groups.setdefault(key, Group(product)).rows.append((verdict, variant_id))
    return list(groups.values())


def _same_pack(verdict: Verdict, product: OwnProduct, numbers: Mapping[int, str]) -> int | None:
    """The pack of this name that has no number yet: this row gives it one."""
    same = (pack for pack in product.packs if pack.name == verdict.row.pack)
    found = next(same, None)
    if found is None:
        return None
    if sku := numbers.get(found.variant_id):
        params = {"name": product.name, "sku": sku}
        verdict.errors.append(CellError("pack", PACK_TWICE, params))
    return found.variant_id


def _weigh(group: Group, shelf: Shelf) -> None:
    """Gives the rows of a product their verdicts."""
    _refuse_differences(group)
    good = [(verdict, key) for verdict, key in group.rows if not verdict.errors]
    if group.product is None:
        for verdict, _key in good:
            verdict.kind = NEW
        return
    changes = changes_between(_stands(group.product), _wanted(group.product, good))
    _part(group, changes, shelf)
    blocked = _blocked(group, changes, shelf)
    for verdict, key in good:
        if blocked:
            verdict.errors.append(CellError("sku", blocked))
        else:
            verdict.kind = _kind(group, verdict.row, key, shelf)


def _part(group: Group, changes: Changes, shelf: Shelf) -> None:
    assert group.product is not None
    if group.product.state == "PUBLISHED":
        group.at_once, group.reviewed = parted(changes)
    else:
        group.at_once = changes
    # Asked for already: nothing new is asked.
    if group.reviewed == shelf.waiting.get(group.product.id):
        group.reviewed = NOTHING


def _blocked(group: Group, changes: Changes, shelf: Shelf) -> str | None:
    assert group.product is not None
    if group.product.state == "SUBMITTED" and not is_empty(changes):
        return HANDED_IN
    if not is_empty(group.reviewed) and group.product.id in shelf.waiting:
        return IS_WAITING
    return None


def _refuse_differences(group: Group) -> None:
    """Rows of one product that contradict its first, and packs that are named twice."""
    first, packs = group.first, {group.first.pack: group.first.sku}
    for verdict, _key in group.rows[1:]:
        row = verdict.row
        for name, column in SHARED.items():
            if getattr(row, name) != getattr(first, name):
                verdict.errors.append(CellError(column, DIFFERS, {"row": first.number}))
        if row.description not in ("", first.description):
            verdict.errors.append(CellError("description", DIFFERS, {"row": first.number}))
        if row.pack in packs:
            params = {"name": row.name, "sku": packs[row.pack]}
            verdict.errors.append(CellError("pack", PACK_TWICE, params))
        packs.setdefault(row.pack, row.sku)


def _stands(product: OwnProduct) -> ProductWish:
    return ProductWish(
        category_code=product.category_code,
        name=product.name,
        village_code=product.village_code,
        workshop_id=product.workshop_id,
        description=product.description,
        packs=tuple(PackWish(**vars(pack)) for pack in product.packs),
    )


def _wanted(product: OwnProduct, rows: Sequence[tuple[Verdict, int | None]]) -> ProductWish:
    stands = _stands(product)
    if not rows:
        return stands
    on_sale = {pack.variant_id: pack.is_on_sale for pack in product.packs}
    packs = tuple(
        replace(pack_of(verdict.row), variant_id=key, is_on_sale=on_sale.get(key or 0, True))
        for verdict, key in rows
    )
    row = rows[0][0].row
    shared = {name: getattr(row, name) for name in SHARED}
    return replace(stands, **shared, description=row.description or stands.description, packs=packs)


def pack_of(row: SheetRow) -> PackWish:
    """The pack that a row describes."""
    return PackWish(
        name=row.pack,
        price_fen=row.price_fen,
        pack_grams=row.pack_grams,
        minimum_quantity=row.minimum_quantity,
        carton_quantity=row.carton_quantity,
        sku=row.sku,
    )


def _kind(group: Group, row: SheetRow, variant_id: int | None, shelf: Shelf) -> str:
    assert group.product is not None
    if variant_id is None:
        return WAITING if group.product.state == "PUBLISHED" else NEW
    if str(variant_id) in group.reviewed["packs"] or group.reviewed["product"]:
        return WAITING
    is_numbered = row.sku in shelf.skus
    if str(variant_id) in group.at_once["packs"] or group.at_once["product"] or not is_numbered:
        return CHANGED
    return SAME


def _good(group: Group) -> Group:
    return replace(group, rows=[pair for pair in group.rows if pair[0].kind != BAD])
