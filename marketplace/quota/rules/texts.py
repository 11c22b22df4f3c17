"""What a rule must say to make sense before it may be published."""

from dataclasses import dataclass

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal
from marketplace.core.money import PPM
from marketplace.quota.rules import Basis, RecognitionPoint

RATIOS = (Basis.CANTEEN_RATIO, Basis.WELFARE_RATIO)
PER_HEAD = (Basis.PER_HEAD_FLOOR, Basis.PER_HEAD_CAP)
MOST_PER_HEAD_FEN = 100_000_000
FUNDS = ("CANTEEN", "UNION", "INDIVIDUAL", "OTHER")
# Province, city, county, township, village: where a division code may be cut.
PREFIX_LENGTHS = (2, 4, 6, 9, 12)

NO_AMOUNT = N_("人均规则要写金额,从 0.01 元到 100 万元。")
NO_RATIO = N_("比例规则要写比例,大于 0 且不超过 100%%。")
NO_FUNDS = N_("至少选择一种资金渠道。")
NO_AREA = N_("请填写区划代码的前 2、4、6、9 或 12 位数字。")
NO_PREFIX = N_("产地请填写区划代码的前几位,用逗号分开,例如 420304,420322。")


class PublishedAlready(Refusal):
    """Yesterday's sales were counted by it, so it stays as it is."""

    code = "quota.rule_published"
    message = N_("已经发布的版本不能修改。请以它为底稿,起草一个新版本。")


@dataclass(frozen=True)
class RuleText:
    """What a rule says. Publishing it makes a version that never changes."""

    code: str
    year: int
    name: str
    basis: str
    area: str
    funds: tuple[str, ...]
    legal_reference: str
    amount_fen: int = 0
    ratio_ppm: int = 0
    version: int = 1
    certificate_required: bool = True
    recognition_point: str = "COMPLETED"
    freight_counts: bool = False
    is_hard: bool = False
    origin_prefixes: tuple[str, ...] = ()


def is_prefix(code: str) -> bool:
    """Whether a code is one that divisions begin with."""
    return code.isascii() and code.isdigit() and len(code) in PREFIX_LENGTHS


def require_sense(text: RuleText) -> None:
    """Raises InvalidInput with every field that does not make sense."""
    assert text.basis in tuple(Basis), text.basis
    assert text.recognition_point in tuple(RecognitionPoint), text.recognition_point
    wrong = {
        "amount": NO_AMOUNT
        if text.basis in PER_HEAD and not 1 <= text.amount_fen <= MOST_PER_HEAD_FEN
        else None,
        "ratio": NO_RATIO if text.basis in RATIOS and not 1 <= text.ratio_ppm <= PPM else None,
        "funds": None if text.funds and set(text.funds) <= set(FUNDS) else NO_FUNDS,
        "area": None if is_prefix(text.area) else NO_AREA,
        "origins": None if all(map(is_prefix, text.origin_prefixes)) else NO_PREFIX,
    }
    errors = [FieldError(field, message) for field, message in wrong.items() if message]
    if errors:
        raise InvalidInput(*errors)


# What other counties begin with. The law that each stands on belongs into the county's own text.
PROFILES = (
    RuleText(
        code="per-head-floor",
        year=0,
        name="职工人均采购额",
        basis=Basis.PER_HEAD_FLOOR,
        area="",
        funds=("CANTEEN", "UNION", "OTHER"),
        legal_reference="",
        amount_fen=50_000,
    ),
    RuleText(
        code="union-cap",
        year=0,
        name="工会福利人均上限",
        basis=Basis.PER_HEAD_CAP,
        area="",
        funds=("UNION",),
        legal_reference="",
        amount_fen=50_000,
        certificate_required=False,
    ),
    RuleText(
        code="canteen-ratio",
        year=0,
        name="食堂食材采购比例",
        basis=Basis.CANTEEN_RATIO,
        area="",
        funds=("CANTEEN",),
        legal_reference="",
        ratio_ppm=100_000,
    ),
)
