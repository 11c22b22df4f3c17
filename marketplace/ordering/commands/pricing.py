"""What a line costs: the catalogue's price of today for so many packs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.catalogue.queries.certified import numbers_in_force
from marketplace.catalogue.rules import InsufficientStock
from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.ordering.rules import (
    MAX_LINES,
    MAX_PURCHASE_FEN,
    MAX_QUANTITY,
    EmptyPurchase,
    InsufficientQuantity,
    NotOnSale,
    TooLarge,
    WishedLine,
    summed,
)

WRONG_QUANTITY = N_("数量要在 1 到 %(most)s 之间。")
UNKNOWN_VARIANT = N_("没有这个商品规格,请从商品页重新选择。")


@dataclass(frozen=True)
class PricedLine:
    """A wished line with what the catalogue says about it today."""

    variant: VariantFacts
    quantity: int
    # The price of a contract, where the line is called off one.
    agreed_fen: int | None = None
    # The recognition in force, where lists have not taken it up yet.
    just_begun: str | None = None

    @property
    def price_fen(self) -> int:
        if self.agreed_fen is not None:
            return self.agreed_fen
        return self.variant.price_for(self.quantity)

    @property
    def line_fen(self) -> int:
        return self.price_fen * self.quantity


def price(session: Session, wished: Iterable[WishedLine], today: date) -> list[PricedLine]:
    """Each variant once, at today's price. Raises a refusal that names what cannot be bought."""
    priced = list_wished(session, wished, today)
    for line in priced:
        _check_sale(line)
    require_sum(priced)
    return priced


def require_sum(priced: Sequence[PricedLine]) -> None:
    if sum(line.line_fen for line in priced) > MAX_PURCHASE_FEN:
        raise TooLarge


def require_stock(priced: Sequence[PricedLine]) -> None:
    """Tells whoever comes too late at once. The last word has whoever reserves."""
    for line in priced:
        if line.variant.available < line.quantity:
            name = f"{line.variant.product_name} · {line.variant.variant_name}"
            left = {"variant_id": line.variant.variant_id, "available": line.variant.available}
            raise InsufficientStock(variant=name, **left)


def list_wished(session: Session, wished: Iterable[WishedLine], today: date) -> list[PricedLine]:
    """Each variant once, with today's facts, whether it can be bought or not."""
    wished = tuple(wished)
    if not wished:
        raise EmptyPurchase
    if len(wished) > MAX_LINES:
        raise invalid("lines", N_("一张采购单最多 %(most)s 行,请分成几张。"), most=MAX_LINES)
    lines = summed(wished)
    _check_quantities(wished, lines)
    facts = variants_for(session, [line.variant_id for line in lines], today)
    unknown = [
        FieldError(f"lines.{place}.variant_id", UNKNOWN_VARIANT)
        for place, line in enumerate(wished)
        if line.variant_id not in facts
    ]
    if unknown:
        raise InvalidInput(*unknown)
    begun = _just_begun(session, facts.values(), today)
    wanted = [(facts[line.variant_id], line.quantity) for line in lines]
    return [PricedLine(one, packs, just_begun=begun.get(one.product_id)) for one, packs in wanted]


def _just_begun(session: Session, facts: Collection[VariantFacts], today: date) -> dict[int, str]:
    """By product, recognitions that follow one which ended at midnight: what is bought now counts
    as much as what is bought in an hour."""
    lacking = {one.product_id for one in facts if not one.is_certified_on(today)}
    return numbers_in_force(session, lacking, today) if lacking else {}


def _check_quantities(wished: Sequence[WishedLine], lines: Sequence[WishedLine]) -> None:
    too_much = {line.variant_id for line in lines if line.quantity > MAX_QUANTITY}
    wrong = [
        FieldError(f"lines.{place}.quantity", WRONG_QUANTITY, (("most", MAX_QUANTITY),))
        for place, line in enumerate(wished)
        if line.quantity < 1 or line.variant_id in too_much
    ]
    if wrong:
        raise InvalidInput(*wrong)


def _check_sale(line: PricedLine) -> None:
    variant = line.variant
    if not variant.is_on_sale:
        raise NotOnSale(name=variant.product_name)
    if line.quantity < variant.minimum_quantity:
        raise InsufficientQuantity(name=variant.product_name, minimum=variant.minimum_quantity)


def line_row(order_id: int, line: PricedLine, today: date) -> dict[str, object]:
    """A line with everything about the product that must be kept as it is today."""
    variant = line.variant
    return {
        "order_id": order_id,
        "product_id": variant.product_id,
        "variant_id": variant.variant_id,
        "workshop_id": variant.workshop_id,
        "product_name": variant.product_name,
        "variant_name": variant.variant_name,
        "unit_price_fen": line.price_fen,
        "pack_grams": variant.pack_grams,
        "quantity": line.quantity,
        "line_fen": line.line_fen,
        "is_certified": line.just_begun is not None or variant.is_certified_on(today),
        "snapshot": {
            "description": variant.description,
            "category": variant.category_code,
            "picture": variant.picture,
            "certification": line.just_begun or variant.certification_number,
        },
    }
