"""For a person with a test key of Stripe's: opens a real page to pay on and waits for the payment.

STRIPE_SECRET_KEY=sk_test_… python -m deploy.try_stripe

Nothing of the marketplace is touched. Pay on the page with a test card (4242 4242 4242 4242),
Alipay or WeChat Pay; the money is then given back.
"""

import os
import sys
import time
from datetime import UTC, datetime

from marketplace.payments.gateways import CheckoutWish
from marketplace.payments.gateways.stripe import StripeGateway
from marketplace.payments.rules.gateway import closes_at

AMOUNT_FEN = 1_950
LOOK_EVERY_S = 3
LOOKS = 200


def main() -> int:
    key = os.environ.get("STRIPE_SECRET_KEY", "")
    if not key.startswith("sk_test_"):
        print("Set STRIPE_SECRET_KEY to a test key (sk_test_…). Live keys are refused here.")
        return 2
    gateway = StripeGateway(key, None, api_base=os.environ.get("STRIPE_API_BASE"))
    moment = datetime.now(UTC)
    name = f"try-{moment:%Y%m%d%H%M%S}"
    wish = CheckoutWish(1, name, AMOUNT_FEN, closes_at(moment), "https://example.com/")
    page = gateway.open_checkout(wish, name)
    print(f"Pay here: {page.url}")
    for _ in range(LOOKS):
        paid = gateway.read_checkout(page.gateway_id).paid
        if paid is not None:
            print(f"Paid: {paid.amount_fen} fen, {paid.intent_id}")
            back = gateway.give_back(paid.intent_id, paid.amount_fen, 1, f"{name}/back")
            print(f"Given back: {back.gateway_id} {back.status}")
            return 0
        time.sleep(LOOK_EVERY_S)
    print("Nothing was paid in ten minutes.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
