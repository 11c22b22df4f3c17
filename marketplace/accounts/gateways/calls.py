"""Calls to other houses: never long, never elsewhere, never more than they need to say."""

import json
from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlsplit

import requests

from encryption import wrong_of_web
from marketplace.accounts.gateways.shapes import OutsideRefused

TIMEOUTS_S = (3, 5)
MOST_BYTES = 512 * 1024


def require_host(address: str, hosts: Collection[str]) -> str:
    """The address, where it leads to a host that was configured. Raises OutsideRefused."""
    parts = urlsplit(address)
    if wrong_of_web(address) or parts.netloc not in hosts:
        raise OutsideRefused
    return address


def read_json(address: str, hosts: Collection[str], **query: str) -> dict[str, Any]:
    """What a house says at an address. Raises OutsideRefused."""
    require_host(address, hosts)
    try:
        with requests.get(
            address, params=query, timeout=TIMEOUTS_S, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code != 200:
                raise OutsideRefused
            content = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError):
        raise OutsideRefused from None
    if len(content) > MOST_BYTES:
        raise OutsideRefused
    try:
        said = json.loads(content)
    except ValueError:
        raise OutsideRefused from None
    if not isinstance(said, dict):
        raise OutsideRefused
    return cast(dict[str, Any], said)
