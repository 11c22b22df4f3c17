"""What is typed on an order: reasons, freight, parcels, verdicts on arrival, refunds."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import N_
from marketplace.ordering.rules import (
    MAX_QUANTITY,
    LineVerdict,
    Parcel,
    ParcelLine,
    RefundedLine,
    RefundWish,
)
from marketplace.ordering.rules.aftersale import Ground
from marketplace.ordering.rules.labels import plain_tracking
from marketplace.ordering.rules.short import ShortWish
from marketplace.uploads.forms import read_files
from marketplace.web.fields import Fields

NOTHING_IN_PARCEL = N_("请至少填写一行的发货数量。")
NOTHING_TO_REFUND = N_("请填写要退的数量,或者退款金额。")
EITHER_QUANTITY_OR_AMOUNT = N_("数量和金额只填一种,另一种请留空。")
WHY_REJECTED = N_("有拒收的数量,请写明原因,供应商会看到。")
WHY_SHORT = N_("少了 %(short)s 件。确实短少请写明原因;没有少,请改合格的数量。")
MORE_THAN_ORDERED = N_("合格与拒收合计不能超过订购的 %(most)s 件。")


class Line(Protocol):
    """As much of an order line as its form needs."""

    id: int
    quantity: int
    # What both sides agreed would not come.
    short_quantity: int


def read_reason(values: Mapping[str, str]) -> str:
    """Why something is refused, cancelled or given back: the other side reads it."""
    fields = Fields(values)
    reason = fields.text("reason", 500)
    fields.check()
    return reason


def read_freight(values: Mapping[str, str]) -> int | None:
    """Freight as the producer changes it; an empty field leaves it as it was."""
    typed = values.get("freight", "").strip()
    if not typed:
        return None
    fields = Fields(values)
    freight_fen = fields.yuan("freight", least_fen=0)
    fields.check()
    return freight_fen


def read_parcel(values: Mapping[str, str], lines: Iterable[Line]) -> Parcel:
    """A parcel: who carries it and how many of each line are in it."""
    fields = Fields(values)
    carrier, tracking = fields.text("carrier", 60), plain_tracking(fields.text("tracking", 60))
    counted = [
        ParcelLine(line.id, fields.count(f"ship-{line.id}", most=MAX_QUANTITY)) for line in lines
    ]
    packed = tuple(line for line in counted if line.quantity)
    if not packed and not fields.errors:
        fields.refuse("lines", NOTHING_IN_PARCEL)
    fields.check()
    return Parcel(carrier, tracking, packed)


def read_short(values: Mapping[str, str], lines: Iterable[Line]) -> ShortWish:
    """How many packs of each line will not come, and why."""
    fields = Fields(values)
    packs = {line.id: fields.count(f"short-{line.id}", most=line.quantity) for line in lines}
    reason = fields.text("short_reason", 200)
    fields.check()
    return ShortWish(packs, reason)


def read_verdicts(values: Mapping[str, str], lines: Iterable[Line]) -> tuple[LineVerdict, ...]:
    """What arrived of each line: accepted, rejected and why; the rest is short."""
    fields = Fields(values)
    verdicts = tuple(_verdict(fields, line) for line in lines)
    fields.check()
    return verdicts


def _verdict(fields: Fields, line: Line) -> LineVerdict:
    wrong = len(fields.errors)
    verdict = LineVerdict(
        line.id,
        accepted=fields.count(f"accepted-{line.id}", most=line.quantity),
        rejected=fields.count(f"rejected-{line.id}", most=line.quantity),
        reason=fields.text(f"reason-{line.id}", 200, required=False),
    )
    if verdict.accepted + verdict.rejected > line.quantity:
        fields.refuse(f"accepted-{line.id}", MORE_THAN_ORDERED, most=line.quantity)
    if verdict.rejected and not verdict.reason:
        fields.refuse(f"reason-{line.id}", WHY_REJECTED)
    # Nothing accepted can be taken back: a number typed wrong must not pass for missing packs.
    # What was agreed to be short has its reason already.
    short = line.quantity - line.short_quantity - verdict.accepted - verdict.rejected
    if short > 0 and not verdict.reason and len(fields.errors) == wrong:
        fields.refuse(f"reason-{line.id}", WHY_SHORT, short=short)
    return verdict


def read_refund(
    values: Mapping[str, str], lines: Iterable[Line], photographs: Iterable[FileStorage] = ()
) -> RefundWish:
    """Quantities of lines, or an amount over the whole order, on what ground and why."""
    fields = Fields(values)
    counted = [
        RefundedLine(line.id, fields.count(f"refund-{line.id}", most=line.quantity))
        for line in lines
    ]
    returned = tuple(line for line in counted if line.quantity)
    amount_fen = fields.yuan("amount") if values.get("amount", "").strip() else None
    if returned and amount_fen is not None:
        fields.refuse("amount", EITHER_QUANTITY_OR_AMOUNT)
    if not returned and amount_fen is None and not fields.errors:
        fields.refuse("amount", NOTHING_TO_REFUND)
    ground = fields.choice("ground", tuple(Ground))
    reason = fields.text("refund_reason", 500)
    fields.check()
    given = read_files("photographs", photographs)
    return RefundWish(returned, amount_fen, reason, ground, given)
