"""The trail and its chains."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry, AuditLink, AuditVerdict
from marketplace.audit.rules import BrokenLink, Verdict, beginning_of, seal_of
from marketplace.core.personal import PersonalData, rows_of

# How far behind the newest link an entry may have been written and still appear late.
LATEST = 10_000

_ENTRY = tuple(AuditEntry.__table__.c)


@dataclass(frozen=True)
class TrailRow:
    """One change of an object, with its place in the chain once it is sealed."""

    at: datetime
    actor_id: int | None
    action: str
    origin: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    position: int | None


def list_trail(
    session: Session, object_kind: str, object_id: int | str, limit: int = 200
) -> list[TrailRow]:
    """What happened to one object, newest first."""
    statement = (
        select(
            AuditEntry.at,
            AuditEntry.actor_id,
            AuditEntry.action,
            AuditEntry.origin,
            AuditEntry.before,
            AuditEntry.after,
            AuditLink.position,
        )
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditEntry.object_kind == object_kind, AuditEntry.object_id == str(object_id))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [TrailRow(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class TrailWish:
    """Which changes are wanted; what is empty or None does not narrow."""

    actor_id: int | None = None
    action: str = ""
    object_kind: str = ""
    object_id: str = ""
    county_code: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    origin: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        exact = {
            AuditEntry.actor_id: self.actor_id,
            AuditEntry.county_code: self.county_code,
            AuditEntry.object_kind: self.object_kind or None,
            AuditEntry.object_id: self.object_id or None,
        }
        begun = {AuditEntry.action: self.action, AuditEntry.origin: self.origin}
        found = [column == value for column, value in exact.items() if value is not None]
        found += [
            column.startswith(value, autoescape=True) for column, value in begun.items() if value
        ]
        if self.from_at is not None:
            found.append(AuditEntry.at >= self.from_at)
        if self.until_at is not None:
            found.append(AuditEntry.at < self.until_at)
        return found


@dataclass(frozen=True)
class SealedEntry:
    """One change with all that was sealed, and its seal once there is one."""

    entry: Mapping[str, Any]
    position: int | None
    previous_hash: str | None
    hash: str | None

    @property
    def id(self) -> int:
        return int(self.entry["id"])


def search_trail(
    session: Session, wish: TrailWish, *, before_id: int | None, most: int
) -> list[SealedEntry]:
    """Changes, the newest first, by id: a page further on costs no more than the first."""
    wanted = (
        select(AuditLink.position, AuditLink.previous_hash, AuditLink.hash, *_ENTRY)
        .select_from(AuditEntry)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(*wish.conditions())
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    if before_id is not None:
        wanted = wanted.where(AuditEntry.id < before_id)
    return [
        SealedEntry({column.name: row._mapping[column] for column in _ENTRY}, *row[:3])
        for row in session.execute(wanted)
    ]


def list_actions(session: Session) -> Sequence[str]:
    """Every action there ever was, by hops over its index and not over the whole trail."""
    found: list[str] = []
    wanted = select(func.min(AuditEntry.action))
    action = session.scalar(wanted)
    while action is not None:
        found.append(action)
        action = session.scalar(wanted.where(AuditEntry.action > action))
    return found


def latest_verdict(session: Session) -> AuditVerdict | None:
    """What the last night found."""
    return session.scalars(select(AuditVerdict).order_by(AuditVerdict.id.desc()).limit(1)).first()


def find_head(session: Session, county_code: str) -> tuple[int, str]:
    """Position and hash of the last link of a county's chain, or of its beginning."""
    statement = (
        select(AuditLink.position, AuditLink.hash)
        .where(AuditLink.county_code == county_code)
        .order_by(AuditLink.position.desc())
    )
    head = session.execute(statement.limit(1)).one_or_none()
    return (head.position, head.hash) if head else (0, beginning_of(county_code))


def list_unsealed(session: Session, limit: int) -> list[Mapping[str, Any]]:
    """Entries without a link, in id order.

    Looking through the whole trail every few seconds would cost more each year, so only the
    newest part is looked through; `verify` counts over everything and would name the rest.
    """
    newest = session.scalar(select(func.max(AuditLink.entry_id))) or 0
    statement = (
        select(*_ENTRY)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditEntry.id > newest - LATEST, AuditLink.entry_id.is_(None))
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    return [row._asdict() for row in session.execute(statement)]


def count_unsealed(session: Session) -> int:
    """Entries that no link covers yet."""
    statement = (
        select(func.count())
        .select_from(AuditEntry)
        .outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
        .where(AuditLink.entry_id.is_(None))
    )
    return session.scalar(statement) or 0


def _select_links() -> Select[*tuple[Any, ...]]:
    """Every link with its entry, chain by chain."""
    return (
        select(
            AuditLink.entry_id,
            AuditLink.county_code.label("chain"),
            AuditLink.position,
            AuditLink.previous_hash,
            AuditLink.hash,
        )
        .add_columns(*_ENTRY)
        .outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.county_code, AuditLink.position)
    )


def _links(session: Session) -> Generator[Row[Any], None, None]:
    """All of them, a thousand rows at a time."""
    with session.execute(_select_links().execution_options(yield_per=1000)) as links:
        yield from links


def _find_fault(link: Row[Any], position: int, previous_hash: str) -> str | None:
    """Why this link does not continue the chain, or None."""
    if link.position != position:
        return f"link {position} is missing"
    if link.previous_hash != previous_hash:
        return "the link does not continue the one before it"
    if link.id is None:
        return "the entry is gone"
    entry = {column.name: link._mapping[column] for column in _ENTRY}
    if entry["county_code"] != link.chain:
        return "the entry stands in another county's chain"
    if seal_of(previous_hash, entry) != link.hash:
        return "the entry is not what was sealed"
    return None


# Each chain's last position and hash, as far as it was followed.
Heads = dict[str, tuple[int, str]]


def verify(session: Session) -> Verdict:
    """Follows each chain from its beginning; stops at the first link that does not hold."""
    heads: Heads = {}
    # Closed by hand: stopping early would leave a cursor open in the database.
    with closing(_links(session)) as links:
        broken = _follow(links, heads)
    return verdict_of(session, heads, broken)


def follow_on(session: Session, heads: Heads, most: int) -> tuple[int, BrokenLink | None]:
    """Follows the chains a part further, and moves the heads on; how many links, and the first
    that does not hold."""
    wanted = _select_links().limit(most)
    if heads:
        chain = max(heads)
        last = (chain, heads[chain][0])
        wanted = wanted.where(tuple_(AuditLink.county_code, AuditLink.position) > last)
    links = session.execute(wanted).all()
    return len(links), _follow(links, heads)


def _follow(links: Iterable[Row[Any]], heads: Heads) -> BrokenLink | None:
    for link in links:
        position, previous_hash = heads.get(link.chain) or (0, beginning_of(link.chain))
        why = _find_fault(link, position + 1, previous_hash)
        if why is not None:
            return BrokenLink(position + 1, link.entry_id, why, link.chain)
        heads[link.chain] = (position + 1, link.hash)
    return None


def _find_cut(session: Session, heads: Heads) -> BrokenLink | None:
    """A chain without the head that an earlier night kept: cut off behind, it still holds."""
    kept = session.scalars(
        select(AuditVerdict).where(AuditVerdict.links > 0).order_by(AuditVerdict.id.desc()).limit(1)
    ).first()
    if kept is None:
        return None
    for county, head in kept.heads.items():
        if session.scalar(select(AuditLink.position).where(AuditLink.hash == head)) is None:
            position = heads.get(county, (0, ""))[0]
            return BrokenLink(position + 1, 0, f"the head kept at {kept.at} is gone", county)
    return None


def verdict_of(session: Session, heads: Heads, broken: BrokenLink | None) -> Verdict:
    """What following the chains to their heads has shown."""
    broken = broken or _find_cut(session, heads)
    unsealed = 0 if broken else count_unsealed(session)
    links = sum(position for position, _hash in heads.values())
    return Verdict(links, {county: seal for county, (_, seal) in heads.items()}, unsealed, broken)


def personal_data(session: Session, person_id: int) -> PersonalData:
    """What a person did that left a trail: ids and codes, for the facts belong to the matter."""
    about = (AuditEntry.action, AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.origin)
    wanted = select(AuditEntry.at, *about).where(AuditEntry.actor_id == person_id)
    return {"deeds": rows_of(session, wanted.order_by(AuditEntry.id))}
