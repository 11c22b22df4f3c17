"""The houses of the settings, each behind the same Protocol."""

from collections.abc import Mapping

from config import Provider, Settings
from marketplace.accounts.gateways.shapes import SignInHouse
from marketplace.accounts.gateways.wecom import WecomHouse


def open_houses(settings: Settings) -> Mapping[str, SignInHouse]:
    """By name; none where none is configured."""
    return {one.name: _open(one) for one in settings.providers}


def _open(provider: Provider) -> SignInHouse:
    if provider.kind == "oidc":
        # Read where it is needed: few counties have one, and its library takes its time.
        from marketplace.accounts.gateways.oidc import OidcHouse

        return OidcHouse(provider)
    return WecomHouse(provider)
