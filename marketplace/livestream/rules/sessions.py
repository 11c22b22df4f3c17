"""A session from its plan to its record: states, times, and who may do what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.core.clock import years_after
from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity
from marketplace.hosts.rules import works_for_host

MOST_TITLE = 80
MOST_SCRIPT = 500
MOST_REASON = 500
MOST_LINK = 400
MOST_OFFERS = 100
MOST_MINUTES = 720
MOST_LIMIT = 10_000
USUAL_MINUTES = 10
USUAL_LENGTH = timedelta(hours=3)
LONGEST = timedelta(hours=12)
FURTHEST = timedelta(days=60)
# A session that began while its plan was still being typed.
LATE_BY = timedelta(hours=1)
# How long before its hour a session may start, and after its planned end is ended for its host.
AHEAD = timedelta(minutes=30)
LEFT_OPEN = timedelta(hours=2)
# 网络交易监督管理办法第二十条: videos of sales by livestream are kept for at least three years.
KEPT_YEARS = 3

TOO_SOON = N_("开始时间已经过去了,请填写以后的时间。")
TOO_FAR = N_("最多提前 60 天安排,请填写更近的时间。")
NOT_A_LENGTH = N_("结束要在开始之后,一场最长 12 小时。")
NOT_HTTPS = N_("请填写以 https:// 开头的完整回放地址。")
NOT_A_HASH = N_("SHA-256 是 64 位十六进制字符(0–9、a–f),请从录像文件计算后粘贴。")


class SessionState(StrEnum):
    PLANNED = "PLANNED"
    LIVE = "LIVE"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


class Check(StrEnum):
    NOT_NEEDED = "NOT_NEEDED"
    WAITING = "WAITING"
    PASSED = "PASSED"
    REFUSED = "REFUSED"


class OfferState(StrEnum):
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    REFUSED = "REFUSED"


class Kind(StrEnum):
    """What an entry of the record is about."""

    PLANNED = "PLANNED"
    OFFERED = "OFFERED"
    CHANGED = "CHANGED"
    REMOVED = "REMOVED"
    ANSWERED = "ANSWERED"
    PASSED = "PASSED"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"
    STARTED = "STARTED"
    ENDED = "ENDED"
    RECORDED = "RECORDED"
    CORRECTED = "CORRECTED"


MAY_START = frozenset({Check.NOT_NEEDED, Check.PASSED})
STATE_WORDS = {
    SessionState.PLANNED: N_("计划中"),
    SessionState.LIVE: N_("直播中"),
    SessionState.ENDED: N_("已下播"),
    SessionState.CANCELLED: N_("已取消场次"),
}
CHECK_WORDS = {
    Check.NOT_NEEDED: N_("不用预审"),
    Check.WAITING: N_("等待预审"),
    Check.PASSED: N_("预审通过"),
    Check.REFUSED: N_("预审没有通过"),
}
OFFER_WORDS = {
    OfferState.PROPOSED: N_("等供应商答复"),
    OfferState.AGREED: N_("佣金已约定"),
    OfferState.REFUSED: N_("供应商没有同意"),
}
KIND_WORDS = {
    Kind.PLANNED: N_("安排了这一场"),
    Kind.OFFERED: N_("加入商品"),
    Kind.CHANGED: N_("修改了讲解安排"),
    Kind.REMOVED: N_("移出商品"),
    Kind.ANSWERED: N_("供应商答复"),
    Kind.PASSED: N_("区县预审通过"),
    Kind.REFUSED: N_("区县预审没有通过"),
    Kind.CANCELLED: N_("取消了这一场"),
    Kind.STARTED: N_("已开播"),
    Kind.ENDED: N_("已下播"),
    Kind.RECORDED: N_("录像已登记"),
    Kind.CORRECTED: N_("更正说明"),
}


class WrongState(Refusal):
    """The session is not where this step begins."""

    code = "session.wrong_state"
    message = N_("这一场的状态已经变了,不能做这一步。请刷新页面看看现在是什么状态。")


class NotChecked(Refusal):
    code = "session.not_checked"
    message = N_("区县运营中心还没有通过这一场的预审,不能开播。没有通过的请先改好,会再次送审。")


class HostSuspended(Refusal):
    code = "session.host_suspended"
    message = N_("这个直播间已被运营中心暂停,不能安排新场次、加商品或开播。请联系运营中心。")


class TooEarly(Refusal):
    code = "session.too_early"
    message = N_("最早在计划开始前 30 分钟开播,请到 %(earliest)s 再试。")


class AnotherLive(Refusal):
    code = "session.another_live"
    message = N_("“%(title)s”还在直播,同时只能有一场。请先结束那一场。")


class NothingToSell(Refusal):
    code = "session.nothing_to_sell"
    message = N_("这一场还没有商品,不能开播。请先加入至少一件商品。")


class OfferDouble(Refusal):
    code = "offer.double"
    message = N_("“%(product)s”已经在这一场里了。")


class TooManyOffers(Refusal):
    code = "offer.too_many"
    status = 422
    message = N_("一场最多 100 件商品,请先移出几件。")
    field = "products"


class OfferAnswered(Refusal):
    code = "offer.answered"
    message = N_("这个提议已经答复过了,请刷新页面看看结果。")


class ChangedSince(Refusal):
    """What was looked at is not what would be passed."""

    code = "session.changed_since"
    message = N_("您打开页面以后,这一场又有改动。请再看一遍,然后决定。")


class OwnSession(Refusal):
    """Nobody looks at what they are about to say themselves."""

    code = "session.own_check"
    status = 403
    message = N_("您为这个直播间工作,不能预审自己的场次。请由另一位同事办理。")


@dataclass(frozen=True)
class SessionWish:
    """A session as its host plans it."""

    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Talk:
    """How a product is presented: packs per person, minutes, and what is said."""

    limit_per_person: int | None = None
    minutes: int = USUAL_MINUTES
    script: str = ""


@dataclass(frozen=True)
class OfferWish:
    """A product for a session, and the commission that the host asks for it."""

    product_id: int
    rate_ppm: int
    talk: Talk = Talk()


@dataclass(frozen=True)
class Recording:
    """Where the recording of a session lies, and the hash that says that it is the same."""

    link: str
    sha256: str


def wrong_times(wish: SessionWish, now: datetime) -> list[FieldError]:
    """What is wrong with the hours of a session."""
    errors = []
    if wish.starts_at < now - LATE_BY:
        errors.append(FieldError("starts_at", TOO_SOON))
    if wish.starts_at > now + FURTHEST:
        errors.append(FieldError("starts_at", TOO_FAR))
    if not wish.starts_at < wish.ends_at <= wish.starts_at + LONGEST:
        errors.append(FieldError("ends_at", NOT_A_LENGTH))
    return errors


def kept_until(ended_at: datetime) -> datetime:
    """Until when the record of a session is kept at least."""
    return years_after(ended_at, KEPT_YEARS)


def is_public(check_state: str) -> bool:
    """Whether everyone may know of a session, called off or not."""
    return check_state in MAY_START


def sees_session(identity: Identity, host_id: int) -> bool:
    """Who sees a session before everyone does."""
    return works_for_host(identity, host_id) or identity.is_in_centre()
