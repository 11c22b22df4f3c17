"""Which gateway there is: the real one where its key is set, none otherwise."""

from config import Settings
from marketplace.payments.gateways import Gateway


def open_gateway(settings: Settings) -> Gateway | None:
    if settings.stripe_secret_key is None:
        return None
    # The library is heavy: without a key it is never read.
    from marketplace.payments.gateways.stripe import StripeGateway

    return StripeGateway(
        settings.stripe_secret_key,
        settings.stripe_webhook_secret,
        api_base=settings.stripe_api_base,
    )
