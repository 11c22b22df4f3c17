"""Whom a purchase will be credited to, told before it is placed."""

from flask import request

from marketplace.core.errors import InvalidInput
from marketplace.core.identity import Identity
from marketplace.hosts.queries import find_host_by_code
from marketplace.livestream.queries.claims import own_hosts, touches_of, verdicts_of
from marketplace.livestream.routes.touches import read_touches
from marketplace.livestream.rules.claims import EARNS, Signals
from marketplace.livestream.rules.links import Followed
from marketplace.ordering.queries import Basket
from marketplace.web import now, session
from marketplace.web.fields import Fields


def credited(identity: Identity, basket: Basket) -> list[tuple[str, str]]:
    """(product, host) of what is a host's sale as things stand; the rest is not mentioned."""
    lines = [line for group in basket.groups for line in group.lines if line.problem is None]
    names = {line.product_id: line.product_name for line in lines}
    followed = [Followed(*touch) for touch in read_touches()]
    # What cannot be bought as it stands is nobody's sale; in a rush that is most of what is asked.
    host_id = _typed_host() if names else None
    if not names or (host_id is None and not followed):
        return []
    signals = Signals(
        code_host_id=host_id,
        touches=touches_of(session(), followed),
        at=now(),
        is_unit=False,
        own_hosts=own_hosts(session(), identity, now()),
    )
    found = verdicts_of(session(), names, signals)
    hosts = {
        key: str(dict(one.facts)["host"]) for key, one in found.items() if one.outcome in EARNS
    }
    return [(names[key], hosts[key]) for key in names if key in hosts]


def _typed_host() -> int | None:
    """The host of a code that was typed, where the form is shown again."""
    fields = Fields(request.form)
    try:
        code = fields.text("host_code", 12, required=False)
        fields.check()
        return find_host_by_code(session(), code)
    except InvalidInput:
        return None
