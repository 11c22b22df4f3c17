"""Which texts there are, when a version may begin to hold, and who may publish it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.core.clock import day_of, start_of
from marketplace.core.errors import N_, NotFound, Refusal
from marketplace.core.identity import Identity, Role

# E-Commerce Law, article 34: a change is shown to the public for at least seven days first.
NOTICE = timedelta(days=7)
MOST_TITLE, MOST_BODY, MOST_REASON = 80, 20_000, 500


class Kind(StrEnum):
    TERMS = "TERMS"
    PRIVACY = "PRIVACY"
    PLATFORM_RULES = "PLATFORM_RULES"
    LIVESTREAM = "LIVESTREAM"
    AFTER_SALE = "AFTER_SALE"
    QUALIFICATION = "QUALIFICATION"

    @property
    def slug(self) -> str:
        """As it stands in an address."""
        return self.value.lower().replace("_", "-")

    @property
    def waits(self) -> bool:
        """Whether changes wait for their notice. What licences say is to be shown at once
        (article 15)."""
        return self is not Kind.QUALIFICATION


KIND_WORDS = {
    Kind.TERMS: N_("服务协议"),
    Kind.PRIVACY: N_("隐私政策"),
    Kind.PLATFORM_RULES: N_("平台规则"),
    Kind.LIVESTREAM: N_("直播带货协议"),
    Kind.AFTER_SALE: N_("售后规则"),
    Kind.QUALIFICATION: N_("平台公示"),
}
# What each is about, for whoever does not read Chinese law.
KIND_SUMMARIES = {
    Kind.TERMS: N_("使用帮扶集时各方的权利和义务。"),
    Kind.PRIVACY: N_("收集哪些个人信息、为什么、保存多久,您怎样查阅、带走和注销。"),
    Kind.PLATFORM_RULES: N_("供应商入驻、商品上架、价格、产地、评价和违规处理的规则。"),
    Kind.LIVESTREAM: N_("主播、机构和供应商之间的约定:场次、链接、佣金和记录。"),
    Kind.AFTER_SALE: N_("验收、退货退款的期限和办法,谈不拢时怎样调解。"),
    Kind.QUALIFICATION: N_("谁在经营这个平台:执照、备案、许可和联系方式。"),
}


class OwnDraft(Refusal):
    """Four eyes: whoever wrote a draft last does not publish it."""

    code = "text.own_draft"
    status = 403
    message = N_("草稿由您最后修改,请另一位运营同事看过后公布。")


class DraftGone(Refusal):
    code = "text.draft_gone"
    message = N_("这份草稿已经公布或放弃了,请刷新页面查看。")


class DraftChanged(Refusal):
    """Nobody publishes or overwrites what they have not read."""

    code = "text.draft_changed"
    message = N_("您打开这一页以后,草稿又有改动。请刷新页面,看过新的内容再办理。")


class TooSoon(Refusal):
    code = "text.too_soon"
    message = N_("生效日太早:修改要先公示满 7 天,最早 %(earliest)s 生效。请改生效日,或留空。")


class SameText(Refusal):
    code = "text.same"
    message = N_("草稿和现行版本一字不差,不用公布新版本。请修改内容,或放弃草稿。")


def kind_named(slug: str) -> Kind:
    """Raises NotFound."""
    for kind in Kind:
        if kind.slug == slug:
            return kind
    raise NotFound


def earliest_day(kind: Kind, now: datetime, newest: date | None) -> date:
    """The first day on which a version published now may hold. `newest` is the day of the one
    before: None for the first of its kind, which changes nothing."""
    if newest is None or not kind.waits:
        return max(day_of(now), newest or day_of(now))
    shown_until = now + NOTICE
    day = day_of(shown_until)
    if start_of(day) < shown_until:
        day += timedelta(days=1)
    return max(day, newest)


def writes(identity: Identity) -> bool:
    """Operators write and publish; the auditor and the others of the centre read."""
    return identity.is_in_centre(Role.OPERATOR)


def reads(identity: Identity) -> bool:
    return identity.is_in_centre()


def require_other(identity: Identity, written_by: int | None) -> None:
    """Raises OwnDraft."""
    if identity.person_id == written_by:
        raise OwnDraft
