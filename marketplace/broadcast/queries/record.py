"""Everything a county keeps of a session, as files: what was planned and shown, offered at which
price, clicked, ordered, decided and earned. Buyers are not named."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.broadcast.queries.board import count_board
from marketplace.broadcast.rules.board import told_to_ours
from marketplace.catalogue.queries import list_names
from marketplace.commission.queries.sessions import claims_of_session, entries_of_session
from marketplace.commission.rules import reason_of
from marketplace.core.archives import pack_files
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.livestream.queries.figures import links_of_session
from marketplace.livestream.queries.record import list_entries
from marketplace.livestream.queries.sessions import SessionView
from marketplace.livestream.rules.sessions import Kind
from marketplace.ordering.queries.worth import WORTH

Rows = list[dict[str, Any]]
PHASES = {Kind.STARTED: "开播", Kind.ENDED: "下播"}


def record_of(session: Session, view: SessionView, now: datetime) -> bytes:
    """The archive of a session. Asked for again before anything changed, it is the same bytes."""
    tables = _tables(session, view.id)
    told = {"session": asdict(view), **tables, "board": _board(session, view, now)}
    files = {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    files["record.json"] = json.dumps(told, ensure_ascii=False, indent=1, default=_plain).encode()
    return pack_files(files, view.ended_at or view.started_at or view.starts_at)


def _board(session: Session, view: SessionView, now: datetime) -> dict[str, Any]:
    """The figures, without the window of minutes, which moves by itself."""
    told = told_to_ours(count_board(session, view, now), now)
    return {name: value for name, value in told.items() if name != "per_minute"}


def _tables(session: Session, session_id: int) -> dict[str, Rows]:
    entries = [vars(entry) for entry in reversed(list_entries(session, session_id))]
    claims = [asdict(claim) for claim in claims_of_session(session, session_id)]
    lines = _lines(session, {claim["order_line_id"] for claim in claims})
    numbers = {line["order_id"]: line["order"] for line in lines}
    return {
        "entries": entries,
        "goods": _goods(entries),
        "links": _named(session, [vars(link) for link in links_of_session(session, session_id)]),
        "orders": lines,
        "claims": [{**_claim(claim), "order": numbers[claim["order_id"]]} for claim in claims],
        "commission": [
            {**vars(entry), "order": numbers.get(entry.order_id, "")}
            for entry in entries_of_session(session, session_id)
        ],
    }


def _goods(entries: Iterable[dict[str, Any]]) -> Rows:
    """Goods, prices and sellers, as they were when the session began and when it ended."""
    return [
        {
            "phase": PHASES[entry["kind"]],
            "at": entry["at"],
            "product_id": good["product_id"],
            "product": good["name"],
            "producer": good["producer"]["name"],
            "uscc": good["producer"]["uscc"],
            "food_licence": good["producer"]["food_licence"],
            "certificate": good["certificate"],
            "pack": pack["name"],
            "price_yuan": plain_yuan(pack["price_fen"]),
            "commission_ppm": good["rate_ppm"],
            "agreement": good["agreement"],
        }
        for entry in entries
        if entry["kind"] in PHASES
        for good in entry["facts"]["goods"]
        for pack in good["packs"]
    ]


def _lines(session: Session, line_ids: Iterable[int]) -> Rows:
    """Orders line by line: what, how much, and what is left of it; nothing of who bought it."""
    table = WORTH.c
    columns = (
        *(table.order_id, table.number.label("order"), table.line_id, table.state),
        *(table.placed_at, table.product_id, table.product_name, table.variant_name),
        *(table.quantity, table.unit_price_fen, table.ordered_fen, table.rejected_fen),
        *(table.refunded_fen, table.worth_fen),
    )
    wanted = select(*columns).where(table.line_id.in_(list(line_ids))).order_by(table.line_id)
    return [dict(row) for row in session.execute(wanted).mappings()]


def _claim(claim: dict[str, Any]) -> dict[str, Any]:
    reason = reason_of(claim["outcome"], claim["facts"])
    return {**claim, "facts": dict(claim["facts"]), "reason": reason}


def _named(session: Session, rows: Rows) -> Rows:
    names = list_names(session, {row["product_id"] for row in rows})
    return [{**row, "product": names[row["product_id"]].name} for row in rows]


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    heads = list(rows[0]) if rows else []
    return write_csv([heads, *([_cell(value) for value in row.values()] for row in rows)])


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
    return "" if value is None else _plain(value)


def _plain(value: Any) -> str:
    """Instants in UTC, days as they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
