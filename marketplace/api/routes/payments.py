"""Payments confirmed, refunds agreed to."""

from marketplace.api.door import Door
from marketplace.api.schemas.orders import Payment, Refund
from marketplace.api.schemas.steps import Received
from marketplace.core.errors import N_
from marketplace.ordering import commands as ordering
from marketplace.payments import commands
from marketplace.payments.queries import PaymentView, get_payment
from marketplace.payments.rules import Receipt
from marketplace.web import allow, current_identity, now, session

door = Door("payments")


@door.call("POST", "/payments/<id:payment_id>/confirm", N_("登记到账:运营中心出纳"))
@allow()
@door.takes(Received)
@door.does(Payment)
def confirm(receipt: Receipt, payment_id: int) -> PaymentView:
    identity = current_identity()
    # Whoever may not see the payment is not told that there is one.
    get_payment(session(), identity, payment_id)
    commands.confirm_payment(session(), identity, payment_id, receipt, now())
    return get_payment(session(), identity, payment_id)


@door.call("POST", "/refunds/<id:refund_id>/approve", N_("同意一笔退款申请"))
@allow()
@door.does(Refund)
def approve_refund(refund_id: int) -> object:
    return ordering.approve_refund(session(), current_identity(), refund_id, now())
