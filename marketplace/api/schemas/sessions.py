"""Sessions of livestreams: what a host plans, and how it stands."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, post_load

from marketplace.api.schemas.fields import (
    Choice,
    Input,
    Instant,
    Many,
    Output,
    Text,
    Whole,
    amount,
    several,
    words,
)
from marketplace.core.errors import N_
from marketplace.livestream.rules import sessions as rules
from marketplace.livestream.rules.plans import MOST_RATE_PPM
from marketplace.livestream.rules.sessions import OfferWish, SessionWish

NOT_AN_INSTANT = N_("请填写带时区的 ISO 8601 时刻,例如 2026-11-23T12:00:00Z。")
# The hour that the example shows.
_EXAMPLE = "2026-11-23T12:00:00Z"


class GivenInstant(Text):
    """An instant that comes in: ISO 8601 with its zone, so that nobody guesses the hour."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(_EXAMPLE, most=40, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        typed = super()._deserialize(value, attr, data)
        try:
            instant = datetime.fromisoformat(typed) if typed.isascii() else None
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None or not 2000 < instant.year < 2099:
            raise ValidationError(NOT_AN_INSTANT)
        return instant.astimezone(UTC)


class NewOffer(Input):
    """A product and the commission that the host asks for it."""

    product_id = Whole(9, required=True)
    commission_ppm = Whole(100_000, most=MOST_RATE_PPM, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OfferWish:
        return OfferWish(data["product_id"], data["commission_ppm"])


class NewSession(Input):
    """Planned for three hours from its start."""

    title = Text("秋菇专场", most=rules.MOST_TITLE, required=True)
    starts_at = GivenInstant(required=True)
    products = Many(NewOffer, most=rules.MOST_OFFERS, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> tuple[SessionWish, list[OfferWish]]:
        begin = data["starts_at"]
        return SessionWish(data["title"], begin, begin + rules.USUAL_LENGTH), data["products"]


class SessionLink(Output):
    """The address that leads to a product and says by whom."""

    product_id = amount(9)
    code = words("7KQ2M9XBD4TA")
    url = words("https://market.example/l/7KQ2M9XBD4TA")


class SessionProduct(Output):
    """A product and whether its producer has agreed to the commission."""

    product_id = amount(9)
    name = words("房前椴木香菇", attribute="product_name")
    commission_ppm = amount(100_000, attribute="rate_ppm")
    state = Choice(rules.OfferState)


class HostSession(Output):
    """A session: `check` says whether the county has looked at it, where it must."""

    id = amount(4)
    title = words("秋菇专场")
    starts_at = Instant()
    ends_at = Instant()
    started_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    state = Choice(rules.SessionState)
    check = Choice(rules.Check, attribute="check_state")
    products = several(SessionProduct)
    links = several(SessionLink)
