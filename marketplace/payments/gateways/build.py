"""Which gateway there is: the real one where its key is set, none otherwise."""

from typing import TYPE_CHECKING

from config import Settings
from marketplace.payments.gateways import Gateway

if TYPE_CHECKING:
    import requests

# To connect, and to answer: nobody's page waits longer than the proxy does.
TIMEOUTS_S = (5.0, 25.0)


def open_gateway(settings: Settings) -> Gateway | None:
    if settings.stripe_secret_key is None:
        return None
    # The libraries are heavy: without a key they are never read.
    import requests
    import stripe

    from marketplace.payments.gateways.stripe import StripeGateway

    return StripeGateway(
        settings.stripe_secret_key,
        settings.stripe_webhook_secret,
        api_base=settings.stripe_api_base,
        http_client=stripe.RequestsClient(TIMEOUTS_S, _straight(requests.Session())),
    )


def _straight(line: "requests.Session") -> "requests.Session":
    """Our key goes where the setting says, and nowhere that an answer would lead it."""
    line.max_redirects = 0
    return line
