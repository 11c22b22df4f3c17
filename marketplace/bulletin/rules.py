"""What a bulletin says of a unit, whose turn it is with one, and what makes an issue itself."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.core.clock import bounds_of, month_of
from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.identity import Identity, Role
from marketplace.core.money import format_yuan, ratio_ppm, short_percent

MOST_TITLE, MOST_WORDS, MOST_REASON = 120, 20_000, 200
# So many units that lag are asked for their reasons by name; the table holds all of them.
MOST_LAGGARDS = 20
_PERIOD = re.compile(r"^20\d{2}-(0[1-9]|1[0-2])$")


class PeriodNotOver(Refusal):
    code = "bulletin.not_over"
    status = 422
    message = N_("%(period)s 还没有结束,月底之后才能生成通报。")


class PeriodUnknown(Refusal):
    code = "bulletin.unknown_period"
    status = 422
    message = N_("请选择要通报的月份,例如 2026-10。")


class NothingToTell(Refusal):
    code = "bulletin.nothing_to_tell"
    status = 422
    message = N_("这个月所在的年度没有人均采购规则,还不能生成通报。")


class BulletinElsewhere(Refusal):
    code = "bulletin.not_here"
    message = N_("这份通报现在不在这一步,请刷新页面查看进展。")


class BulletinChanged(Refusal):
    code = "bulletin.changed"
    message = N_("您打开之后,有人改过这份通报。请对照下面的新内容再改一次,您填写的还在表单里。")


class UnsavedWords(Refusal):
    """What is signed is what was saved; a change that was only typed would be lost."""

    code = "bulletin.unsaved"
    message = N_(
        "您改动的内容还没有保存,所以没有签发;您填写的还在表单里。请先保存,再请另一位同事签发。"
    )


class OwnBulletin(Refusal):
    code = "bulletin.own"
    status = 403
    message = N_("自己编写的通报要由另一位同事签发(四眼原则)。")


@dataclass(frozen=True)
class UnitLine:
    """A unit in the table, as it stood on the last day of the month."""

    unit_id: int
    name: str
    headcount: int
    target_fen: int
    counted_fen: int
    # Ordered, and not counted yet under the rule.
    waiting_fen: int
    projected_fen: int
    counted_last_year_fen: int
    # What counted for a unit until it ended stays with it: it is told of, and asked nothing.
    has_ended: bool = False

    @property
    def gap_fen(self) -> int:
        return max(0, self.target_fen - self.counted_fen)

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)

    @property
    def lags(self) -> bool:
        """Whether it will miss its year at this pace, with what is on its way."""
        return self.projected_fen < self.target_fen


@dataclass(frozen=True)
class Facts:
    """Everything a bulletin is made from."""

    period: str
    as_of: date
    units: tuple[UnitLine, ...]
    sales_fen: int
    sales_last_year_fen: int
    villages_selling: int
    villages: int

    @property
    def target_fen(self) -> int:
        return sum(unit.target_fen for unit in self.units)

    @property
    def counted_fen(self) -> int:
        return sum(unit.counted_fen for unit in self.units)

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)

    @property
    def living(self) -> Sequence[UnitLine]:
        return [unit for unit in self.units if not unit.has_ended]

    @property
    def met(self) -> int:
        """Units that have met their year."""
        return sum(unit.gap_fen == 0 for unit in self.living)

    @property
    def ranking(self) -> Sequence[UnitLine]:
        """By how much of the target is met, then by name; units without one stand last."""
        return sorted(
            self.units,
            key=lambda unit: (unit.rate_ppm is None, -(unit.rate_ppm or 0), unit.name),
        )

    @property
    def laggards(self) -> Sequence[UnitLine]:
        """Units that will miss their year, the furthest behind first."""
        behind = [unit for unit in self.units if unit.lags]
        return sorted(behind, key=lambda unit: (unit.rate_ppm or 0, -unit.gap_fen, unit.unit_id))


def freeze(facts: Facts) -> dict[str, Any]:
    """The facts as JSON keeps them."""
    return {
        **asdict(facts),
        "as_of": facts.as_of.isoformat(),
        "units": list(map(asdict, facts.units)),
    }


def thaw(frozen: Mapping[str, Any]) -> Facts:
    units = tuple(UnitLine(**unit) for unit in frozen["units"])
    return Facts(**{**frozen, "as_of": date.fromisoformat(frozen["as_of"]), "units": units})


def seal_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what is signed: keys in order, no spaces."""
    words = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def last_day_of(period: str, today: date) -> date:
    """The last day of a month that is over. Raises PeriodUnknown or PeriodNotOver."""
    if not _PERIOD.match(period):
        raise PeriodUnknown
    after = bounds_of(period)[1]
    if after > today:
        raise PeriodNotOver(period=period)
    return after - timedelta(days=1)


def last_day_a_year_before(day: date) -> date:
    """The last day of the same month of the year before, whatever February it is."""
    return bounds_of(month_of(date(day.year - 1, day.month, 1)))[1] - timedelta(days=1)


def likely_reason(unit: UnitLine) -> str:
    """What the figures themselves say about why a unit lags: for people to put into words."""
    if unit.counted_fen == 0 and unit.waiting_fen == 0:
        return "今年还没有采购。"
    if unit.waiting_fen >= unit.gap_fen:
        return f"还有 {format_yuan(unit.waiting_fen)} 元在途,尚未计入。"
    if unit.counted_fen < unit.counted_last_year_fen:
        less = format_yuan(unit.counted_last_year_fen - unit.counted_fen)
        return f"比去年同期少采购 {less} 元。"
    return f"按目前进度,年底还差 {format_yuan(unit.target_fen - unit.projected_fen)} 元。"


def first_words(facts: Facts) -> str:
    """The draft's words: plain sentences over the figures, to be edited by people."""
    return "\n\n".join(
        (
            f"截至 {facts.as_of.year} 年 {facts.as_of.month} 月 {facts.as_of.day} 日,全县"
            f" {len(facts.living)} 个预算单位完成 {format_yuan(facts.counted_fen)} 元,占全年任务"
            f" {format_yuan(facts.target_fen)} 元的 {short_percent(facts.rate_ppm or 0)};"
            f"{facts.met} 个单位已完成全年任务。",
            f"今年以来全县销售 {format_yuan(facts.sales_fen)} 元,去年同期"
            f" {format_yuan(facts.sales_last_year_fen)} 元;{facts.villages} 个村中"
            f" {facts.villages_selling} 个有销售。",
            f"按目前进度,{len(facts.laggards)} 个单位年底前完不成任务,名单和原因见下表。",
        )
    )


def writes(identity: Identity) -> bool:
    """Operators of the centre write, sign and publish; the auditor reads."""
    return identity.is_in_centre(Role.OPERATOR)


def require_writer(identity: Identity) -> None:
    if not writes(identity):
        raise Forbidden
