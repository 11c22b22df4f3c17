"""One of each thing that the demonstration has none of, so that every address leads somewhere."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.tables import metadata


def leave_things(session: Session, now: datetime) -> None:
    """They all belong to the first unit, the first producer or the first host."""
    order = metadata.tables["order"]
    order_id = session.scalar(select(func.min(order.c.id)).where(order.c.unit_id.is_not(None)))
    assert order_id is not None
    rows = {**_of_order(order_id, now), **_of_houses(order_id, now), **_of_people(now)}
    rows |= _of_doors(now)
    for table, values in rows.items():
        session.execute(insert(metadata.tables[table]).values(**values))
    session.commit()


Rows = dict[str, dict[str, Any]]


def _of_order(order_id: int, now: datetime) -> Rows:
    asked = {"asked_by": 1, "asked_at": now}
    on_order = {"order_id": order_id, "state": "ASKED", "reason": "", "answer": "", **asked}
    return {
        "invoice": {
            "order_id": order_id,
            "kind": "BLUE",
            "number": "26420000000000000001",
            "amount_fen": 1,
            "issued_on": now.date(),
            "seller_uscc": "",
            "state": "ISSUED",
            "registered_by": 1,
            "registered_at": now,
        },
        "paper": {
            "number": "ISOLATION1",
            "kind": "order",
            "object": f"order:{order_id}",
            "format": "csv",
            "facts": {},
            "facts_sha256": "",
            **asked,
        },
        "reattribution": {**on_order, "from_unit_id": 1, "to_unit_id": 2},
        "short_request": on_order,
    }


def _of_houses(order_id: int, now: datetime) -> Rows:
    today = now.date()
    dispute = {"host_id": 1, "order_id": order_id, "state": "OPEN", "open_for": "1:1"}
    return {
        "approval_substitute": {
            "unit_id": 1,
            "person_id": 1,
            "substitute_id": 2,
            "set_by": 1,
            "set_at": now,
            "from_on": today,
            "until_on": today + timedelta(days=9),
        },
        "commission_settlement": {
            "payee": "host:1",
            "host_id": 1,
            "period": "2026-10",
            "invoice_number": "",
            "carried_fen": 0,
            "amount_fen": 1,
            "closing_fen": 1,
            "tax_fen": 0,
            "frozen_at": now,
            "frozen_by": 1,
            "number": "ISOLATION1",
        },
        "commission_dispute": {
            "words": "",
            "answer": "",
            "asked_by": 1,
            "asked_at": now,
            **dispute,
        },
    }


def _of_people(now: datetime) -> Rows:
    return {
        "privacy_request": {
            "kind": "EXPORT",
            "person_id": 1,
            "state": "READY",
            "content": b"sealed",
            "asked_at": now,
            "due_on": now.date(),
            "obstacles": [],
            "number": "ISOLATION1",
        },
        "reverification": {
            "producer_id": 1,
            "turn": 1,
            "state": "SUBMITTED",
            "words": "",
            "food_kind": "",
            "food_number": "",
            "told_by": 1,
            "told_at": now,
        },
    }


def _of_doors(now: datetime) -> Rows:
    seen = {"browser": "", "network": "", "session_epoch": 0, "way": "PASSWORD"}
    at = {"created_at": now, "last_seen_at": now}
    key = {"name": "x", "credential_id": "eA", "public_key": "eA", "sign_count": 0}
    return {
        "login_session": {"person_id": 1, "key_hash": "x", **seen, **at},
        "passkey": {"person_id": 1, "credential_hash": "x", "created_at": now, **key},
        "outside_login": {"person_id": 1, "provider": "x", "subject": "x", "linked_at": now},
    }
