"""What a host earns in a month, entry by entry, and how it is settled."""

from marketplace.api.schemas.books import Month
from marketplace.api.schemas.fields import (
    Instant,
    Output,
    Text,
    TypedWhole,
    amount,
    one,
    several,
    words,
)
from marketplace.api.schemas.paging import PageOutput, Paging
from marketplace.core.paging import MAX_PER_PAGE


class MonthQuery(Paging):
    """The month, this one where none is named, and which page of its entries."""

    period = Text("2026-11", most=7, validate=Month(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z"))
    per_page = TypedWhole(MAX_PER_PAGE, most=MAX_PER_PAGE, load_default=MAX_PER_PAGE)


class EarningOut(Output):
    """What a line of an order earns. Until its order is completed there is no entry, and
    `entry_id` is null; what a refund takes back is negative."""

    entry_id = amount(12, allow_none=True)
    kind = words("EARNED")
    at = Instant()
    order = words("P7K2M9QX4-1", attribute="number")
    order_id = amount(31)
    product = words("椴木香菇", attribute="product_name")
    session = words("秋菇专场", attribute="session_title")
    state = words("ESTIMATED")
    reason = words("最后一次点开的是「云霞说山货」在场次“秋菇专场”的链接。")
    base_fen = amount(12_806)
    rate_ppm = amount(100_000)
    amount_fen = amount(1_280)


class StateSumOut(Output):
    """All lines of the month in one state."""

    state = words("ESTIMATED")
    lines = amount(1)
    amount_fen = amount(1_280)


class CommissionSettlementOut(Output):
    """How the month was settled: `closing_fen` less `tax_fen` is paid. The state is that of its
    payout, null where none stands."""

    number = words("C202611P7K2M9")
    carried_fen = amount(0)
    amount_fen = amount(1_280)
    closing_fen = amount(1_280)
    tax_fen = amount(0)
    net_fen = amount(1_280)
    payout_state = words("PAID", allow_none=True)


class HostStatement(PageOutput):
    """A month of a host, and what is owed to them today over all months."""

    host_id = amount(2)
    period = words("2026-11")
    total_fen = amount(1_280)
    balance_fen = amount(1_280)
    sums = several(StateSumOut)
    settlement = one(CommissionSettlementOut, allow_none=True)
    entries = several(EarningOut)
