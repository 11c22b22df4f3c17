"""What a producer is paid for a month, when, and what is carried over."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from marketplace.core.clock import bounds_of, month_of
from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, Role

# Less than this is not worth a transfer: it is carried into the next month.
LEAST_PAYOUT_FEN = 100
_PERIOD = re.compile(r"^20\d{2}-(0[1-9]|1[0-2])$")


class PeriodNotOver(Refusal):
    code = "settlement.not_over"
    status = 422
    message = N_("%(period)s 还没有结束,月底之后才能结算。")


class PeriodUnknown(Refusal):
    code = "settlement.unknown_period"
    status = 422
    message = N_("请选择要结算的月份,例如 2026-10。")


class NothingToPayOut(Refusal):
    code = "settlement.nothing_to_pay"
    message = N_("这张结算单没有要付的款项,或者已经在付款中。")


class NoBankAccount(Refusal):
    code = "settlement.no_account"
    message = N_("“%(name)s”还没有登记收款账户,登记后才能付款。")


class OwnBatch(Refusal):
    code = "batch.own"
    status = 403
    message = N_("自己制作的付款批次要由另一位同事复核放行(四眼原则)。")


class BatchDecided(Refusal):
    code = "batch.decided"
    message = N_("这个付款批次的状态已经变了,不能再这样处理。请刷新页面。")


class BatchNotReleased(Refusal):
    code = "batch.not_released"
    message = N_("这个付款批次还没有放行,放行后才能下载银行文件。")


class EmptyBatch(Refusal):
    code = "batch.empty"
    status = 422
    message = N_("请至少选择一笔等待付款的款项。")


@dataclass(frozen=True)
class OpenEntry:
    """An entry of a producer's account that no settlement holds yet; owed is positive."""

    entry_id: int
    order_id: int
    amount_fen: int


def require_period(period: str, today: date) -> None:
    """A month that is over."""
    if not _PERIOD.match(period):
        raise PeriodUnknown
    if bounds_of(period)[1] > today:
        raise PeriodNotOver(period=period)


def last_period(today: date) -> str:
    """The month before this one."""
    first = today.replace(day=1)
    before = first.year * 12 + first.month - 2
    return month_of(date(before // 12, before % 12 + 1, 1))


def to_settle(
    entries: Iterable[OpenEntry], ripe: Collection[int], settled: Collection[int]
) -> list[OpenEntry]:
    """The entries of orders that nothing holds back any more: whole, with what was refunded.

    An order is ripe when its after-sale time has passed and no request is open. What is refunded
    of an order that was settled before comes at once, whatever its state: it is owed to us.
    """
    return [one for one in entries if one.order_id in ripe or one.order_id in settled]


def sums_by_month(parts: Iterable[tuple[date, int]], period: str) -> list[tuple[str, int]]:
    """What a settlement holds of each month, the oldest first; none where all is of its own."""
    sums: dict[str, int] = {}
    for day, amount_fen in parts:
        sums[month_of(day)] = sums.get(month_of(day), 0) + amount_fen
    return [] if set(sums) <= {period} else sorted(sums.items())


def is_carried(closing_fen: int) -> bool:
    """Whether a settlement is not paid but carried: we are owed, or it is too little."""
    return closing_fen < LEAST_PAYOUT_FEN


def require_cash_desk(identity: Identity) -> None:
    """Settlements are frozen and batches made by the cashier."""
    if not identity.is_in_centre(Role.CASHIER):
        raise Forbidden


def require_releaser(identity: Identity, made_by: int) -> None:
    """Four eyes: a second person of the cash desk or of operations releases what leaves."""
    if not identity.is_in_centre(Role.CASHIER, Role.OPERATOR):
        raise Forbidden
    if identity.person_id == made_by:
        raise OwnBatch
