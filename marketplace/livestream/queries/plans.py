"""Reads of plans: those of a producer, and which one holds for a host."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.named import GOODS
from marketplace.core.money import as_percent
from marketplace.core.paging import Page, PageRequest
from marketplace.hosts.queries import HOSTS
from marketplace.livestream.models import CommissionPlan
from marketplace.livestream.rules.plans import Best, Plan, best_of
from marketplace.producers.queries import PRODUCER_NAMES

SHOWN = 200
NOBODY = Best()


@dataclass(frozen=True)
class PlanRow:
    """A plan as its producer sees it."""

    id: int
    kind: str
    product_name: str | None
    host_name: str | None
    host_code: str | None
    rate_ppm: int
    from_on: date
    until_on: date
    ended_at: datetime | None

    @property
    def percent(self) -> str:
        return as_percent(self.rate_ppm)


@dataclass(frozen=True)
class Choice:
    """A product that a host may offer, and what its producer pays this host at most."""

    product_id: int
    name: str
    producer_id: int
    producer_name: str
    lowest_price_fen: int
    best: Best = NOBODY

    @property
    def percent(self) -> str:
        return as_percent(self.best.plan.rate_ppm) if self.best.plan else ""


def list_plans(session: Session, producer_id: int) -> list[PlanRow]:
    """A producer's plans, those in force or to come first, the latest first."""
    row = CommissionPlan
    rows = session.execute(
        select(
            *(row.id, row.kind, GOODS.c.name, HOSTS.c.name, HOSTS.c.code),
            *(row.rate_ppm, row.from_on, row.until_on, row.ended_at),
        )
        .outerjoin(GOODS, GOODS.c.id == row.product_id)
        .outerjoin(HOSTS, HOSTS.c.id == row.host_id)
        .where(row.producer_id == producer_id)
        .order_by(row.ended_at.is_not(None), row.id.desc())
        .limit(SHOWN)
    )
    return [PlanRow(*found) for found in rows]


def standing_plans(session: Session, producer_id: int) -> list[Plan]:
    """Plans of a producer that nobody has ended."""
    return _plans(
        session, CommissionPlan.producer_id == producer_id, CommissionPlan.ended_at.is_(None)
    )[producer_id]


def best_plans(
    session: Session, host_id: int, producers: Mapping[int, int], day: date
) -> dict[int, Best]:
    """The plan that holds for a host on a day, for each product (id → its producer)."""
    row = CommissionPlan
    known = _plans(session, row.producer_id.in_(set(producers.values())), _in_force(day))
    return {
        product_id: best_of(known[producer_id], product_id, host_id)
        for product_id, producer_id in producers.items()
    }


def _in_force(day: date) -> ColumnElement[bool]:
    row = CommissionPlan
    return row.ended_at.is_(None) & (row.from_on <= day) & (row.until_on >= day)


def _plans(session: Session, *conditions: ColumnElement[bool]) -> defaultdict[int, list[Plan]]:
    """By producer, the oldest first."""
    row = CommissionPlan
    found: defaultdict[int, list[Plan]] = defaultdict(list)
    for plan in session.scalars(select(row).where(*conditions).order_by(row.id)):
        found[plan.producer_id].append(
            Plan(
                kind=plan.kind,
                product_id=plan.product_id,
                host_id=plan.host_id,
                rate_ppm=plan.rate_ppm,
                from_on=plan.from_on,
                until_on=plan.until_on,
                id=plan.id,
            )
        )
    return found


_CHOICES = (
    select(
        GOODS.c.id,
        GOODS.c.name,
        GOODS.c.producer_id,
        PRODUCER_NAMES.c.name,
        GOODS.c.lowest_price_fen,
    )
    .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == GOODS.c.producer_id)
    .where(GOODS.c.state == "PUBLISHED")
)


def list_choices(
    session: Session,
    seller: tuple[int, date],
    words: str,
    page: PageRequest,
    *,
    with_plan: bool = True,
) -> Page[Choice]:
    """Published products for a host's session on a day (host, day): those with a plan for this
    host, or all of them. What somebody else has alone is named, so that nobody searches for it."""
    host_id, day = seller
    wanted = _CHOICES
    for word in words.split()[:6]:
        inside = (
            column.icontains(word, autoescape=True)
            for column in (GOODS.c.name, PRODUCER_NAMES.c.name)
        )
        wanted = wanted.where(or_(*inside))
    if with_plan:
        wanted = wanted.where(_has_plan(host_id, day))
    return _page(session, wanted, page, seller)


def _has_plan(host_id: int, day: date) -> ColumnElement[bool]:
    row = CommissionPlan
    ours = or_(row.host_id.is_(None), row.host_id == host_id)
    for_this = or_(
        row.product_id == GOODS.c.id,
        row.product_id.is_(None) & (row.producer_id == GOODS.c.producer_id),
    )
    return select(row.id).where(_in_force(day), ours, for_this).correlate(GOODS).exists()


def _page(
    session: Session,
    wanted: Select[*tuple[Any, ...]],
    page: PageRequest,
    seller: tuple[int, date],
) -> Page[Choice]:
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(
        wanted.order_by(GOODS.c.sold_quantity.desc(), GOODS.c.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [Choice(*row) for row in rows]
    return Page(with_best(session, found, seller), page.page, page.per_page, total)


def with_best(
    session: Session, choices: Collection[Choice], seller: tuple[int, date]
) -> list[Choice]:
    host_id, day = seller
    best = best_plans(session, host_id, {one.product_id: one.producer_id for one in choices}, day)
    return [
        Choice(
            *(one.product_id, one.name, one.producer_id, one.producer_name),
            lowest_price_fen=one.lowest_price_fen,
            best=best[one.product_id],
        )
        for one in choices
    ]


def find_choice(session: Session, product_id: int, seller: tuple[int, date]) -> Choice | None:
    """A published product with the plan that holds for a host on a day."""
    row = session.execute(_CHOICES.where(GOODS.c.id == product_id)).one_or_none()
    return with_best(session, [Choice(*row)], seller)[0] if row else None
