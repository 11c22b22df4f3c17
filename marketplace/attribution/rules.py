"""How a line's amount is split over villages, and which sums each entry adds to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.clock import month_of
from marketplace.core.money import Fen, split

# Sums that every sale touches are kept in this many parts, so that writers do not queue.
SHARDS = 8
BUSY_SCOPES = frozenset({"county"})
# What changes where a sale turns out to be another host's.
HOSTS_SCOPES = frozenset({"host", "session"})
LIVE = "LIVE"

# A village's code begins with its township's: nine digits, filled up to twelve with zeros.
TOWNSHIP_DIGITS = 9
COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Origin:
    """A village's weight in a line, by the batch it came from; offline nobody knows the batch."""

    batch_id: int | None
    village_code: str
    weight: int


@dataclass(frozen=True)
class AttributedLine:
    """A line's goods amount that became a sale (or, negative, stopped being one).

    Of an offline purchase or a receipt the id is that of its own line.
    """

    order_line_id: int
    product_id: int
    workshop_id: int | None
    amount_fen: int
    origins: tuple[Origin, ...]
    # Whose sale it was, where a host sold it.
    host_id: int | None = None
    session_id: int | None = None


@dataclass(frozen=True)
class Sale:
    """What all lines of an order have in common, and the source that makes its entries unique.

    It was ordered here, bought offline, or sold over the counter of an outlet.
    """

    source: str
    order_id: int | None
    unit_id: int | None
    fund: str
    producer_id: int
    channel: str
    counted_on: date
    offline_id: int | None = None
    receipt_id: int | None = None

    @property
    def kind(self) -> str:
        """Where it was sold: `order`, `offline` or `receipt`."""
        if self.receipt_id is not None:
            return "receipt"
        return "order" if self.offline_id is None else "offline"

    @property
    def serial(self) -> int:
        """What spreads the sale over shards."""
        found = self.order_id or self.offline_id or self.receipt_id
        assert found is not None, self
        return found


@dataclass(frozen=True)
class Part:
    """One village's part of a line."""

    line: AttributedLine
    origin: Origin
    amount_fen: Fen


def split_line(line: AttributedLine, remaining: Mapping[tuple[int | None, str], int]) -> list[Part]:
    """The line's amount over its origins, by largest remainder.

    A sale is split by the weights frozen when it was placed. A refund is split by what remains
    with each village, so that every sequence of refunds ends at exactly nothing.
    """
    weights = [
        origin.weight
        if line.amount_fen > 0
        else remaining.get((origin.batch_id, origin.village_code), 0)
        for origin in line.origins
    ]
    parts = split(line.amount_fen, weights)
    return [
        Part(line, origin, part)
        for origin, part in zip(line.origins, parts, strict=True)
        if part != 0
    ]


def channel_of(sale: Sale, line: AttributedLine) -> str:
    """What a host sold was sold live, wherever the rest of its purchase came from."""
    return LIVE if line.host_id else sale.channel


def township_of(village_code: str) -> str:
    return village_code[:TOWNSHIP_DIGITS] + "000"


def county_of(village_code: str) -> str:
    return village_code[:COUNTY_DIGITS]


Key = tuple[str, str, str, str]


def keys_of(sale: Sale, part: Part) -> Iterable[Key]:
    """The sums (scope, its key, part, its key) that one village's part of a line adds to."""
    month = month_of(sale.counted_on)
    village = part.origin.village_code
    township = township_of(village)
    county = county_of(village)
    product = str(part.line.product_id)
    producer = str(sale.producer_id)
    yield "village", village, "month", month
    yield "village", village, "product", product
    yield "village", village, "producer", producer
    yield "village", village, "buyer", "UNIT" if sale.unit_id else "PERSON"
    yield "township", township, "month", month
    yield "township", township, "village", village
    yield "county", county, "month", month
    yield "county", county, "township", township
    yield "county", county, "village", village
    yield "county", county, "product", product
    yield "county", county, "producer", producer
    yield "county", county, "channel", channel_of(sale, part.line)
    yield "producer", producer, "month", month
    yield "producer", producer, "village", village
    yield "producer", producer, "product", product
    if sale.unit_id:
        yield "unit", str(sale.unit_id), "month", month
        yield "unit", str(sale.unit_id), "village", village
        yield "unit", str(sale.unit_id), "producer", producer
    if part.line.host_id:
        yield "host", str(part.line.host_id), "month", month
        yield "host", str(part.line.host_id), "product", product
    if part.line.session_id:
        yield "session", str(part.line.session_id), "month", month
        yield "session", str(part.line.session_id), "product", product
        yield "session", str(part.line.session_id), "village", village


def sums_of(sale: Sale, parts: Sequence[Part]) -> dict[Key, int]:
    """What an order adds to every sum, each sum once."""
    sums: dict[Key, int] = {}
    for part in parts:
        for key in keys_of(sale, part):
            sums[key] = sums.get(key, 0) + part.amount_fen
    return sums


def shard_of(scope: str, serial: int) -> int:
    return serial % SHARDS if scope in BUSY_SCOPES else 0
