"""What counts towards a unit's year, how much is wanted, and where the year is heading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.money import PPM, Fen, ratio_ppm


class Basis(StrEnum):
    PER_HEAD_FLOOR = "PER_HEAD_FLOOR"
    PER_HEAD_CAP = "PER_HEAD_CAP"
    CANTEEN_RATIO = "CANTEEN_RATIO"
    WELFARE_RATIO = "WELFARE_RATIO"
    NOT_BELOW_LAST_YEAR = "NOT_BELOW_LAST_YEAR"


class RecognitionPoint(StrEnum):
    PLACED = "PLACED"
    PAID = "PAID"
    ACCEPTED = "ACCEPTED"
    COMPLETED = "COMPLETED"


class EntryKind(StrEnum):
    SALE = "SALE"
    REFUND = "REFUND"
    ADJUSTMENT = "ADJUSTMENT"
    REATTRIBUTION = "REATTRIBUTION"
    OFFLINE = "OFFLINE"


@dataclass(frozen=True)
class Rule:
    """A published version of a rule."""

    rule_id: int
    code: str
    name: str
    year: int
    basis: str
    amount_fen: int
    ratio_ppm: int
    area: str
    funds: frozenset[str]
    certificate_required: bool
    origin_prefixes: tuple[str, ...]
    recognition_point: str
    freight_counts: bool
    is_hard: bool
    legal_reference: str


@dataclass(frozen=True)
class CountedLine:
    """An order line's accepted goods, as far as rules ask about them."""

    order_line_id: int
    amount_fen: int
    is_certified: bool
    village_codes: tuple[str, ...]


@dataclass(frozen=True)
class CountedOrder:
    """What the lines of an order have in common."""

    order_id: int
    unit_id: int
    division_code: str
    fund: str
    ordered_on: date
    counted_on: date


@dataclass(frozen=True)
class CountedOffline:
    """What the lines of an offline purchase, or of an outlet's receipt, have in common when they
    count: the day they were bought, and the day (and so the year) they count on."""

    offline_id: int
    unit_id: int
    division_code: str
    fund: str
    bought_on: date
    counted_on: date
    # Whose id that is: `offline` or `receipt`.
    kind: str = "offline"


class Obstacle(StrEnum):
    """Why a line can never count under a rule, whatever happens to its order."""

    FUND = "fund_not_counted"
    CERTIFICATE = "not_certified"
    ORIGIN = "origin_not_counted"


def obstacle(rule: Rule, fund: str, line: CountedLine) -> Obstacle | None:
    """What keeps a line from counting under a rule, or None: eligibility is per line."""
    if fund not in rule.funds:
        return Obstacle.FUND
    if rule.certificate_required and not line.is_certified:
        return Obstacle.CERTIFICATE
    if rule.origin_prefixes and not all(
        village.startswith(rule.origin_prefixes) for village in line.village_codes
    ):
        return Obstacle.ORIGIN
    return None


def counts(rule: Rule, fund: str, line: CountedLine) -> bool:
    return line.amount_fen > 0 and obstacle(rule, fund, line) is None


@dataclass(frozen=True)
class Bases:
    """What a unit's targets are made of: people, approved plans of canteen and union, and what
    counted last year under the same rule."""

    headcount: int
    canteen_fen: int = 0
    union_fen: int = 0
    last_year_fen: int = 0


def target_fen(rule: Rule, bases: Bases) -> Fen:
    """The year's target. A ratio of nothing filed is no target."""
    if rule.basis == Basis.CANTEEN_RATIO:
        return share_of_base(bases.canteen_fen, rule.ratio_ppm)
    if rule.basis == Basis.WELFARE_RATIO:
        return share_of_base(bases.union_fen, rule.ratio_ppm)
    if rule.basis == Basis.NOT_BELOW_LAST_YEAR:
        return Fen(max(0, bases.last_year_fen))
    return Fen(bases.headcount * rule.amount_fen)


def share_of_base(base_fen: int, share_ppm: int) -> Fen:
    """The part of a base that a ratio rule asks for, rounded up to the fen."""
    return Fen(-(-base_fen * share_ppm // PPM))


@dataclass(frozen=True)
class Progress:
    """Where a unit stands under one rule. A target of 0 means that the rule does not apply."""

    rule_id: int
    name: str
    basis: str
    funds: tuple[str, ...]
    legal_reference: str
    target_fen: int
    counted_fen: int
    waiting_fen: int
    projected_fen: int
    days_left: int

    @property
    def gap_fen(self) -> int:
        return max(0, self.target_fen - self.counted_fen)

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)

    @property
    def on_course(self) -> bool:
        return self.projected_fen >= self.target_fen

    @property
    def is_cap(self) -> bool:
        return self.basis == Basis.PER_HEAD_CAP


def days_left(year: int, today: date) -> int:
    """Days of the year after today; 0 when it is over, all of it before it began."""
    last = date(year, 12, 31)
    if today > last:
        return 0
    return (last - max(today, date(year - 1, 12, 31))).days


def projected_fen(counted_fen: int, waiting_fen: int, year: int, today: date) -> Fen:
    """The year's end at the present pace, and never less than what is already on its way."""
    on_its_way = counted_fen + waiting_fen
    first, last = date(year, 1, 1), date(year, 12, 31)
    if not first <= today <= last:
        return Fen(on_its_way)
    days_in_year = (last - first).days + 1
    days_passed = (today - first).days + 1
    return Fen(max(on_its_way, counted_fen * days_in_year // days_passed))


def progress(rule: Rule, bases: Bases, amounts: tuple[int, int], today: date) -> Progress:
    """A unit's standing from what its targets are made of and what is (counted, waiting)."""
    counted, waiting = amounts
    return Progress(
        rule_id=rule.rule_id,
        name=rule.name,
        basis=rule.basis,
        funds=tuple(sorted(rule.funds)),
        legal_reference=rule.legal_reference,
        target_fen=target_fen(rule, bases),
        counted_fen=counted,
        waiting_fen=waiting,
        projected_fen=projected_fen(counted, waiting, rule.year, today),
        days_left=days_left(rule.year, today),
    )


def in_force(rules: Sequence[Rule], division_code: str) -> list[Rule]:
    """The rules of the areas that a division lies in."""
    return [rule for rule in rules if division_code.startswith(rule.area)]
