"""The lines of a past order, its parcel, and the stock that left for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from marketplace.core.closed import sealer_of
from marketplace.core.sealing import Sealer
from marketplace.demonstration.deals import Buyer
from marketplace.demonstration.goods import Lot, Pack
from marketplace.demonstration.rows import Rows
from marketplace.ordering.rules.recipients import words_to_mark

PHONE = "13800000000"
CARRIERS = ("邮政快递", "县域物流专线", "供应链中心配送车")
FAULTS = ("外包装破损", "个别受潮", "规格与样品不符", "保质期临近")


@dataclass
class SoldLine:
    """A line of a past order, with how much of it was accepted in the end."""

    line_id: int
    pack: Pack
    quantity: int
    accepted: int
    lot: Lot = field(init=False)

    @property
    def accepted_fen(self) -> int:
        return self.accepted * self.pack.price_fen


def write_line(
    rows: Rows, order_id: int, line: SoldLine, day: date, *, held: str, accepted: bool
) -> None:
    """A line as it was ordered on that day, and what has become of it."""
    goods, pack = line.pack.product, line.pack
    shipped = line.quantity if held == "shipped" else 0
    rejected = line.quantity - line.accepted if accepted else 0
    rows.add(
        "order_line",
        id=line.line_id,
        order_id=order_id,
        product_id=goods.product_id,
        variant_id=pack.variant_id,
        workshop_id=goods.maker.workshop_id,
        product_name=goods.name,
        variant_name=pack.name,
        unit_price_fen=pack.price_fen,
        pack_grams=pack.pack_grams,
        quantity=line.quantity,
        line_fen=line.quantity * pack.price_fen,
        is_certified=goods.is_certified_on(day),
        snapshot=goods.snapshot,
        shipped_quantity=shipped,
        accepted_quantity=line.accepted if accepted else 0,
        rejected_quantity=rejected,
        acceptance_reason=FAULTS[line.line_id % len(FAULTS)] if rejected else "",
        accepted_fen=line.accepted_fen if accepted else 0,
    )
    _write_source(rows, line, shipped, line.quantity if held == "released" else 0)


def _write_source(rows: Rows, line: SoldLine, shipped: int, released: int) -> None:
    """The batch behind a line, and each village's weight, as frozen when it was placed."""
    rows.add(
        "order_line_batch",
        order_line_id=line.line_id,
        batch_id=line.lot.batch_id,
        quantity=line.quantity,
        shipped_quantity=shipped,
        released_quantity=released,
    )
    for share in line.lot.origin:
        rows.add(
            "order_line_origin",
            order_line_id=line.line_id,
            batch_id=line.lot.batch_id,
            village_code=share.village_code,
            weight=line.quantity * share.share_ppm,
        )


def parcel_of(order_id: int) -> tuple[str, str]:
    """The carrier of an order and the number it gave the parcel."""
    return CARRIERS[order_id % len(CARRIERS)], f"YY{order_id:010d}"


def write_shipment(rows: Rows, order_id: int, lines: Sequence[SoldLine], at: datetime) -> None:
    """One parcel with everything, and the stock that is gone with it."""
    carrier, tracking = parcel_of(order_id)
    shipment_id = rows.add_with_id(
        "shipment", order_id=order_id, carrier=carrier, tracking=tracking, shipped_at=at
    )
    for line in lines:
        rows.add(
            "shipment_line",
            shipment_id=shipment_id,
            order_line_id=line.line_id,
            quantity=line.quantity,
        )
        rows.add_with_id(
            "stock_movement",
            batch_id=line.lot.batch_id,
            quantity=-line.quantity,
            reason="ISSUED",
            source=f"shipment:{shipment_id}/batch:{line.lot.batch_id}",
            at=at,
        )


def written_consignee(session: Session, buyer: Buyer) -> Mapping[str, str]:
    """To whom a purchase goes, as its row holds it."""
    phone_sealed, phone_mark = _sealed_phone(sealer_of(session))
    return {
        "consignee_name": buyer.name,
        "consignee_phone": phone_sealed,
        "consignee_phone_mark": phone_mark,
        "consignee_address": buyer.address,
    }


@cache
def _sealed_phone(sealer: Sealer) -> tuple[str, str]:
    """One number for a hundred thousand purchases: sealed once."""
    return sealer.seal(PHONE), sealer.mark(words_to_mark(PHONE))
