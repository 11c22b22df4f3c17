"""What a contract between an agency and a host says, and how long it stands."""

from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Refusal

MOST_YEARS = 3

NOT_A_TERM = N_("截止日期不能早于开始日期和今天,最长 3 年。")
IN_THE_PAST = N_("开始日期不能早于今天:以前的订单仍按当天的分成计算。")
NO_SUCH_HOST = N_("没有这个口令的主播,请与主播核对。")
HOST_SUSPENDED = N_("这位主播已被暂停,恢复以后才能签约。")
TOO_EARLY = N_("终止日期不能早于今天。")
TOO_LATE = N_("合约在 %(until_on)s 就到期了,请填写更早的日期。")


class ContractWaits(Refusal):
    code = "host.contract_waits"
    message = N_("已经向这位主播提出过一份合约,正在等答复。要改内容,请先撤回。")


class ContractAnswered(Refusal):
    code = "host.contract_answered"
    message = N_("这份合约已经有了结果,请刷新页面查看。")


class ContractsOverlap(Refusal):
    """A host belongs to one agency on a day."""

    code = "host.contracts_overlap"
    message = N_("这段时间已经有与 %(name)s 的合约,请先终止那份合约,或者不同意这一份。")


class ContractLapsed(Refusal):
    code = "host.contract_lapsed"
    message = N_("这份合约的期限已经过去,请机构重新提出。")


class AgencySuspended(Refusal):
    code = "host.agency_suspended"
    status = 403
    message = N_("机构已被暂停,不能提出新的合约。理由见机构页面。")


@dataclass(frozen=True)
class GivenContract:
    """What an agency proposes: to which host, for which share, from which day to which."""

    code: str
    share_ppm: int
    from_on: date
    until_on: date


def wrong_contract(given: GivenContract, today: date) -> list[FieldError]:
    """What is wrong with the days of a proposal."""
    if given.from_on < today:
        return [FieldError("from_on", IN_THE_PAST)]
    if not is_term(given.from_on, given.until_on, today, MOST_YEARS):
        return [FieldError("until_on", NOT_A_TERM)]
    return []


def wrong_end(ends_on: date, until_on: date, today: date) -> list[FieldError]:
    """What is wrong with the day from which a contract is to hold no longer."""
    if ends_on < today:
        return [FieldError("ends_on", TOO_EARLY)]
    if ends_on > until_on:
        params = (("until_on", until_on),)
        return [FieldError("ends_on", TOO_LATE, params)]
    return []


def last_day_before(ends_on: date, from_on: date) -> date | None:
    """The last day that a contract holds which ends on a day; None where it never held whole."""
    last = ends_on - timedelta(days=1)
    return last if last >= from_on else None
