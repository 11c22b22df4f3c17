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
    asked: dict[str, Any] = {"asked_by": 1, "asked_at": now}
    on_order = {"order_id": order_id, "state": "ASKED", "reason": "", "answer": "", **asked}
    today = now.date()
    rows: dict[str, dict[str, Any]] = {
        "invoice": {
            "order_id": order_id,
            "kind": "BLUE",
            "number": "26420000000000000001",
            "amount_fen": 1,
            "issued_on": today,
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
        "approval_substitute": {
            "unit_id": 1,
            "person_id": 1,
            "substitute_id": 2,
            "from_on": today,
            "until_on": today + timedelta(days=9),
            "set_by": 1,
            "set_at": now,
        },
        "commission_settlement": {
            "payee": "host:1",
            "host_id": 1,
            "period": "2026-10",
            "number": "ISOLATION1",
            "carried_fen": 0,
            "amount_fen": 1,
            "closing_fen": 1,
            "tax_fen": 0,
            "invoice_number": "",
            "frozen_at": now,
            "frozen_by": 1,
        },
        "commission_dispute": {
            "host_id": 1,
            "order_id": order_id,
            "state": "OPEN",
            "open_for": "1:1",
            "words": "",
            "answer": "",
            **asked,
        },
        "privacy_request": {
            "number": "ISOLATION1",
            "kind": "EXPORT",
            "person_id": 1,
            "state": "READY",
            "content": b"sealed",
            "asked_at": now,
            "due_on": today,
            "obstacles": [],
        },
        "reverification": {
            "producer_id": 1,
            "turn": 1,
            "state": "SUBMITTED",
            "food_kind": "",
            "food_number": "",
            "told_by": 1,
            "told_at": now,
            "words": "",
        },
    }
    for table, values in rows.items():
        session.execute(insert(metadata.tables[table]).values(**values))
    session.commit()
