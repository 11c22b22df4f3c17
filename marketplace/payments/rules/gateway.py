"""What the gateway allows: amounts, currency, and how long money can go back the way it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.core.errors import N_, Refusal

CURRENCY = "cny"
# Stripe: an amount has at most eight digits of its smallest unit, so 999,999.99 yuan
# (docs.stripe.com/currencies, minimum and maximum charge amounts).
MOST_FEN = 99_999_999
# Stripe: a page to pay on lives at least 30 minutes from its making, at most 24 hours
# (docs.stripe.com/api/checkout/sessions/create, expires_at). A minute more for clocks that differ.
LEAST_LIFE = timedelta(minutes=31)
# Stripe: refunds of Alipay within 90 days, of WeChat Pay within 180 days of the payment
# (docs.stripe.com/payments/alipay and /wechat-pay, refunds). We are not told which of them was
# used, so the shortest holds for all.
GIVE_BACK_WITHIN: Mapping[str, timedelta] = {
    "alipay": timedelta(days=90),
    "wechat_pay": timedelta(days=180),
    "card": timedelta(days=365),
}
SHORTEST = min(GIVE_BACK_WITHIN.values())


@dataclass(frozen=True)
class Outcome:
    """What came of something that the gateway told."""

    # APPLIED, NOTHING or ODD.
    effect: str
    note: str = ""
    payment_id: int | None = None
    # Money in (or out, negative) that belongs to no payment of ours, and what the gateway calls
    # it: several events tell of the same money, and it is booked once.
    moved_fen: int = 0
    moved_by: str = ""


NOTHING = Outcome("NOTHING")


def applied(payment_id: int | None) -> Outcome:
    return Outcome("APPLIED", payment_id=payment_id)


def odd(
    note: str, *, payment_id: int | None = None, moved_fen: int = 0, moved_by: str = ""
) -> Outcome:
    """For people of the operations centre to look into."""
    return Outcome("ODD", note, payment_id, moved_fen, moved_by)


class TooMuchForGateway(Refusal):
    code = "payment.too_much"
    status = 422
    message = N_("在线支付一次最多 999,999.99 元。请选择对公转账,或者把采购单分成几张。")
    field = "method"


class GatewayUnreachable(Refusal):
    code = "payment.gateway_away"
    message = N_("支付机构暂时没有回应,没有扣款。请过几分钟再点一次,或者改用对公转账。")


class GatewayDeclined(Refusal):
    code = "payment.gateway_declined"
    status = 422
    message = N_("支付机构没有受理:%(reason)s。没有扣款,请改用对公转账。")
    field = "method"


def require_payable(amount_fen: int) -> None:
    if amount_fen > MOST_FEN:
        raise TooMuchForGateway


def closes_at(asked_at: datetime) -> datetime:
    """When the page to pay on closes, from when it was asked for: asked again, it is the same.

    What is paid between the end of the purchase and the closing of the page goes back.
    """
    return asked_at + LEAST_LIFE


def can_go_back(received_at: datetime, now: datetime, means: str = "") -> bool:
    """Whether a payment can still be given back the way it came."""
    return now - received_at < GIVE_BACK_WITHIN.get(means, SHORTEST)
