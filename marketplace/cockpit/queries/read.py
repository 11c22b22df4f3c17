"""What was counted beforehand, as pages read it: the sums of the counties of an area."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.cockpit.models import BooksVerdict, MatchNotice, Snapshot, SuggestedMatch
from marketplace.cockpit.rules import Family, is_stale
from marketplace.core.areas import EVERYTHING
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.units.queries.units import UNIT_NAMES

MOST_COUNTIES = 4_000


@dataclass(frozen=True)
class FamilyFigures:
    """One family over an area: figures added up, as old as the oldest county's."""

    figures: Mapping[str, Any]
    made_at: datetime
    is_stale: bool


def read_snapshot(
    session: Session, area: str, now: datetime, *, with_common: bool = False
) -> dict[str, FamilyFigures]:
    """Family → figures; a family that was never counted is not there. One statement.

    What belongs to no county is among them for whoever looks after all."""
    here = [Snapshot.county_code.startswith(area, autoescape=True)]
    common = Snapshot.county_code == EVERYTHING
    wanted = or_(common, *here) if with_common else and_(~common, *here)
    rows = session.execute(
        select(Snapshot.family, Snapshot.figures, Snapshot.made_at)
        .where(wanted)
        .limit(MOST_COUNTIES)
    ).all()
    found: dict[str, FamilyFigures] = {}
    for family in Family:
        parts = [(row.figures, row.made_at) for row in rows if row.family == family]
        if parts:
            made_at = min(at for _figures, at in parts)
            add_up = _add_queues if family == Family.WAITING else _add_numbers
            figures = add_up([figures for figures, _at in parts])
            found[family] = FamilyFigures(figures, made_at, is_stale(made_at, now))
    return found


def _add_queues(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Numbers added, the oldest day of each kind kept."""
    summed: dict[str, Any] = {}
    for part in parts:
        for kind, (number, since) in part.items():
            kept, oldest = summed.get(kind, (0, None))
            days = [day for day in (since, oldest) if day]
            summed[kind] = (kept + number, min(days, default=None))
    return summed


# What is the same in every county, or told for the widest of them.
SAME = ("year", "days")


def _add_numbers(parts: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    summed: Counter[str] = Counter()
    for part in parts:
        summed.update({name: figure for name, figure in part.items() if name not in SAME})
    same = {name: max(part[name] for part in parts) for name in SAME if name in parts[0]}
    return {**summed, **same}


@dataclass(frozen=True)
class MatchRow:
    """A suggestion with the names of the two."""

    unit_id: int
    unit_name: str
    village_code: str
    village_name: str
    township_name: str
    gap_fen: int
    product_name: str
    packs: int
    value_fen: int
    first_expires_on: date | None
    is_paired: bool
    bought_fen: int
    sold_fen: int


def list_matches(session: Session, area: str, words: str, page: PageRequest) -> Page[MatchRow]:
    """Suggestions of an area in their order; `words` are part of a unit's or village's name."""
    match, place = SuggestedMatch, PLACE_NAMES.c
    named = {"unit_name": UNIT_NAMES.c.name, "village_name": place.name}
    named["township_name"] = place.township_name
    columns = (
        named[name] if name in named else getattr(match, name)
        for name in MatchRow.__dataclass_fields__
    )
    wanted = (
        select(*columns)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == match.unit_id)
        .join(PLACE_NAMES, place.code == match.village_code)
        .where(match.county_code.startswith(area, autoescape=True))
    )
    if words:
        in_unit = UNIT_NAMES.c.name.contains(words, autoescape=True)
        wanted = wanted.where(in_unit | place.name.contains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(match.county_code, match.place)
    rows = session.execute(ordered.offset(page.offset).limit(page.per_page))
    return Page([MatchRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def find_sent(session: Session, unit_id: int, village_code: str) -> MatchNotice | None:
    """When this suggestion was sent last."""
    wanted = select(MatchNotice).where(
        MatchNotice.unit_id == unit_id, MatchNotice.village_code == village_code
    )
    return session.scalars(wanted.order_by(MatchNotice.id.desc()).limit(1)).first()


def latest_proof(session: Session) -> BooksVerdict | None:
    """What the last proof of the books found."""
    return session.scalars(select(BooksVerdict).order_by(BooksVerdict.id.desc()).limit(1)).first()


def get_proof(session: Session, verdict_id: int) -> BooksVerdict:
    """A proof of earlier. Raises NotFound."""
    found = session.get(BooksVerdict, verdict_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class ProofRow:
    """A proof by its figures alone."""

    id: int
    proved_at: datetime
    took_ms: int
    breaks: int


_PROOFS = select(*(getattr(BooksVerdict, name) for name in ProofRow.__dataclass_fields__)).order_by(
    BooksVerdict.id.desc()
)


def newest_proof_row(session: Session) -> ProofRow | None:
    found = session.execute(_PROOFS.limit(1)).one_or_none()
    return ProofRow(*tuple(found)) if found else None


def list_proofs(session: Session, page: PageRequest) -> Page[ProofRow]:
    """Proofs, the newest first, without their rows."""
    total = session.scalar(select(func.count()).select_from(BooksVerdict)) or 0
    rows = session.execute(_PROOFS.offset(page.offset).limit(page.per_page))
    return Page([ProofRow(*tuple(row)) for row in rows], page.page, page.per_page, total)
