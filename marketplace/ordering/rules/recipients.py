"""People on a staff list: what a phone number is, and who may read whose."""

import re
import unicodedata

from marketplace.core.errors import N_, Refusal
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ordering.rules.access import is_buyers_side
from marketplace.ordering.rules.states import OrderState

NOT_A_PHONE = N_("请填写能接通的电话号码,例如 13800000000 或 0719-7220000。")
# While an order stands here its producer packs and sends, and must know to whom.
BEING_SENT = frozenset(
    {OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.RECEIVED, OrderState.ACCEPTED}
)
# How much of an address still says where the goods went, and not to whom.
SHOWN_OF_ADDRESS = 6

# 12345 and the like; what is longer and begins with 1 is a mobile number.
LONGEST_SERVICE = 6
_MOBILE = re.compile(r"^1[3-9][0-9]{9}$")
_PHONE = re.compile(r"^\+?[0-9][0-9\- ]{5,18}$")


class LinesFromList(Refusal):
    """The lines of a purchase are the sums of its staff list, and nothing else."""

    code = "gifts.lines_from_list"
    message = N_("这张采购单的数量来自职工名单。要改数量,请替换名单。")


class AmountExceeded(Refusal):
    """Prices have risen since the list was made."""

    code = "gifts.amount_exceeded"
    message = N_(
        "今天的价格下,第 %(place)s 位(%(name)s)的慰问品超过了名单上的金额,请重新选择后再提交。"
    )


class SumChanged(Refusal):
    code = "gifts.sum_changed"
    message = N_("价格或运费刚有变化,请核对新的合计,再提交一次。")


class SentByPeople(Refusal):
    """What is left for some of the people cannot be told from packs alone."""

    code = "gifts.sent_by_people"
    status = 422
    message = N_("这张订单按名单发货。请在「收件人与包裹」里选收货地址,或者上传填好运单号的表格。")


class AlreadySent(Refusal):
    code = "gifts.already_sent"
    message = N_("这位同事的包裹都已发出,地址不能再改。请联系承运方。")


def plain_phone(typed: str) -> str:
    """A number as it is kept: full-width digits become plain ones."""
    return unicodedata.normalize("NFKC", typed).strip()


def is_phone(plain: str) -> bool:
    """What begins like a mobile number is a whole one: a digit is soon lost."""
    if len(plain) > 20 or not _PHONE.match(plain):
        return False
    digits = comparable(plain)
    return (
        not digits.startswith("1") or len(digits) <= LONGEST_SERVICE or bool(_MOBILE.match(digits))
    )


def sees_people_of(
    identity: Identity, owner: tuple[int | None, int], producer_id: int | None, state: str
) -> bool:
    """Whether names, phones and addresses are shown in full. The owner is (unit, buyer).

    The unit's office reads its own list until the order has ended; a producer reads it while
    they pack and send. Afterwards, and for the operations centre always, it is masked.
    """
    if is_buyers_side(identity, *owner):
        return state in BEING_SENT or state in (OrderState.DRAFT, OrderState.PLACED)
    mine = producer_id is not None and identity.has_role(OrganisationKind.PRODUCER, producer_id)
    return mine and state in BEING_SENT


def comparable(phone: str) -> str:
    """A number as far as two of them can be compared."""
    for sign in (" ", "-", "+86", "(", ")"):
        phone = phone.replace(sign, "")
    return phone


def words_to_mark(phone: str) -> str:
    """What the mark of a number is made of: of nothing else that is marked."""
    plain = comparable(phone)
    return f"phone:{plain}" if plain else ""


def mask_phone(phone: str) -> str:
    """`138****0000`; of a short number nothing is left."""
    digits = [character for character in phone if character.isdigit()]
    if len(digits) < 9:
        return "****" if phone else ""
    return f"{''.join(digits[:3])}****{''.join(digits[-4:])}"


def mask_address(address: str) -> str:
    return f"{address[:SHOWN_OF_ADDRESS]}****" if address else ""
