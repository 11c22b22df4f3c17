"""What is looked for, and from which measure on. A signal is a question, never a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_
from marketplace.core.money import PPM

Thresholds = Mapping[str, int]
MOST_FEN = 10_000_000_000


class Kind(StrEnum):
    YEAR_END = "YEAR_END"
    JUST_UNDER = "JUST_UNDER"
    EXACT_GAP = "EXACT_GAP"
    REFUNDED = "REFUNDED"
    OVER_MEDIAN = "OVER_MEDIAN"
    OVER_OWN_PRICE = "OVER_OWN_PRICE"
    OVER_CAPACITY = "OVER_CAPACITY"
    SHARED = "SHARED"
    SAME_PHOTO = "SAME_PHOTO"
    QUICK_REVIEW = "QUICK_REVIEW"
    OTHER_SELLER = "OTHER_SELLER"


class Measure(StrEnum):
    """How a threshold is typed: yuan, a percentage, or a number."""

    FEN = "FEN"
    PPM = "PPM"
    NUMBER = "NUMBER"


@dataclass(frozen=True)
class Threshold:
    """One measure of a kind: what it says, what holds until another is published, its bounds."""

    name: str
    words: str
    first: int
    least: int
    most: int

    @property
    def measure(self) -> Measure:
        """Told by the end of its name."""
        ends = {"fen": Measure.FEN, "ppm": Measure.PPM}
        return ends.get(self.name.rpartition("_")[2], Measure.NUMBER)


def _days(words: str, first: int, most: int = 365) -> Threshold:
    return Threshold("days", words, first, 1, most)


def _least_fen(words: str, first: int) -> Threshold:
    return Threshold("least_fen", words, first, 0, MOST_FEN)


def _part(words: str, first: int) -> Threshold:
    return Threshold("share_ppm", words, first, 10_000, PPM)


def _factor(words: str, first: int) -> Threshold:
    return Threshold("factor_ppm", words, first, PPM // 2, 9 * PPM)


# Version 1 of each kind. What the centre publishes later takes its place from then on.
THRESHOLDS: Mapping[Kind, tuple[Threshold, ...]] = {
    Kind.YEAR_END: (
        _days(N_("年末最后几天"), 30, 180),
        _part(N_("这几天占全年采购的比例达到"), PPM // 2),
        _least_fen(N_("全年采购至少"), 1_000_000),
    ),
    Kind.JUST_UNDER: (
        Threshold("limit_fen", N_("全县通用的限额"), 1_000_000, 100, MOST_FEN),
        Threshold("margin_ppm", N_("低于限额不超过"), PPM // 10, 100, PPM // 2),
        Threshold("orders", N_("至少几张订单"), 2, 2, 20),
        _days(N_("在几天之内"), 7, 90),
    ),
    Kind.EXACT_GAP: (
        Threshold("within_fen", N_("与缺口相差不超过"), 0, 0, 1_000_000),
        _least_fen(N_("缺口至少"), 100_000),
    ),
    Kind.REFUNDED: (
        _part(N_("退款占已计入金额的比例达到"), PPM // 2),
        _days(N_("计入以后几天之内退款"), 90),
        _least_fen(N_("退款至少"), 100_000),
    ),
    Kind.OVER_MEDIAN: (
        _factor(N_("超过同类中位价的"), PPM * 13 // 10),
        _days(N_("中位价取当月之前几天的成交"), 90),
        Threshold("lines", N_("同类成交至少几行才比较"), 10, 1, 10_000),
        _least_fen(N_("这一行金额至少"), 200_000),
    ),
    Kind.OVER_OWN_PRICE: (
        _factor(N_("超过自身原价的"), PPM),
        _days(N_("原价取当月之前几天的标价"), 90),
        _least_fen(N_("这一行金额至少"), 10_000),
    ),
    Kind.OVER_CAPACITY: (_factor(N_("卖出超过核实产能的"), PPM),),
    Kind.SHARED: (
        Threshold("digits", N_("电话至少几位才比较"), 7, 5, 15),
        Threshold("names", N_("法定代表人同名也算(1 算,0 不算)"), 1, 0, 1),
    ),
    Kind.SAME_PHOTO: (Threshold("orders", N_("同一张照片用于至少几次验收"), 2, 2, 20),),
    Kind.QUICK_REVIEW: (Threshold("seconds", N_("收货后几秒之内评价"), 60, 1, 86_400),),
    Kind.OTHER_SELLER: (_least_fen(N_("发票金额至少"), 1),),
}


def first_thresholds(kind: Kind) -> Thresholds:
    """What holds for a kind where nothing was published."""
    return {one.name: one.first for one in THRESHOLDS[kind]}


def kind_of(words: str) -> Kind | None:
    """The kind that an address names."""
    return Kind(words) if words in tuple(Kind) else None
