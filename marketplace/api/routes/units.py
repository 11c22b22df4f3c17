"""Budget units and how far they have come with the quota of a year."""

from typing import Any

from marketplace.api.answers import Stood
from marketplace.api.door import Door
from marketplace.api.schemas.books import QuotaQuery, UnitOut, UnitQuota
from marketplace.api.schemas.paging import JustPaging, page_of, take_page
from marketplace.api.schemas.plans import PlanOut, PlanQuery
from marketplace.api.schemas.reattributions import NewReattribution, ReattributionOut
from marketplace.core.areas import EVERYTHING
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering import commands
from marketplace.ordering.queries.reattributions import ReattributionView, get_reattribution
from marketplace.planner.queries import list_lines, plan
from marketplace.planner.rules.shapes import Strategy
from marketplace.reports.queries import list_quota_entries, unit_year
from marketplace.units import queries
from marketplace.units.queries import UnitRow
from marketplace.web import allow, current_identity, now, session
from marketplace.web.refusals import in_words

door = Door("units")


@door.call("GET", "/units", N_("看得到的预算单位"))
@allow()
@door.asks(JustPaging)
@door.shows(page_of(UnitOut))
def list_all(page: PageRequest) -> Page[UnitRow]:
    identity = current_identity()
    area = identity.area if identity.is_in_centre() else EVERYTHING
    return queries.list_units(session(), page, among=_seen_by(identity), area=area)


def _seen_by(identity: Identity) -> set[int] | None:
    """Their own units and all below those they administer; None is every unit of the area."""
    if identity.is_in_centre():
        return None
    seen = set(identity.organisations(OrganisationKind.UNIT))
    for unit_id in identity.organisations(OrganisationKind.UNIT, Role.ADMIN):
        seen.update(queries.subtree(session(), unit_id))
    return seen


@door.call("GET", "/units/<id:unit_id>/quota", N_("一个单位一年的采购任务"))
@allow()
@door.asks(QuotaQuery)
@door.shows(UnitQuota)
def quota(query: dict[str, Any], unit_id: int) -> dict[str, Any]:
    queries.get_visible_unit(session(), current_identity(), unit_id)
    page, today = take_page(query), day_of(now())
    year = query.get("year", today.year)
    entries = list_quota_entries(session(), unit_id, year, page)
    return {
        **vars(unit_year(session(), unit_id, year, today)),
        "entries": entries.items,
        "page": entries.page,
        "per_page": entries.per_page,
        "total": entries.total,
    }


@door.call("GET", "/units/<id:unit_id>/plan", N_("补足今年差额的采购方案"))
@allow()
@door.asks(PlanQuery)
@door.shows(PlanOut)
def show_plan(query: dict[str, Any], unit_id: int) -> dict[str, Any]:
    queries.get_visible_unit(session(), current_identity(), unit_id)
    today = day_of(now())
    strategy = Strategy(query["strategy"])
    found = plan(session(), unit_id, query.get("year", today.year), strategy, today)
    proposal, reason = found.proposal, found.explanation
    sentences = [words for words in (reason.message, reason.also) if words]
    return {
        **vars(found),
        "lines": list_lines(found),
        "total_fen": found.basket.goods_fen,
        "freight_fen": found.basket.freight_fen,
        "parcels": found.parcels,
        "excess_fen": proposal.excess_fen if proposal else 0,
        "value": proposal.value if proposal else None,
        "bound": proposal.bound if proposal else None,
        "is_proven": proposal is not None and proposal.is_proven,
        "explanation": "".join(in_words(words, dict(reason.params)) for words in sentences),
    }


@door.call("POST", "/units/<id:unit_id>/reattributions", N_("申请把一张订单改计到另一个单位"))
@allow()
@door.takes(NewReattribution)
@door.makes(ReattributionOut)
def ask_reattribution(given: dict[str, Any], unit_id: int) -> ReattributionView | Stood:
    wish = (given["order_id"], given["to_unit_id"], given["reason"])
    asked, is_new = commands.ask_reattribution_once(
        session(), current_identity(), unit_id, wish, now=now()
    )
    shown = get_reattribution(session(), asked.id)
    return shown if is_new else Stood(shown)


@door.call(
    "POST",
    "/units/<id:unit_id>/reattributions/<id:request_id>/approve",
    N_("一方审批人同意改计:双方都同意后入账"),
)
@allow()
@door.does(ReattributionOut)
def approve_reattribution(unit_id: int, request_id: int) -> ReattributionView:
    commands.approve_reattribution(session(), current_identity(), unit_id, request_id, now())
    return get_reattribution(session(), request_id)
