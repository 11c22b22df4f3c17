"""The record of a session: what is frozen into it, and what stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.queries import variants_of
from marketplace.catalogue.queries.named import GOODS
from marketplace.core.clock import day_of
from marketplace.hosts.queries import get_host
from marketplace.livestream.models import CommissionPlan, LiveSession, SessionEntry, SessionOffer
from marketplace.producers.queries import get_producer

Facts = dict[str, Any]


@dataclass(frozen=True)
class EntryView:
    """One entry of the record."""

    id: int
    kind: str
    at: datetime
    who: str | None
    words: str
    facts: Facts


def list_entries(session: Session, session_id: int) -> Sequence[EntryView]:
    """Everything that was noted of a session, the newest first."""
    row = SessionEntry
    rows = session.execute(
        select(row.id, row.kind, row.at, PERSON_NAMES.c.name, row.words, row.facts)
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == row.actor_id)
        .where(row.session_id == session_id)
        .order_by(row.id.desc())
    )
    return [EntryView(*found) for found in rows]


def last_entry_id(session: Session, session_id: int) -> int:
    """The newest entry of a session; 0 where there is none."""
    newest = select(func.max(SessionEntry.id)).where(SessionEntry.session_id == session_id)
    return session.scalar(newest) or 0


def facts_of(session: Session, live: LiveSession, at: datetime) -> Facts:
    """Goods, prices and identities as they are at this instant. A handful of queries."""
    host = get_host(session, live.host_id)
    return {
        "title": live.title,
        "host": {"id": host.id, "name": host.name, "code": host.code},
        "goods": _goods(session, live.id, day_of(at)),
    }


def _goods(session: Session, session_id: int, today: date) -> list[Facts]:
    rows = session.execute(
        select(SessionOffer, GOODS.c.name, GOODS.c.state, CommissionPlan.kind)
        .join(GOODS, GOODS.c.id == SessionOffer.product_id)
        .outerjoin(CommissionPlan, CommissionPlan.id == SessionOffer.plan_id)
        .where(SessionOffer.session_id == session_id)
        .order_by(SessionOffer.position, SessionOffer.id)
    ).all()
    packs = variants_of(session, [offer.product_id for offer, *_ in rows], today)
    sellers = {offer.producer_id: _seller(session, offer.producer_id) for offer, *_ in rows}
    return [
        {
            "product_id": offer.product_id,
            "name": name,
            "is_on_sale": state == "PUBLISHED",
            "producer": sellers[offer.producer_id],
            "packs": [
                {"name": pack.variant_name, "price_fen": pack.price_fen}
                for pack in packs[offer.product_id]
            ],
            "certificate": _certificate(packs[offer.product_id], today),
            "rate_ppm": offer.rate_ppm,
            "agreement": offer.state,
            "plan": {"id": offer.plan_id, "kind": kind} if offer.plan_id else None,
            "limit_per_person": offer.limit_per_person,
        }
        for offer, name, state, kind in rows
    ]


def _certificate(packs: Sequence[Any], today: date) -> str | None:
    """The number of the recognition in force on the day."""
    known = (pack.certification_number for pack in packs if pack.is_certified_on(today))
    return next(known, None)


def _seller(session: Session, producer_id: int) -> Facts:
    producer = get_producer(session, producer_id)
    return {
        "id": producer.id,
        "name": producer.name,
        "uscc": producer.uscc,
        "food_licence": producer.food_licence,
    }
