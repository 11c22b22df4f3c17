"""Units and their quota, statements, the verdict on the books, the trail."""

from marshmallow import validate

from marketplace.api.schemas.fields import (
    Input,
    Instant,
    Output,
    Text,
    TypedWhole,
    amount,
    day,
    facts,
    flag,
    phrase,
    several,
    texts,
    words,
)
from marketplace.api.schemas.paging import Paging
from marketplace.core.errors import N_


class UnitOut(Output):
    id = amount(3)
    name = words("郧阳区财政局")
    level = amount(2)
    parent_id = amount(1, allow_none=True)


class QuotaQuery(Paging):
    """The year, and which page of its entries."""

    year = TypedWhole(2026, least=2000, most=2099)


class RuleOut(Output):
    """One rule of the year; the rate is null where there is no target."""

    id = amount(1, attribute="rule_id")
    name = words("县级人均底线")
    basis = words("PER_HEAD_FLOOR")
    fund = texts("CANTEEN", "UNION", "OTHER", attribute="funds")
    target_fen = amount(4_000_000)
    counted_fen = amount(1_280_000)
    pending_fen = amount(256_000, attribute="waiting_fen")
    gap_fen = amount(2_720_000)
    rate_ppm = amount(320_000, allow_none=True)
    projected_fen = amount(1_428_000)


class QuotaEntryOut(Output):
    """An amount that counts, or stops counting: a refund is negative. It belongs to an order, to
    a purchase made offline, or to a receipt of an outlet."""

    rule_id = amount(1)
    order_id = amount(31, allow_none=True)
    offline_id = amount(4, allow_none=True)
    receipt_id = amount(12, allow_none=True)
    number = words("P7K2M9QX4-1")
    kind = words("SALE")
    amount_fen = amount()
    fund = words("CANTEEN")
    ordered_on = day("2026-11-02")
    counted_on = day("2026-11-20")


class WaitingOrderOut(Output):
    """An order that does not count yet, and what it waits for."""

    order_id = amount(32)
    number = words("P3M8N1RT6-1")
    amount_fen = amount(256_000)
    ordered_on = day("2026-11-21")
    missing = texts("payment")


class UnitQuota(Output):
    """A unit's year under each rule, and one page of the entries behind it."""

    unit_id = amount(3)
    year = amount(2026)
    headcount = amount(80)
    rules = several(RuleOut)
    waiting = several(WaitingOrderOut)
    entries = several(QuotaEntryOut)
    page = amount(1)
    per_page = amount(24)
    total = amount(1)


MONTH = N_("请填写月份,例如 2026-11。")


class Month(validate.Regexp):
    """A month as YYYY-MM, in the house's words."""

    def _format_error(self, value: str | bytes) -> str:  # noqa: ARG002
        return phrase(MONTH)


class StatementQuery(Input):
    period = Text("2026-11", most=7, required=True, validate=Month(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z"))


class StatementEntry(Output):
    """`amount_fen` is what the producer is owed by it; a refund is negative."""

    posted_on = day("2026-11-20")
    order_id = amount(31, allow_none=True)
    number = words("P7K2M9QX4-1", allow_none=True)
    narration = words("完成 P7K2M9QX4-1")
    amount_fen = amount(129_500)


class StatementOut(Output):
    """What a producer earned in a month, and what the marketplace owes them today."""

    producer_id = amount(5)
    period = words("2026-11")
    total_fen = amount(129_500)
    balance_fen = amount(129_500)
    entries = several(StatementEntry, attribute="lines")


class BreakOut(Output):
    """Two figures that should be one, and the row that is wrong."""

    check = words("quota.total")
    row = words("unit:3/rule:1/year:2026")
    expected_fen = amount(129_500, allow_none=True)
    found_fen = amount(129_499, allow_none=True)
    note = words("")


class VerdictOut(Output):
    """Whether all books agree; if not, the exact rows."""

    agrees = flag()
    breaks = several(BreakOut)


class TrailQuery(Input):
    object = Text(
        "purchase:12",
        most=81,
        required=True,
        metadata={"description": N_("对象种类加冒号加编号,例如 purchase:12。")},
    )


class TrailEntry(Output):
    """One change; `actor_id` is null for the marketplace itself."""

    at = Instant()
    actor_id = amount(7, allow_none=True)
    action = words("purchase.approved")
    origin = words("")
    before = facts({"state": "IN_APPROVAL"}, allow_none=True)
    after = facts({"state": "PLACED"}, allow_none=True)
    position = amount(118, allow_none=True)


class Trail(Output):
    """The latest changes of one object, newest first."""

    object = words("purchase:12")
    items = several(TrailEntry)
