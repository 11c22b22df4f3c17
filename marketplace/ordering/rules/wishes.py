"""What people ask for: to buy, to pack, to judge, to give back."""

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.core.errors import N_, invalid
from marketplace.core.money import Fen
from marketplace.ordering.rules.states import Fund, PaymentTerms
from marketplace.uploads.rules import GivenFile


@dataclass(frozen=True)
class WishedLine:
    variant_id: int
    quantity: int


@dataclass(frozen=True)
class Consignee:
    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class PurchaseWish:
    """What someone asks to buy. Prices are not part of it: the catalogue knows them."""

    unit_id: int | None
    fund: str
    payment_terms: str
    lines: tuple[WishedLine, ...]
    consignee: Consignee
    note: str = ""
    host_id: int | None = None
    # Links of hosts that the browser had followed: (link, second), the latest last.
    touches: tuple[tuple[int, int], ...] = ()
    channel: str = "SHOP"
    # Bought for this campaign.
    campaign_id: int | None = None
    # Called off this contract, at its prices.
    contract_id: int | None = None
    # An individual's own purchase may count for the unit they belong to.
    counts_for_unit_id: int | None = None


@dataclass(frozen=True)
class PurchaseChange:
    """What of a draft is to change; None leaves it as it is."""

    lines: tuple[WishedLine, ...] | None = None
    consignee: Consignee | None = None
    note: str | None = None
    host_id: int | None = None
    fund: str | None = None
    payment_terms: str | None = None

    @property
    def is_for_drafts(self) -> bool:
        """Whether it asks for more than another consignee."""
        asked = (self.lines, self.note, self.host_id, self.fund, self.payment_terms)
        return any(one is not None for one in asked)


@dataclass(frozen=True)
class ParcelLine:
    line_id: int
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """What a producer hands to the carrier; no lines means everything not yet shipped."""

    carrier: str
    tracking: str
    lines: tuple[ParcelLine, ...] | None = None


@dataclass(frozen=True)
class LineVerdict:
    """What arrived of a line: the rest of the ordered quantity is short."""

    line_id: int
    accepted: int
    rejected: int = 0
    reason: str = ""


@dataclass(frozen=True)
class RefundedLine:
    line_id: int
    quantity: int


@dataclass(frozen=True)
class RefundWish:
    """Either quantities of lines, or an amount spread over all lines."""

    lines: tuple[RefundedLine, ...] = ()
    amount_fen: int | None = None
    reason: str = ""
    ground: str = "OTHER"
    photographs: tuple[GivenFile, ...] = ()


def summed(lines: Iterable[WishedLine]) -> tuple[WishedLine, ...]:
    """Each variant once: two lines of one variant add up."""
    total: dict[int, int] = {}
    for line in lines:
        total[line.variant_id] = total.get(line.variant_id, 0) + line.quantity
    return tuple(WishedLine(variant, quantity) for variant, quantity in total.items())


def refund_of_quantity(line_fen: int, refunded_fen: int, packs: int, returned: int) -> Fen:
    """What giving back packs is worth, cumulatively: the last pack brings the sum to the whole."""
    return Fen(max(0, line_fen * returned // packs - refunded_fen))


@dataclass(frozen=True)
class Incoming:
    """Money for a purchase, and the account that holds it now: the bank's, the gateway's, the
    transfers that wait to be told apart, or the buyer's own credit."""

    source: str
    amount_fen: int
    held_on: str


def require_terms(unit_id: int | None, fund: str | None, payment_terms: str | None) -> None:
    """Funds and terms that exist; a private buyer pays from their own pocket, first."""
    if fund not in (None, *Fund):
        raise invalid("fund", N_("请选择资金渠道。"))
    if payment_terms not in (None, *PaymentTerms):
        raise invalid("payment_terms", N_("请选择付款方式。"))
    if unit_id is None and fund not in (None, Fund.INDIVIDUAL):
        raise invalid("fund", N_("个人购买的资金渠道只能是「个人」。"))
    if unit_id is None and payment_terms not in (None, PaymentTerms.PREPAY):
        raise invalid("payment_terms", N_("个人购买只能先付款后发货。"))


@dataclass(frozen=True)
class Recipient:
    """Someone who gets something out of a purchase. Without an address it is the consignee's."""

    name: str
    department: str
    phone: str
    address: str
    packs: tuple[WishedLine, ...]
    amount_fen: int | None = None


@dataclass(frozen=True)
class GiftWish:
    """What a unit asks to buy for the people on a list."""

    unit_id: int
    fund: str
    payment_terms: str
    consignee: Consignee
    recipients: tuple[Recipient, ...]
    note: str = ""


@dataclass(frozen=True)
class SentParcel:
    """A parcel with everything of an order for these people."""

    carrier: str
    tracking: str
    recipient_ids: tuple[int, ...]
