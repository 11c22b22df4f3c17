"""What a mandate says, who gives and ends it, and what a contractor may buy under it."""

from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

# What a contractor buys with: the canteen's money and nothing else.
FUND = "CANTEEN"
MOST_NAME = 120
MOST_PHONE = 20
MOST_YEARS = 5
ENDS_SOON = timedelta(days=30)

NOT_A_SPAN = N_("截止日期不能早于开始日期和今天,最长 5 年。")
NO_SUCH_CONTRACTOR = N_("没有这个统一社会信用代码的承包企业,请先由运营中心登记。")
CANTEEN_ONLY = N_("承包企业只能使用食堂资金采购。")


class ContractorNamesUnit(Refusal):
    code = "contractor.names_a_unit"
    status = 422
    message = N_("承包企业的每张订单只为一个单位采购,请选择委托单位。个人购物请用自己的账号。")
    field = "unit_id"


class NoMandate(Refusal):
    code = "contractor.no_mandate"
    status = 403
    message = N_("您的企业现在没有这个单位的有效委托,请联系该单位的财务或管理员办理委托。")


class MandateDouble(Refusal):
    code = "contractor.mandate_double"
    message = N_("这家企业在这段时间已经有本单位的委托,请先终止原来的委托。")


class ContractorKnown(Refusal):
    code = "contractor.known"
    message = N_("名称或统一社会信用代码已经登记,请核对。")


@dataclass(frozen=True)
class NewContractor:
    name: str
    uscc: str
    phone: str


@dataclass(frozen=True)
class GivenMandate:
    """For which contractor, from which day to which, both included."""

    uscc: str
    from_on: date
    until_on: date


def wrong_mandate(given: GivenMandate, today: date) -> list[FieldError]:
    """What is wrong with the days of a mandate."""
    if is_term(given.from_on, given.until_on, today, MOST_YEARS):
        return []
    return [FieldError("until_on", NOT_A_SPAN)]


def contractors_of(identity: Identity) -> tuple[int, ...]:
    """The contractors that somebody buys for."""
    return identity.organisations(OrganisationKind.CONTRACTOR, Role.BUYER)


def gives_mandates(identity: Identity, unit_id: int) -> bool:
    """A unit's administrator or finance answers for who buys in its name."""
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.ADMIN, Role.FINANCE)
