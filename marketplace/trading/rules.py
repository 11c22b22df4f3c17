"""What a mandate of a trader says, and what is refused without one."""

from dataclasses import dataclass
from datetime import date

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind

MOST_YEARS = 3

NOT_A_SPAN = N_("截止日期不能早于开始日期和今天,最长 3 年。")
NO_SUCH_TRADER = N_("没有这个统一社会信用代码的经销商,请核对;对方要先入驻。")
CHOOSE_MAKER = N_("经销商只能登记委托方生产的商品,请选择一家有有效委托的供应商。")
OWN_GOODS = N_("自己生产的商品不用选择委托方。")


class NoTradeMandate(Refusal):
    code = "trade.no_mandate"
    status = 403
    message = N_("没有「%(maker)s」的有效委托,不能销售它生产的商品。请联系对方办理委托。")


class WhichMaker(Refusal):
    code = "trade.which_maker"
    message = N_(
        "表格里分不清商品是谁生产的:您受几家供应商委托,或者还没有委托。"
        "受几家委托的请逐个登记商品,还没有的请先请生产方确认委托。"
    )


class TradeMandateDouble(Refusal):
    code = "trade.mandate_double"
    message = N_("这家经销商在这段时间已经有您的委托,请先终止原来的委托。")


@dataclass(frozen=True)
class GivenTradeMandate:
    """For which trader, from which day to which, both included."""

    uscc: str
    from_on: date
    until_on: date


def wrong_span(given: GivenTradeMandate, today: date) -> list[FieldError]:
    if is_term(given.from_on, given.until_on, today, MOST_YEARS):
        return []
    return [FieldError("until_on", NOT_A_SPAN)]


def works_for(identity: Identity, producer_id: int) -> bool:
    return identity.has_role(OrganisationKind.PRODUCER, producer_id)
