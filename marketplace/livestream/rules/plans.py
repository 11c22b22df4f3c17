"""What a producer pays for a sale by livestream: plans, which of them may stand side by side, and
which one holds for a host and a product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.core.clock import is_term
from marketplace.core.errors import N_, FieldError, Refusal

MOST_RATE_PPM = 500_000
MOST_YEARS = 1

NOT_A_RATE = N_("佣金要在 0 到 50% 之间,不含 0。")
NOT_A_SPAN = N_("截止日期不能早于开始日期和今天,最长 1 年。")
NO_HOST = N_("定向和独家方案要写明给哪位主播,请填写主播口令。")
OPEN_TO_ALL = N_("公开方案给所有主播,请不要填写主播口令;只给一位主播请选定向或独家。")
NOT_YOUR_PRODUCT = N_("请从您在售的商品中选择一件,或选择全部商品。")


class PlanKind(StrEnum):
    OPEN = "OPEN"
    DIRECTED = "DIRECTED"
    EXCLUSIVE = "EXCLUSIVE"


KIND_WORDS = {
    PlanKind.OPEN: N_("公开"),
    PlanKind.DIRECTED: N_("定向"),
    PlanKind.EXCLUSIVE: N_("独家"),
}


class PlanOverlaps(Refusal):
    """Two plans that would answer the same question differently."""

    code = "plan.overlaps"
    message = N_("与方案 %(plan_id)s(%(from_on)s 至 %(until_on)s)重叠。请先结束那个方案,或改日期。")


class ExclusiveElsewhere(Refusal):
    """The producer has promised it to somebody alone."""

    code = "offer.exclusive_elsewhere"
    message = N_("“%(product)s”在那一天由另一位主播独家带货,不能再安排。请换一件商品或换一天。")


@dataclass(frozen=True)
class PlanWish:
    """A plan as it is offered. Without a product: everything the producer sells."""

    kind: str
    product_id: int | None
    host_id: int | None
    rate_ppm: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Plan(PlanWish):
    """A plan that was offered and not ended."""

    id: int = 0


def wrong_plan(wish: PlanWish, today: date) -> list[FieldError]:
    """What is wrong with the terms of a plan."""
    errors = []
    if not 0 < wish.rate_ppm <= MOST_RATE_PPM:
        errors.append(FieldError("rate", NOT_A_RATE))
    if not is_term(wish.from_on, wish.until_on, today, MOST_YEARS):
        errors.append(FieldError("until_on", NOT_A_SPAN))
    if wish.kind == PlanKind.OPEN and wish.host_id is not None:
        errors.append(FieldError("host_code", OPEN_TO_ALL))
    if wish.kind != PlanKind.OPEN and wish.host_id is None:
        errors.append(FieldError("host_code", NO_HOST))
    return errors


def find_overlap(wish: PlanWish, standing: Iterable[Plan]) -> Plan | None:
    """A plan of the same producer that cannot stand beside the new one."""
    return next((plan for plan in standing if _overlaps(wish, plan)), None)


def _overlaps(wish: PlanWish, plan: Plan) -> bool:
    if wish.until_on < plan.from_on or plan.until_on < wish.from_on:
        return False
    kinds = (wish.kind, plan.kind)
    if wish.product_id == plan.product_id:
        same = wish.kind == plan.kind and wish.host_id == plan.host_id
        return PlanKind.EXCLUSIVE in kinds or same
    # A product's own plan beats the one for everything; only two promises "to you alone" clash.
    one_is_for_all = None in (wish.product_id, plan.product_id)
    return one_is_for_all and kinds == (PlanKind.EXCLUSIVE, PlanKind.EXCLUSIVE)


@dataclass(frozen=True)
class Best:
    """The plan that holds for a host and a product, or that somebody else has it alone."""

    plan: Plan | None = None
    is_elsewhere: bool = False


def best_of(plans: Iterable[Plan], product_id: int, host_id: int) -> Best:
    """Which of the plans in force on a day holds: the product's own before the one for all goods,
    exclusive before directed before open."""
    known = list(plans)
    for scope in (product_id, None):
        inside = [plan for plan in known if plan.product_id == scope]
        alone = next((plan for plan in inside if plan.kind == PlanKind.EXCLUSIVE), None)
        if alone is not None:
            return Best(alone) if alone.host_id == host_id else Best(is_elsewhere=True)
        mine = [plan for plan in inside if plan.host_id == host_id]
        found = mine or [plan for plan in inside if plan.kind == PlanKind.OPEN]
        if found:
            return Best(found[0])
    return Best()
