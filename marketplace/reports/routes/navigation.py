"""The way to one's own work on every page: links with counts, the basket, the quota's bar."""

from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from marketplace.core.clock import day_of
from marketplace.core.edition import Topic
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.queries import count_new
from marketplace.reports.queries.navigation import (
    QuotaBar,
    Waiting,
    count_lines,
    count_waiting,
    quota_bar,
    unit_in_sight,
)
from marketplace.reports.routes.years import year_of
from marketplace.web import find_identity, now, session
from marketplace.web.database import this_minute
from marketplace.web.kept import kept
from marketplace.web.pages import locale_code

Link = tuple[str, str, int, str]
NOTHING: dict[str, Any] = {
    "work_links": (),
    "basket_count": 0,
    "notice_count": 0,
    "quota_bar": None,
}


def _unit_links(identity: Identity, waiting: Waiting) -> list[Link]:
    units = identity.organisations(
        OrganisationKind.UNIT, Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN
    )
    links = [
        (_("采购进度"), url_for("reports.unit_year", unit_id=unit_id), 0, "unit")
        for unit_id in units[:1]
    ]
    approves = identity.organisations(OrganisationKind.UNIT, Role.APPROVER)
    for unit_id in approves[:1]:
        url = url_for("ordering.approvals", unit_id=unit_id)
        links.append((_("待审批"), url, waiting.to_approve, "approvals"))
    return links


def _links(identity: Identity, waiting: Waiting) -> list[Link]:
    links = [*_unit_links(identity, waiting)]
    links.append((_("我的订单"), url_for("ordering.my_orders"), 0, "orders"))
    for producer_id, count in waiting.to_confirm.items():
        url = url_for("ordering.producer_desk", producer_id=producer_id)
        links.append((_("今天的工作"), url, count, "producer"))
    if identity.organisations(OrganisationKind.CONTRACTOR):
        links.append((_("受托采购"), url_for("contractors.held"), 0, "contractor"))
    if identity.organisations(OrganisationKind.HOST):
        links.append((_("直播业绩"), url_for("broadcast.host"), 0, "host"))
    if identity.organisations(OrganisationKind.AGENCY):
        links.append((_("经纪机构"), url_for("hosts.agency"), 0, "agency"))
    if identity.is_in_centre(Role.SYSTEM):
        links.append((_("系统管理"), url_for("administration.people"), 0, "desk"))
    if identity.is_in_centre(Role.SECURITY):
        links.append((_("系统管理"), url_for("administration.roles"), 0, "desk"))
    if identity.is_in_centre():
        links.append((_("运营中心"), url_for("desk.home"), 0, "desk"))
    return links


def _kept_links(identity: Identity) -> tuple[Link, ...]:
    waiting = _waiting(identity)
    shown = waiting.to_approve, tuple(waiting.to_confirm.items())
    return _links_of(locale_code(), request.script_root, identity, shown)


@lru_cache(maxsize=2048)
def _links_of(
    _locale: str, _root: str, identity: Identity, shown: tuple[int, tuple[tuple[int, int], ...]]
) -> tuple[Link, ...]:
    """The same links for the same roles and counts, in one language, at one address."""
    to_approve, to_confirm = shown
    return tuple(_links(identity, Waiting(to_approve, dict(to_confirm))))


def _waiting(identity: Identity) -> Waiting:
    # Whose turn it is depends on the hour besides: a step that lies too long opens to others.
    key = ("waiting", identity, this_minute())
    topics = (Topic.ORDERS, Topic.PEOPLE, Topic.QUOTA)
    return kept(topics, key, lambda: count_waiting(session(), identity, now()))


def _basket(identity: Identity) -> int:
    key = ("basket", identity.person_id)
    return kept((Topic.BASKETS,), key, lambda: count_lines(session(), identity))


def _notices(identity: Identity) -> int:
    key = ("notices", identity.person_id)
    return kept((Topic.NOTICES,), key, lambda: count_new(session(), identity.person_id))


def _quota_bar(identity: Identity) -> QuotaBar | None:
    unit_id = unit_in_sight(identity)
    return quota_bar(year_of(unit_id, day_of(now()).year)) if unit_id else None


def furniture() -> dict[str, Any]:
    """What the frame of every page shows; for the public, nothing is asked of the database."""
    identity = find_identity()
    if identity is None:
        return NOTHING
    try:
        return {
            "work_links": _kept_links(identity),
            "basket_count": _basket(identity),
            "notice_count": _notices(identity),
            "quota_bar": _quota_bar(identity),
        }
    except SQLAlchemyError:
        # The page that says that the database is away must not need the database.
        return NOTHING


def init_app(app: Flask) -> None:
    app.context_processor(furniture)
