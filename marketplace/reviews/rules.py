"""Who may say what of an order, and for which reasons of law a review may be hidden."""

from dataclasses import dataclass

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.rules import OrderState
from marketplace.uploads.rules import GivenFile

BEST = 5
MOST_TEXT = 1_000
MOST_PHOTOGRAPHS = 6
REVIEWED_IN = (OrderState.ACCEPTED, OrderState.COMPLETED)

NOT_A_RATING = N_("请选择 1 到 5 分。")
TEXT_TOO_LONG = N_("评价最多 %(most)s 个字。")
TOO_MANY_PHOTOGRAPHS = N_("最多上传 %(most)s 张照片。")
NOT_IN_THE_ORDER = N_("这个商品不在这张订单里。")
NO_WORDS = N_("请写几句话,最多 1000 个字。")

# Reviews are never deleted (电子商务法第三十九条). These are the reasons for which the law asks
# that one is not shown; each with the article that a log entry leads to.
GROUNDS = {
    "ILLEGAL": N_("违法信息(网络信息内容生态治理规定第六条)"),
    "PRIVACY": N_("泄露个人信息(个人信息保护法第十条)"),
    "INSULT": N_("侮辱、诽谤他人(民法典第一千零二十四条)"),
    "FAKED": N_("虚构交易、编造评价(反不正当竞争法第九条)"),
    "ORDERED": N_("法院或监管机关要求"),
}


class NotYetAccepted(Refusal):
    code = "review.not_yet"
    message = N_("验收以后才能评价。")


class ReviewExists(Refusal):
    code = "review.exists"
    message = N_("这个商品已经评价过了,可以在下面追加一次评价。")


class AlreadySaid(Refusal):
    code = "review.already_said"
    message = N_("这条评价已经有回复或追评,不能再改。")


@dataclass(frozen=True)
class GivenReview:
    """What a buyer says of one product of an order; of all of them where none is named."""

    rating: int
    text: str = ""
    product_id: int | None = None
    photographs: tuple[GivenFile, ...] = ()


def wrong_review(given: GivenReview) -> list[FieldError]:
    """What is wrong with a review, by field."""
    checks = (
        ("rating", NOT_A_RATING, 1 <= given.rating <= BEST, ()),
        ("text", TEXT_TOO_LONG, len(given.text) <= MOST_TEXT, (("most", MOST_TEXT),)),
        (
            "photographs",
            TOO_MANY_PHOTOGRAPHS,
            len(given.photographs) <= MOST_PHOTOGRAPHS,
            (("most", MOST_PHOTOGRAPHS),),
        ),
    )
    return [FieldError(field, words, params) for field, words, holds, params in checks if not holds]


def may_review(identity: Identity, unit_id: int | None, buyer_id: int) -> bool:
    """Whoever bought for themselves, and any buyer of the unit it was bought for."""
    if unit_id is None:
        return identity.person_id == buyer_id
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER)


def average_tenths(number: int, stars: int) -> int:
    """The mean rating in tenths, rounded half up: 46 is 4.6. Nothing said is 0."""
    return (stars * 20 + number) // (2 * number) if number else 0
