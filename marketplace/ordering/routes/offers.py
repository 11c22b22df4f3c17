"""Which buttons an order shows to whom. The commands decide again when one is pressed."""

from collections.abc import Iterable

from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.queries import LineView, OrderView
from marketplace.ordering.rules import (
    OrderState,
    PaymentState,
    PaymentTerms,
    ShipmentState,
    awaits_payment,
    is_buyers_side,
)
from marketplace.ordering.rules.invoices import LACKING

BUYERS_STEPS = {
    OrderState.PLACED: {"cancel"},
    OrderState.CONFIRMED: {"cancel", "check_invoice"},
    OrderState.SHIPPED: {"receive", "check_invoice"},
    OrderState.RECEIVED: {"accept", "check_invoice"},
    OrderState.ACCEPTED: {"refund", "check_invoice"},
    OrderState.COMPLETED: {"refund", "check_invoice"},
}
PRODUCERS_STEPS = {
    OrderState.PLACED: {"confirm", "decline"},
    OrderState.CONFIRMED: {"ship", "decline", "invoice"},
    OrderState.SHIPPED: {"ship", "invoice"},
    OrderState.RECEIVED: {"invoice"},
    OrderState.ACCEPTED: {"invoice"},
    OrderState.COMPLETED: {"invoice"},
}
# What brings an order on, and what one may do besides; the rest stands beside what it is about.
NEXT = frozenset({"pay", "receive", "accept", "confirm", "ship", "ask_short", "extend"})
BESIDES = frozenset({"refund", "decline", "cancel"})
STILL_HERE = (OrderState.PLACED, OrderState.CONFIRMED)
# While goods may still leave, the two sides may agree on sending less.
NOT_ALL_SENT = (OrderState.CONFIRMED, OrderState.SHIPPED)
# What was accepted is to have an invoice.
INVOICED = (OrderState.ACCEPTED, OrderState.COMPLETED)


def offers(identity: Identity, order: OrderView) -> frozenset[str]:
    """The steps that are open to this person on this order now."""
    state = OrderState(order.state)
    steps: set[str] = set()
    if is_buyers_side(identity, order.unit_id, order.buyer_id):
        steps |= BUYERS_STEPS.get(state, set())
        steps |= {"answer_short"} | _payment(order, state)
        if state in INVOICED and order.invoice_state in LACKING and order.payable_fen:
            steps.add("ask_invoice")
    if identity.has_role(OrganisationKind.PRODUCER, order.producer_id):
        steps |= _producers_steps(order, state) | {"withdraw_short"}
        steps |= {"invoice"} if order.needs_red_invoice else set()
    steps |= _after_sale_steps(identity, order)
    if identity.is_in_centre(Role.OPERATOR):
        steps |= BUYERS_STEPS.get(state, set()) & {"cancel"}
    return frozenset(steps)


def _payment(order: OrderView, state: OrderState) -> set[str]:
    """The money is what comes next: of goods that were accepted, and of those that leave only
    once it came."""
    due = order.payment_state in (PaymentState.DUE, PaymentState.PART_PAID)
    before = order.payment_terms == PaymentTerms.PREPAY and state in STILL_HERE
    return {"pay"} if due and (before or state == OrderState.ACCEPTED) else set()


def _after_sale_steps(identity: Identity, order: OrderView) -> set[str]:
    """Who may answer, decide, call the county or give up; the stage of the request says when."""
    steps = set()
    if is_buyers_side(identity, order.unit_id, order.buyer_id):
        steps |= {"withdraw_refund", "call_county"}
    if identity.has_role(OrganisationKind.PRODUCER, order.producer_id):
        steps |= {"answer_refund"}
    if identity.is_in_centre(Role.OPERATOR):
        steps |= {"decide_refund"}
    return steps


def _producers_steps(order: OrderView, state: OrderState) -> set[str]:
    steps = set(PRODUCERS_STEPS.get(state, set()))
    if awaits_payment(order.payment_terms, order.payment_state):
        steps.discard("ship")
        if state == OrderState.CONFIRMED and not order.extended:
            steps.add("extend")
    if order.shipment_state == ShipmentState.SHIPPED:
        steps.discard("ship")
    elif state in NOT_ALL_SENT and not order.has_people:
        steps.add("ask_short")
    return steps


def countable_of(lines: Iterable[LineView]) -> int:
    """What lines would add to a quota that asks for a certificate."""
    return sum(line.line_fen for line in lines if line.is_certified)
