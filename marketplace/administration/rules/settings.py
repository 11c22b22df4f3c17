"""What a county may set for itself, within which bounds, and what holds until it does."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from marketplace.core.errors import N_


class Measure(StrEnum):
    DAYS = "DAYS"
    PACKS = "PACKS"
    FEN = "FEN"
    # One of `Demanded`.
    OF_WHOM = "OF_WHOM"


class Demanded(IntEnum):
    """Of whom a county asks a second step; each number asks of all those before it, too."""

    NOBODY = 0
    OFFICIALS = 1
    EVERYONE = 2


# In the order of `Demanded`.
DEMANDED_WORDS = (N_("不要求任何人"), N_("要求审批、财务和运营中心"), N_("要求所有登录的人"))


class Name(StrEnum):
    ACCEPTANCE_BY_ANOTHER_FEN = "acceptance_by_another_fen"
    APPROVAL_REMINDER_DAYS = "approval_reminder_days"
    NEAR_EXPIRY_DAYS = "near_expiry_days"
    LOW_STOCK_PACKS = "low_stock_packs"
    SECOND_STEP_REQUIRED = "second_step_required"


@dataclass(frozen=True)
class Setting:
    """Each acts forward only: no total is computed from it, so nothing past changes with it."""

    words: str
    about: str
    measure: Measure
    default: int
    least: int
    most: int
    # What each value is called, where it is no number.
    choices: tuple[str, ...] = ()


SETTINGS: dict[str, Setting] = {
    Name.ACCEPTANCE_BY_ANOTHER_FEN: Setting(
        N_("另一人验收的起点金额"),
        N_("单位的订单,货款达到这个数的由经办人以外的人验收。"),
        Measure.FEN,
        1_000_000,
        10_000,
        100_000_000,
    ),
    Name.APPROVAL_REMINDER_DAYS: Setting(
        N_("催办审批的期限"),
        N_("采购单等了这么多个工作日没有审批,提醒审批人一次。"),
        Measure.DAYS,
        2,
        1,
        10,
    ),
    Name.NEAR_EXPIRY_DAYS: Setting(
        N_("临期的天数"),
        N_("保质期剩下不到这么多天的批次列为快到期的货。"),
        Measure.DAYS,
        60,
        7,
        365,
    ),
    Name.LOW_STOCK_PACKS: Setting(
        N_("库存偏低的件数"),
        N_("在售规格剩下不到这么多件,出现在供应商今天的工作里。"),
        Measure.PACKS,
        20,
        1,
        10_000,
    ),
    Name.SECOND_STEP_REQUIRED: Setting(
        N_("登录要第二步验证"),
        N_(
            "登录时除了密码还要验证器或通行密钥,可以不要求、只要求管钱和管事的岗位"
            "(单位的审批、财务和运营中心的全体人员),或者要求所有登录的人,"
            "包括采购员、供应商、主播和自己买东西的人。"
            "还没有开通的人登录后先去开通,开通以前不能办理业务;"
            "改动在一分钟内生效。不属于哪个县的人按本站所在县的要求。"
        ),
        Measure.OF_WHOM,
        Demanded.NOBODY,
        Demanded.NOBODY,
        Demanded.EVERYONE,
        DEMANDED_WORDS,
    ),
}
