"""The houses of the settings, each behind the same Protocol."""

from collections.abc import Mapping

from config import Provider, Settings
from marketplace.accounts.gateways.shapes import SignInHouse


def open_houses(settings: Settings) -> Mapping[str, SignInHouse]:
    """By name; none where none is configured."""
    return {one.name: _open(one) for one in settings.providers}


def _open(provider: Provider) -> SignInHouse:
    # Read where they are needed: few counties have one, and their libraries take their time.
    if provider.kind == "oidc":
        from marketplace.accounts.gateways.oidc import OidcHouse

        return OidcHouse(provider)
    from marketplace.accounts.gateways.wecom import WecomHouse

    return WecomHouse(provider)
