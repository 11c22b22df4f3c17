"""Capacities: what can be declared, who decides, and when more was sold than can be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.money import PPM

GRAMS_PER_KILOGRAM = 1000
MOST_AMOUNT = 1_000_000_000


class Period(StrEnum):
    YEAR = "YEAR"
    MONTH = "MONTH"


class Measure(StrEnum):
    KILOGRAM = "KILOGRAM"
    PACK = "PACK"


class CapacityState(StrEnum):
    DECLARED = "DECLARED"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"


class CapacityDecided(Refusal):
    code = "capacity.decided"
    message = N_("这份产能申报已经有了结论,请刷新页面查看。")


class OwnCapacity(Refusal):
    code = "capacity.own"
    status = 403
    message = N_("自己申报的产能要由另一个人核实,请交给同事。")


@dataclass(frozen=True)
class DeclaredCapacity:
    """So much in a year or in a month."""

    period: str
    measure: str
    amount: int


@dataclass(frozen=True)
class SoldMonth:
    """What a workshop sold in one month: packs, and their weight."""

    packs: int = 0
    weight_g: int = 0


def wrong_capacity(declared: DeclaredCapacity) -> list[FieldError]:
    """Everything that is wrong with a declaration, by field."""
    checks = (
        ("period", N_("请选择按年或按月。"), declared.period in tuple(Period)),
        ("measure", N_("请选择公斤或件。"), declared.measure in tuple(Measure)),
        ("amount", N_("产能要在 1 到 10 亿之间,填整数。"), 1 <= declared.amount <= MOST_AMOUNT),
    )
    return [FieldError(field, words) for field, words, holds in checks if not holds]


def sold_against(declared: DeclaredCapacity, months: Sequence[SoldMonth]) -> int:
    """What the year so far comes to against the capacity, in its measure: all months together,
    or the fullest one. A kilogram that was begun counts."""
    if declared.measure == Measure.PACK:
        sold = [month.packs for month in months]
    else:
        sold = [month.weight_g for month in months]
    most = sum(sold) if declared.period == Period.YEAR else max(sold, default=0)
    return most if declared.measure == Measure.PACK else -(-most // GRAMS_PER_KILOGRAM)


def used_ppm(declared: DeclaredCapacity, sold: int) -> int:
    """How much of the capacity was sold; above a million more than can be made."""
    return sold * PPM // declared.amount
