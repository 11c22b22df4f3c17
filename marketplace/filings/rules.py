"""What a filing must say, whose turn it is with one, and what its figures are good for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.units.rules import (
    CANTEENS,
    MOST_HEADCOUNT,
    NOT_A_CANTEEN,
    NOT_A_HEADCOUNT,
    is_supervisor,
)
from marketplace.uploads.rules import GivenFile

MOST_SPEND_FEN = 100_000_000_00
MOST_PAPERS = 5
FIRST_YEAR = 2020


class FilingState(StrEnum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    REVIEWED = "REVIEWED"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"


# States in which the unit still writes, and those in which somebody else looks.
WITH_THE_UNIT = (FilingState.DRAFT, FilingState.RETURNED)
WITH_REVIEWERS = (FilingState.SUBMITTED, FilingState.REVIEWED)

NOT_A_SPEND = N_("金额要在 0 到 1 亿元之间。")
NO_CANTEEN = N_("没有食堂或与别的单位共用时,食堂支出由主办单位填报,这里填 0。")
NO_LEAD = N_("共用别的单位的食堂时,请填写主办单位的全称。")
OWN_LEAD = N_("主办单位不能是本单位。")
NEEDS_REASON = N_("修订已核定的填报要写明理由。")
NOT_IN_THE_YEAR = N_("生效日期要在填报年度之内。")
TOO_MANY_PAPERS = N_("最多附 5 个文件。")


class FilingElsewhere(Refusal):
    code = "filing.not_here"
    message = N_("这份填报正在审核,现在不能修改。请刷新页面查看进展。")


class FilingNotYours(Refusal):
    code = "filing.not_your_turn"
    message = N_("这份填报现在不归您处理,请刷新页面查看进展。")


class NoSuchYear(Refusal):
    code = "filing.no_such_year"
    status = 422
    message = N_("只能填报今年和明年,或者修订去年。")


@dataclass(frozen=True)
class GivenFiling:
    """What a unit states."""

    headcount: int
    canteen_status: str
    lead_name: str
    canteen_spend_fen: int
    union_spend_fen: int
    remark: str = ""
    effective_on: date | None = None
    reason: str = ""
    papers: tuple[GivenFile, ...] = ()


def wrong_filing(given: GivenFiling, year: int, *, is_revision: bool) -> list[FieldError]:
    """Everything that is wrong with a filing, by field."""
    shares = given.canteen_status in ("NONE", "SHARED_MEMBER")
    is_member = given.canteen_status == "SHARED_MEMBER"
    day = given.effective_on
    checks = (
        ("headcount", NOT_A_HEADCOUNT, 0 <= given.headcount <= MOST_HEADCOUNT),
        ("canteen_status", NOT_A_CANTEEN, given.canteen_status in CANTEENS),
        ("canteen_spend", NOT_A_SPEND, 0 <= given.canteen_spend_fen <= MOST_SPEND_FEN),
        ("union_spend", NOT_A_SPEND, 0 <= given.union_spend_fen <= MOST_SPEND_FEN),
        ("canteen_spend", NO_CANTEEN, not (shares and given.canteen_spend_fen)),
        ("lead_name", NO_LEAD, bool(given.lead_name) or not is_member),
        ("effective_on", NOT_IN_THE_YEAR, day is None or day.year == year),
        ("reason", NEEDS_REASON, bool(given.reason.strip()) or not is_revision),
        ("papers", TOO_MANY_PAPERS, len(given.papers) <= MOST_PAPERS),
    )
    return [FieldError(field, words) for field, words, holds in checks if not holds]


def require_year(year: int, today: date) -> None:
    """This year and the next are filed; last year's filing may still be revised."""
    if not today.year - 1 <= year <= today.year + 1:
        raise NoSuchYear


def holds_from(year: int, today: date, revision: int) -> date:
    """Where no day is named: a first filing holds from the beginning of its year, a later one from
    today; of a year that is over from its last day, by whose headcount that year is measured."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return first if revision == 1 else min(max(today, first), last)


def reminder_of(due_on: date, today: date) -> str | None:
    """Which letter whoever has not filed gets: from a week before on, and when it is late."""
    if today > due_on:
        return "late"
    return "soon" if (due_on - today).days <= 7 else None


def may_file(identity: Identity, unit_id: int) -> bool:
    """A unit's finance or administrator states for it."""
    return identity.has_role(OrganisationKind.UNIT, unit_id, Role.FINANCE, Role.ADMIN)


def reviews(identity: Identity, state: str, ancestors: Collection[int]) -> bool:
    """Whose turn it is: the supervisor first, where there is one, then the finance bureau."""
    if state == FilingState.SUBMITTED and ancestors:
        return is_supervisor(identity, ancestors)
    return state in WITH_REVIEWERS and identity.is_in_centre(Role.OPERATOR)


def after_review(state: str, ancestors: Collection[int]) -> FilingState:
    """What a filing becomes when whoever's turn it is says yes."""
    if state == FilingState.SUBMITTED and ancestors:
        return FilingState.REVIEWED
    return FilingState.APPROVED
