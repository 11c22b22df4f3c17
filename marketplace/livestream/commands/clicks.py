"""Counting clicks in bulk, each visitor once an hour, out of the files that redirects leave."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.core.clock import day_of
from marketplace.core.db import add_up, count_removed, insert_into
from marketplace.core.identity import OrganisationKind
from marketplace.core.paging import in_parts
from marketplace.hosts.queries import agencies_of
from marketplace.livestream.local.spool import ClickSpool, Spooled, opened
from marketplace.livestream.models import Click, ClickFile, LinkTotal
from marketplace.livestream.queries.links import hosts_of_links
from marketplace.livestream.rules.visits import Visit

KEEP = timedelta(days=90)
# What one turn reads: some fifty thousand clicks, so that nobody waits long for the tables.
MOST_BYTES = 2 * 1024 * 1024
# Link, hour, visitor, who was logged in, what kind of visit. A torn line fits nothing.
_LINE = re.compile(
    rb"^([0-9]{1,18}) ([0-9]{1,9}) ([\w-]{1,24}) ([0-9]{1,18}|-) ([A-Z])$", re.MULTILINE
)


@dataclass(frozen=True)
class Seen:
    """A line of the file."""

    link_id: int
    hour: int
    visitor: str
    person_id: int | None
    is_person: bool


def collect_clicks(session: Session, spool: ClickSpool, now: datetime) -> int:
    """Counts what was left since the last turn; how many lines that were.

    How far each file was read is written with the counts, so that a line counts once even where
    a worker dies on the way, or two of them read the same file. What was counted to its end is
    removed by the turn after, when the counts are certain to have lasted.
    """
    room, lines = MOST_BYTES, list[Seen]()
    for path in spool.paths():
        with suppress(FileNotFoundError), opened(path) as file:
            words = _take(session, file, room, now)
            room -= len(words)
            lines += _read(words)
        if room <= 0:
            break
    if lines:
        _count(session, lines, now)
    return len(lines)


def forget_clicks(session: Session, now: datetime) -> int:
    """Clicks are kept to tell visitors apart, for a while; what they add up to stays. How many."""
    oldest = int((now - KEEP).timestamp()) // 3600
    clicks = count_removed(session, delete(Click).where(Click.hour < oldest))
    return clicks + count_removed(session, delete(ClickFile).where(ClickFile.read_at < now - KEEP))


def _take(session: Session, file: Spooled, most: int, now: datetime) -> bytes:
    """The lines of a file that nobody has counted, which are ours from now on."""
    kept = select(ClickFile.read_bytes).where(ClickFile.name == file.name)
    start = session.scalar(kept) or 0
    words = file.read(start, most)
    if not words:
        # Nothing may also mean that this turn has no room for a whole line any more.
        if file.is_left and start >= file.size:
            file.remove()
        return b""
    place = {"read_bytes": start + len(words), "read_at": now}
    taken = insert_into(session, ClickFile).values(name=file.name, **place)
    mine = session.scalar(
        taken.on_conflict_do_update(
            index_elements=["name"], set_=place, where=ClickFile.read_bytes == start
        ).returning(ClickFile.name)
    )
    return words if mine else b""


def _read(words: bytes) -> list[Seen]:
    return [
        Seen(
            int(link),
            int(hour),
            visitor.decode(),
            None if person == b"-" else int(person),
            visit.decode() == Visit.PERSON,
        )
        for link, hour, visitor, person, visit in _LINE.findall(words)
    ]


def _count(session: Session, lines: Collection[Seen], now: datetime) -> None:
    hosts = hosts_of_links(session, {line.link_id for line in lines})
    named = {line.link_id for line in lines if line.person_id is not None}
    own = _own_people(session, {hosts[link] for link in named if link in hosts}, now)
    left_out: Counter[tuple[int, int]] = Counter()
    clicks = set[tuple[int, int, str]]()
    for line in lines:
        host_id = hosts.get(line.link_id)
        if host_id is None:
            continue
        if not line.is_person or line.person_id in own.get(host_id, ()):
            left_out[line.link_id, line.hour] += 1
        else:
            clicks.add((line.link_id, line.hour, line.visitor))
    _add(session, _insert(session, clicks), left_out)


def _own_people(
    session: Session, host_ids: Collection[int], now: datetime
) -> Mapping[int, set[int]]:
    """Who works for each host, themselves or through its agency: their clicks count for nothing."""
    agencies = agencies_of(session, host_ids, day_of(now))
    found = {}
    for host_id in host_ids:
        found[host_id] = member_ids(session, OrganisationKind.HOST, host_id)
        if host_id in agencies:
            agency_id = agencies[host_id].agency_id
            found[host_id] |= member_ids(session, OrganisationKind.AGENCY, agency_id)
    return found


def _insert(session: Session, clicks: Collection[tuple[int, int, str]]) -> Counter[tuple[int, int]]:
    """How many are new, by link and hour: a visitor who was there in that hour is not."""
    table, new = _table(Click), Counter[tuple[int, int]]()
    statement = insert_into(session, table).on_conflict_do_nothing()
    names = ("link_id", "hour", "visitor")
    for part in in_parts(sorted(clicks), 5_000):
        rows = session.execute(
            statement.returning(table.c.link_id, table.c.hour),
            [dict(zip(names, click, strict=True)) for click in part],
        )
        new.update((row.link_id, row.hour) for row in rows)
    return new


def _add(
    session: Session, clicks: Counter[tuple[int, int]], left_out: Counter[tuple[int, int]]
) -> None:
    rows = [
        {
            "link_id": link_id,
            "hour": hour,
            "clicks": clicks[link_id, hour],
            "left_out": left_out[link_id, hour],
        }
        for link_id, hour in sorted({*clicks, *left_out})
    ]
    add_up(session, _table(LinkTotal), rows, ("link_id", "hour"), ("clicks", "left_out"))


def _table(model: type[Click | LinkTotal]) -> Table:
    found = model.__table__
    assert isinstance(found, Table)
    return found
