"""What the payment gateway tells us."""

from flask import abort, request

from marketplace.api.door import Door
from marketplace.api.schemas.fields import Output, flag
from marketplace.core.errors import N_, Refusal
from marketplace.payments.commands import apply_event
from marketplace.payments.routes.checkout import find_gateway
from marketplace.web import now, public, session

door = Door("webhooks")
# Their largest events are a few tens of thousands of bytes.
MOST_BYTES = 256 * 1024


class Told(Output):
    """That we know of it; `is_new` unless it was told before."""

    is_new = flag()


class NotSigned(Refusal):
    """Not from the gateway, or too old to be true."""

    code = "webhook.not_signed"
    status = 400
    message = N_("签名缺失、不正确或已过期,没有处理。")
    field = "Stripe-Signature"


@door.call("POST", "/webhooks/stripe", N_("支付机构的通知;需要签名,同一事件只生效一次"))
@public
@door.does(Told)
def stripe() -> dict[str, bool]:
    gateway = find_gateway()
    if gateway is None:
        abort(404)
    payload = request.get_data(cache=False)
    signature = request.headers.get("Stripe-Signature", "")
    event = gateway.read_event(payload, signature) if len(payload) <= MOST_BYTES else None
    if event is None:
        raise NotSigned
    return {"is_new": apply_event(session(), event, payload.decode(), now())}
