"""What the steps of an order take: freight, parcels, verdicts, refunds, payments, batches."""

from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from marketplace.api.schemas.fields import Choice, Day, Input, Many, Text, Whole, fen
from marketplace.catalogue.rules import OriginShare
from marketplace.core.errors import N_
from marketplace.core.money import PPM
from marketplace.ordering.rules import (
    MAX_FREIGHT_FEN,
    MAX_LINES,
    MAX_QUANTITY,
    LineVerdict,
    Parcel,
    ParcelLine,
    RefundedLine,
    RefundWish,
)
from marketplace.ordering.rules.aftersale import Ground
from marketplace.ordering.rules.invoices import GivenInvoice
from marketplace.ordering.rules.labels import plain_tracking
from marketplace.payments.rules import Receipt


class Confirmation(Input):
    """The freight may change here and nowhere else."""

    freight_fen = Whole(1_500, least=0, most=MAX_FREIGHT_FEN, load_default=None, allow_none=True)


class SentLine(Input):
    line_id = Whole(41, required=True)
    quantity = Whole(20, most=MAX_QUANTITY, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ParcelLine:
        return ParcelLine(**data)


class NewParcel(Input):
    """Without lines, everything that has not been shipped yet."""

    carrier = Text("中国邮政", most=60, required=True)
    tracking = Text("9876543210123", most=60, required=True)
    lines = Many(SentLine, most=MAX_LINES, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Parcel:
        lines, tracking = data.pop("lines"), plain_tracking(data.pop("tracking"))
        return Parcel(**data, tracking=tracking, lines=None if lines is None else tuple(lines))


class Verdict(Input):
    line_id = Whole(41, required=True)
    accepted = Whole(18, least=0, most=MAX_QUANTITY, required=True)
    rejected = Whole(2, least=0, most=MAX_QUANTITY, load_default=0)
    reason = Text("两袋受潮", most=200, least=0, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LineVerdict:
        return LineVerdict(**data)


class Acceptance(Input):
    """What arrived, line by line; packs neither accepted nor rejected are short."""

    lines = Many(Verdict, most=MAX_LINES, required=True)


class ReturnedLine(Input):
    line_id = Whole(41, required=True)
    quantity = Whole(2, most=MAX_QUANTITY, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RefundedLine:
        return RefundedLine(**data)


class NewRefund(Input):
    """Either packs of lines, or an amount spread over the lines."""

    lines = Many(ReturnedLine, most=MAX_LINES)
    amount_fen = fen(12_800, least=1, metadata={"rarely": True})
    reason = Text("两袋发霉", most=500, required=True)
    ground = Choice(tuple(Ground), load_default=Ground.OTHER)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if ("lines" in data) == ("amount_fen" in data):
            raise ValidationError(N_("请在 lines 和 amount_fen 中给出一个。"), "amount_fen")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RefundWish:
        return RefundWish(
            lines=tuple(data.get("lines", ())),
            amount_fen=data.get("amount_fen"),
            reason=data["reason"],
            ground=data["ground"],
        )


class NewInvoice(Input):
    """`red_of` is the number of the blue invoice that a red one takes back; `seller_uscc` is the
    seller's code as the invoice shows it."""

    number = Text("26422000000123456789", most=60, required=True)
    amount_fen = fen(129_500, least=1, required=True)
    issued_on = Day(required=True)
    red_of = Text("26422000000123456780", most=60, metadata={"rarely": True})
    seller_uscc = Text("93420304MA49000012", most=40, metadata={"rarely": True})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> GivenInvoice:
        return GivenInvoice(**data)


class NewPayment(Input):
    method = Choice(("bank_transfer", "stripe"), required=True)


class Received(Input):
    """What the bank says arrived."""

    received_fen = fen(128_000, least=1, required=True)
    received_on = Day(required=True)
    reference = Text("20261123-0001", most=80, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Receipt:
        return Receipt(**data)


class NewOrigin(Input):
    village_code = Text("420304101201", most=12, required=True)
    share_ppm = Whole(1_000_000, most=PPM, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OriginShare:
        return OriginShare(**data)


class NewBatch(Input):
    """The villages' shares sum to 1,000,000."""

    variant_id = Whole(17, required=True)
    code = Text("XG-20261101-01", most=40, required=True)
    produced_on = Day("2026-11-01", required=True)
    shelf_life_days = Whole(365, most=36_500, required=True, allow_none=True)
    quantity = Whole(400, most=MAX_QUANTITY, required=True)
    origin = Many(NewOrigin, most=340, required=True)
