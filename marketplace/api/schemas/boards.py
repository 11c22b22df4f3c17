"""The board of a session."""

from marketplace.api.schemas.fields import (
    Choice,
    Instant,
    Output,
    amount,
    one,
    several,
    texts,
    words,
)
from marketplace.livestream.rules.sessions import SessionState


class StockLeft(Output):
    """Packs of a product that can still be ordered."""

    product_id = amount(9)
    name = words("房前椴木香菇")
    available = amount(240)


class GoodSold(Output):
    """What was sold of a product."""

    product_id = amount(9)
    name = words("房前椴木香菇")
    orders = amount(21)
    packs = amount(34)
    amount_fen = amount(217_702)


class MinuteSold(Output):
    """What was ordered in the minute that began then."""

    minute = Instant()
    orders = amount(3)
    amount_fen = amount(19_209)


class BoardOut(Output):
    """A session as it stands: what was ordered and not called off, refused or given back. The
    commission is that of host and agency together, recognised already or not."""

    id = amount(4)
    title = words("秋菇专场")
    state = Choice(SessionState)
    started_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    orders = amount(58)
    amount_fen = amount(412_300)
    commission_fen = amount(41_230)
    host_fen = amount(28_861)
    agency_fen = amount(12_369)
    villages = amount(6)
    village_names = texts("会沟村", "云彩山村")
    stock = several(StockLeft)
    goods = several(GoodSold)
    # The last hour, until now or the end of the session, the busy minutes and the others.
    per_minute = several(MinuteSold)
    peak = one(MinuteSold, allow_none=True)
    as_of = Instant()
