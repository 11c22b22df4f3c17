"""States of a purchase and its orders, and what comes next."""

from enum import StrEnum


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
    AGREED = "AGREED"
    IN_MEDIATION = "IN_MEDIATION"
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


def awaits_payment(terms: str, state: str) -> bool:
    """Whether nothing may leave yet: it is to be paid first, and is not."""
    return terms == PaymentTerms.PREPAY and state != PaymentState.PAID


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


def missing_for_completion(
    state: str, payable_fen: int, paid_fen: int, terms: str
) -> tuple[str, ...]:
    """The next step on the road, and the payment where it is not there yet: first of all where
    nothing leaves before it came."""
    if state in ENDED:
        return ()
    steps = _NEXT_STEPS.get(OrderState(state), ())
    if paid_fen >= payable_fen or state == OrderState.DRAFT:
        return steps
    if state == OrderState.CONFIRMED and terms == PaymentTerms.PREPAY:
        return (Missing.PAYMENT, *steps)
    return (*steps, Missing.PAYMENT)
