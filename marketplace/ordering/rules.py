"""States of a purchase and its orders, what each step demands, and the sums of a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.money import Fen

CONFIRM_WITHIN = timedelta(days=15)
PAY_WITHIN = timedelta(days=30)
PAY_EXTENSION = timedelta(days=15)
RETAIL_PAYS_WITHIN = timedelta(minutes=30)

MAX_QUANTITY = 1_000_000
MAX_LINES = 500
# The bank's and Stripe's bound for one payment is below this; it also keeps sums in BIGINT.
MAX_PURCHASE_FEN = 10_000_000_000
MAX_FREIGHT_FEN = 100_000_000

# Above this amount of goods, whoever accepts is not the one who bought.
ACCEPTED_BY_ANOTHER_FROM_FEN = 1_000_000


class PurchaseState(StrEnum):
    DRAFT = "DRAFT"
    IN_APPROVAL = "IN_APPROVAL"
    REJECTED = "REJECTED"
    PLACED = "PLACED"
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"


class OrderState(StrEnum):
    DRAFT = "DRAFT"
    PLACED = "PLACED"
    CONFIRMED = "CONFIRMED"
    SHIPPED = "SHIPPED"
    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class PaymentState(StrEnum):
    NONE = "NONE"
    DUE = "DUE"
    DECLARED = "DECLARED"
    PART_PAID = "PART_PAID"
    PAID = "PAID"
    PART_REFUNDED = "PART_REFUNDED"
    REFUNDED = "REFUNDED"


class ShipmentState(StrEnum):
    NONE = "NONE"
    PART = "PART"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"


class AfterSaleState(StrEnum):
    NONE = "NONE"
    OPEN = "OPEN"
    DONE = "DONE"
    REJECTED = "REJECTED"


class Fund(StrEnum):
    CANTEEN = "CANTEEN"
    UNION = "UNION"
    INDIVIDUAL = "INDIVIDUAL"
    OTHER = "OTHER"


class PaymentTerms(StrEnum):
    PREPAY = "PREPAY"
    POSTPAY = "POSTPAY"


# The road of an order; an order that left it stands in one of the exits.
ROAD = (
    OrderState.DRAFT,
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.ACCEPTED,
    OrderState.COMPLETED,
)
EXITS = frozenset({OrderState.DECLINED, OrderState.EXPIRED, OrderState.CANCELLED})
ENDED = EXITS | {OrderState.COMPLETED}


class WrongState(Refusal):
    code = "order.wrong_state"
    message = N_("这一步现在不能做:当前状态是「%(state)s」。请刷新页面查看最新进展。")


class InsufficientQuantity(Refusal):
    code = "order.below_minimum"
    status = 422
    message = N_("「%(name)s」每次至少购买 %(minimum)s 件。")


class NotOnSale(Refusal):
    code = "order.not_on_sale"
    message = N_("「%(name)s」已停止销售,请从购物车中移除后再提交。")


class EmptyPurchase(Refusal):
    code = "order.empty"
    status = 422
    message = N_("采购单里还没有商品,请先选择商品。")


class TooLarge(Refusal):
    code = "order.too_large"
    status = 422
    message = N_("一张采购单的金额不能超过 1 亿元,请分成几张采购单提交。")


class OwnPurchase(Refusal):
    code = "approval.own_purchase"
    status = 403
    message = N_("自己提交的采购单要由另一位审批人审批(四眼原则)。")


class OwnAcceptance(Refusal):
    code = "acceptance.own_purchase"
    status = 403
    message = N_("一万元及以上的订单要由经办人以外的同事验收,请转给审批人或财务。")


class NotPaid(Refusal):
    code = "order.not_paid"
    message = N_("先款后货的订单要在货款到账后才能发货。")


class TooMuchRefunded(Refusal):
    code = "refund.too_much"
    status = 422
    message = N_("退款合计不能超过已验收且未退的金额,最多还可退 %(most)s 元。")


class ReasonNeeded(Refusal):
    code = "input.reason_needed"
    status = 422
    message = N_("请写明原因,对方会看到。")


class WrongLines(Refusal):
    code = "order.wrong_lines"
    status = 422
    message = N_("数量与订单不符:%(name)s 最多 %(most)s 件。请核对每一行。")


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
    channel: str = "SHOP"


@dataclass(frozen=True)
class PurchaseChange:
    """What of a draft is to change; None leaves it as it is."""

    lines: tuple[WishedLine, ...] | None = None
    consignee: Consignee | None = None
    note: str | None = None
    host_id: int | None = None


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


def summed(lines: Iterable[WishedLine]) -> tuple[WishedLine, ...]:
    """Each variant once: two lines of one variant add up."""
    total: dict[int, int] = {}
    for line in lines:
        total[line.variant_id] = total.get(line.variant_id, 0) + line.quantity
    return tuple(WishedLine(variant, quantity) for variant, quantity in total.items())


def require_state(state: str, *allowed: str) -> None:
    """Raises WrongState with the present state where the step is not possible in it."""
    if state not in allowed:
        raise WrongState(state=str(state))


def require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()


def payment_state(
    due_fen: int, paid_fen: int, refunded_fen: int, *, declared: bool
) -> PaymentState:
    """How far an order is paid, from what is asked, what came and what went back."""
    if refunded_fen:
        whole = refunded_fen >= paid_fen
        return PaymentState.REFUNDED if whole else PaymentState.PART_REFUNDED
    if due_fen == 0 or paid_fen >= due_fen:
        return PaymentState.PAID
    if paid_fen:
        return PaymentState.PART_PAID
    return PaymentState.DECLARED if declared else PaymentState.DUE


def refund_of_quantity(line_fen: int, refunded_fen: int, packs: int, returned: int) -> Fen:
    """What giving back packs is worth, cumulatively: the last pack brings the sum to the whole."""
    return Fen(max(0, line_fen * returned // packs - refunded_fen))


def is_late(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now


def may_buy_for(identity: Identity, unit_id: int | None) -> bool:
    """Retail is open to everyone who is logged in; a unit is bought for by its buyers."""
    return unit_id is None or identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER)


def may_see(
    identity: Identity, unit_id: int | None, buyer_id: int, producers: Sequence[int]
) -> bool:
    """The buyer, the unit's office, the producers of its orders, and the operations centre."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    return (
        identity.person_id == buyer_id
        or identity.is_in_centre()
        or (unit_id is not None and identity.has_role(OrganisationKind.UNIT, unit_id, *office))
        or any(identity.has_role(OrganisationKind.PRODUCER, producer) for producer in producers)
    )


def require_approver(
    identity: Identity, unit_id: int | None, buyer_id: int, *, four_eyes: bool
) -> None:
    """Four eyes: the approver is not the buyer, unless the unit has switched that off."""
    if unit_id is None or not identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise Forbidden
    if four_eyes and identity.person_id == buyer_id:
        raise OwnPurchase


def require_producer(identity: Identity, producer_id: int) -> None:
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise Forbidden


def is_buyers_side(identity: Identity, unit_id: int | None, buyer_id: int) -> bool:
    """The buyer, and the office of the unit they bought for."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    inside = unit_id is not None and identity.has_role(OrganisationKind.UNIT, unit_id, *office)
    return inside or identity.person_id == buyer_id


def require_receiver(identity: Identity, unit_id: int | None, buyer_id: int) -> None:
    """Goods are received and accepted by the buyer's side."""
    if not is_buyers_side(identity, unit_id, buyer_id):
        raise Forbidden


def require_acceptor(
    identity: Identity, unit_id: int | None, buyer_id: int, goods_fen: int
) -> None:
    """Like receiving; above a limit a unit's goods are accepted by someone else than the buyer."""
    require_receiver(identity, unit_id, buyer_id)
    large = unit_id is not None and goods_fen >= ACCEPTED_BY_ANOTHER_FROM_FEN
    if large and identity.person_id == buyer_id:
        raise OwnAcceptance


class Missing(StrEnum):
    """What an order still waits for before it counts, in the order in which it comes."""

    APPROVAL = "approval"
    CONFIRMATION = "confirmation"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


_NEXT_STEPS = {
    OrderState.DRAFT: (Missing.APPROVAL,),
    OrderState.PLACED: (Missing.CONFIRMATION,),
    OrderState.CONFIRMED: (Missing.SHIPMENT,),
    OrderState.SHIPPED: (Missing.RECEIPT,),
    OrderState.RECEIVED: (Missing.ACCEPTANCE,),
}


def missing_for_completion(state: str, payable_fen: int, paid_fen: int) -> tuple[str, ...]:
    """The next step on the road, and the payment where it is not there yet."""
    if state in ENDED:
        return ()
    steps = _NEXT_STEPS.get(OrderState(state), ())
    unpaid = paid_fen < payable_fen and state != OrderState.DRAFT
    return (*steps, Missing.PAYMENT) if unpaid else steps
