"""Verbs of geography: load the divisions, abolish, succeed, list as poor."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.db import Base, insert_into
from marketplace.core.errors import N_, invalid
from marketplace.core.identity import Identity
from marketplace.geography import queries
from marketplace.geography.models import PoorVillageListing, Township, Village
from marketplace.geography.rules import (
    NOT_YET,
    UNKNOWN_VILLAGE,
    VILLAGE,
    AlreadyListed,
    LastDayTooEarly,
    Span,
    SuccessionCircle,
    VillageAbolished,
    check_code,
    require_keeper,
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


def hold_villages(session: Session, codes: Collection[str]) -> None:
    """Takes several at once, in the order of their codes, before they are changed in another one:
    so nobody waits in a circle."""
    held = select(Village.code).where(Village.code.in_(codes)).order_by(Village.code)
    session.execute(held.with_for_update()).all()


def abolish_village(
    session: Session, identity: Identity, code: str, ending: tuple[date, str], now: datetime
) -> Village:
    """Ends a village on a day for a reason, or corrects that day. It is never deleted: its sales
    stay with it. The same day again changes nothing."""
    on, reason = ending
    village = _lock(session, identity, code)
    _require_come("on_day", on, now)
    if village.abolished_on == on:
        return village
    before = _succession(village)
    village.abolished_on = on
    session.flush()
    after = {**_succession(village), "reason": reason}
    _leave_a_trail(session, identity, ("village.abolished", code), (before, after), now)
    return village


def succeed_village(
    session: Session, identity: Identity, code: str, succession: tuple[str, str], now: datetime
) -> Village:
    """Names the village that takes an abolished one over, for a reason. The same one again
    changes nothing.

    Raises SuccessionCircle, VillageAbolished where the successor itself is no more, and
    InvalidInput where the village still exists or the successor is none of the area.
    """
    successor_code, reason = succession
    village = _lock(session, identity, code)
    if village.abolished_on is None:
        raise invalid("on_day", N_("请先登记这个村的撤并日期,再指定承接它的村。"))
    if village.successor_code == successor_code:
        return village
    _check_successor(session, identity, code, successor_code)
    before = _succession(village)
    village.successor_code = successor_code
    session.flush()
    after = {**_succession(village), "reason": reason}
    _leave_a_trail(session, identity, ("village.succeeded", code), (before, after), now)
    return village


def restore_village(
    session: Session, identity: Identity, code: str, reason: str, now: datetime
) -> Village:
    """Takes back an end that was written down for the wrong village, for a reason: it can be chosen
    again. Where none is written down nothing changes."""
    village = _lock(session, identity, code)
    if village.abolished_on is None:
        return village
    before = _succession(village)
    village.abolished_on = village.successor_code = None
    session.flush()
    after = {**_succession(village), "reason": reason}
    _leave_a_trail(session, identity, ("village.restored", code), (before, after), now)
    return village


def _check_successor(session: Session, identity: Identity, code: str, successor_code: str) -> None:
    successor = queries.find_village(session, successor_code)
    if successor is None or not identity.looks_after(successor_code):
        raise invalid("successor", UNKNOWN_VILLAGE)
    # Held until the end, so that nobody ends it meanwhile.
    session.refresh(successor, with_for_update=True)
    if successor.code == code or successor.code in queries.list_predecessors(session, code):
        raise SuccessionCircle
    if successor.abolished_on is not None:
        raise VillageAbolished(village=successor.name)


def list_as_poor(
    session: Session, identity: Identity, code: str, told: tuple[Span, str], now: datetime
) -> PoorVillageListing:
    """Notes that a village was listed as poor during a span of days, and what says so.

    The same listing again changes nothing. Raises AlreadyListed where spans overlap,
    VillageAbolished where it was no more on the first day.
    """
    span, source = told
    village = _lock(session, identity, code)
    _check_span(village, span, now)
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
    after = {**_days(listing), "reason": source}
    _leave_a_trail(session, identity, ("village.listed", code), (None, after), now)
    return listing


def _check_span(village: Village, span: Span, now: datetime) -> None:
    _require_come("listed_from", span.first, now)
    if span.last is not None:
        _require_come("listed_until", span.last, now)
        if span.last < span.first:
            raise LastDayTooEarly
    if village.abolished_on is not None and span.first >= village.abolished_on:
        raise VillageAbolished(village=village.name)


def end_listing(
    session: Session, identity: Identity, code: str, ending: tuple[date, str], now: datetime
) -> PoorVillageListing:
    """Ends the listing that still goes on, with its last day. Raises LastDayTooEarly."""
    last_day, source = ending
    _lock(session, identity, code)
    _require_come("last_day", last_day, now)
    listings = queries.list_poor_listings(session, code)
    going_on = next((listing for listing in listings if listing.listed_until is None), None)
    if going_on is None:
        raise invalid("last_day", N_("这个村现在不在贫困村名单上。"))
    if last_day < going_on.listed_from:
        raise LastDayTooEarly
    before = _days(going_on)
    going_on.listed_until = last_day
    session.flush()
    after = {**_days(going_on), "reason": source}
    _leave_a_trail(session, identity, ("village.listing_ended", code), (before, after), now)
    return going_on


def _lock(session: Session, identity: Identity, code: str) -> Village:
    """A village of whoever keeps the register of its county, held until this transaction ends."""
    require_keeper(identity, code)
    village = queries.get_village(session, code)
    session.refresh(village, with_for_update=True)
    return village


def _require_come(field: str, day: date, now: datetime) -> None:
    if day > day_of(now):
        raise invalid(field, NOT_YET)


def _succession(village: Village) -> dict[str, str | None]:
    return {
        "abolished_on": _written(village.abolished_on),
        "successor_code": village.successor_code,
    }


def _days(listing: PoorVillageListing) -> dict[str, str | None]:
    return {
        "listed_from": _written(listing.listed_from),
        "listed_until": _written(listing.listed_until),
    }


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


Facts = dict[str, str | None]


def _leave_a_trail(
    session: Session,
    identity: Identity,
    deed: tuple[str, str],
    facts: tuple[Facts | None, Facts],
    now: datetime,
) -> None:
    """`deed` is what was done and to which village; `facts` are those before and after."""
    action, code = deed
    before, after = facts
    record(
        session,
        now=now,
        actor_id=identity.person_id,
        action=action,
        object_kind=VILLAGE,
        object_id=code,
        before=before,
        after=after,
    )
