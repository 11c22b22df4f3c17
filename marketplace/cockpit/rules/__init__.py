"""What the cockpit counts, when it is old, and who may act."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, Role

EVERY = timedelta(minutes=5)
# Figures that missed two turns say so.
STALE_AFTER = timedelta(minutes=15)
# A proof that is older says nothing about today.
PROOF_HOLDS = timedelta(days=2)
QUIET_DAYS = 90


class Family(StrEnum):
    """What is counted together, and replaced together."""

    WAITING = "waiting"
    UNITS = "units"
    VILLAGES = "villages"
    STOCK = "stock"
    MATCHES = "matches"


class MatchSentAlready(Refusal):
    """Once a week is a reminder; more often is noise."""

    code = "match.sent_already"
    message = N_("这条建议本周已经发给该单位,下周一以后可以再发。")


class NothingToSuggest(Refusal):
    code = "match.nothing_to_suggest"
    message = N_("这条建议已经不成立:单位已完成,或者该村没有可计入的货了。请回到名单看看别的。")


class NobodyToTell(Refusal):
    code = "match.nobody_to_tell"
    message = N_("这个单位还没有经办或财务人员的账号,发了也没有人看到。请先联系该单位开通账号。")


class ProofAskedAlready(Refusal):
    code = "books.asked_already"
    message = N_("对账已经在排队或正在进行,完成后结论会出现在这一页。")


class NothingToRetry(Refusal):
    code = "jobs.nothing_to_retry"
    message = N_("这项工作已经完成,或者正在进行,不用重试。请刷新页面查看。")


def reads(identity: Identity) -> bool:
    """Everyone in the operations centre; the auditor reads everything."""
    return identity.is_in_centre()


def operates(identity: Identity) -> bool:
    """Operators send suggestions, ask for proofs and retry jobs."""
    return identity.is_in_centre(Role.OPERATOR)


def week_of(day: date) -> str:
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02d}"


def is_stale(made_at: datetime, now: datetime) -> bool:
    return now - made_at > STALE_AFTER
