"""Verbs of geography: load the divisions, abolish, succeed, list as poor."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.db import Base, insert_into
from marketplace.core.errors import N_, invalid
from marketplace.geography import queries
from marketplace.geography.models import PoorVillageListing, Township, Village
from marketplace.geography.rules import (
    AlreadyListed,
    LastDayTooEarly,
    Span,
    SuccessionCircle,
    VillageAbolished,
    check_code,
)

DATA = Path(__file__).parent / "data"
AT_ONCE = 500


@dataclass(frozen=True)
class Loaded:
    """How many divisions the files hold."""

    townships: int
    villages: int


def load_divisions(session: Session, folder: Path = DATA) -> Loaded:
    """Brings townships and villages to what the files say; a second run changes nothing.

    What the files do not say stays: which villages were abolished, succeeded or listed. A
    code that is no longer in the files stays too, because sales may belong to it.
    """
    return load_places(session, folder / "yunyang_townships.csv", folder / "yunyang_villages.csv")


def load_places(
    session: Session, townships_file: Path | None, villages_file: Path | None
) -> Loaded:
    """The same of files with any names; one that is not given adds nothing."""
    townships = _read(townships_file) if townships_file else []
    villages = _read(villages_file) if villages_file else []
    _put(session, Township, townships)
    _put(session, Village, villages)
    session.flush()
    return Loaded(len(townships), len(villages))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        check_code(row["code"])
    return rows


def _put(session: Session, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts rows by their code, and brings those that are there up to date."""
    wanted = list(rows)
    for start in range(0, len(wanted), AT_ONCE):
        statement = insert_into(session, table).values(wanted[start : start + AT_ONCE])
        changed = {name: statement.excluded[name] for name in wanted[0] if name != "code"}
        session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed))


def abolish_village(
    session: Session, actor_id: int | None, code: str, on: date, *, now: datetime
) -> Village:
    """Ends a village on a day. It is never deleted: its sales stay with it."""
    village = queries.get_village(session, code)
    if village.abolished_on == on:
        return village
    before = _succession(village)
    village.abolished_on = on
    session.flush()
    _write_trail(session, village, before, actor_id=actor_id, action="village.abolished", now=now)
    return village


def succeed_village(
    session: Session, actor_id: int | None, code: str, successor_code: str, *, now: datetime
) -> Village:
    """Names the village that takes an abolished one over.

    Raises SuccessionCircle, VillageAbolished where the successor itself is no more, and
    InvalidInput where the village still exists.
    """
    village = queries.get_village(session, code)
    successor = queries.get_village(session, successor_code)
    if village.abolished_on is None:
        raise invalid("code", N_("请先登记这个村的撤并日期,再指定承接它的村。"))
    if successor.code == code or successor.code in queries.list_predecessors(session, code):
        raise SuccessionCircle
    if successor.abolished_on is not None:
        raise VillageAbolished(village=successor.name)
    before = _succession(village)
    village.successor_code = successor.code
    session.flush()
    _write_trail(session, village, before, actor_id=actor_id, action="village.succeeded", now=now)
    return village


def _succession(village: Village) -> dict[str, str | None]:
    abolished_on = village.abolished_on.isoformat() if village.abolished_on else None
    return {"abolished_on": abolished_on, "successor_code": village.successor_code}


def _write_trail(
    session: Session,
    village: Village,
    before: dict[str, str | None],
    *,
    actor_id: int | None,
    action: str,
    now: datetime,
) -> None:
    after = _succession(village)
    record(
        session,
        now=now,
        actor_id=actor_id,
        action=action,
        object_kind="village",
        object_id=village.code,
        before=before,
        after=after,
    )


def list_as_poor(session: Session, code: str, span: Span, source: str) -> PoorVillageListing:
    """Notes that a village was listed as poor during a span of days, and who says so.

    The same listing again changes nothing. Raises AlreadyListed where spans overlap.
    """
    if span.last is not None and span.last < span.first:
        raise LastDayTooEarly
    queries.get_village(session, code)
    for listing in queries.list_poor_listings(session, code):
        known = Span(listing.listed_from, listing.listed_until)
        if known == span:
            return listing
        if known.overlaps(span):
            raise AlreadyListed
    listing = PoorVillageListing(
        village_code=code, listed_from=span.first, listed_until=span.last, source=source
    )
    session.add(listing)
    session.flush()
    return listing


def end_listing(session: Session, code: str, last_day: date) -> PoorVillageListing:
    """Ends the listing that still goes on, with its last day. Raises LastDayTooEarly."""
    going_on = [
        listing
        for listing in queries.list_poor_listings(session, code)
        if listing.listed_until is None
    ]
    if not going_on:
        raise invalid("code", N_("这个村现在不在贫困村名单上。"))
    if last_day < going_on[0].listed_from:
        raise LastDayTooEarly
    going_on[0].listed_until = last_day
    session.flush()
    return going_on[0]
