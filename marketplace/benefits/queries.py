"""Lists as their producer and, masked, the county see them; sums of villages for everyone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.benefits.models import BenefitEntry, BenefitHousehold, BenefitList
from marketplace.benefits.rules import (
    FEWEST,
    BenefitRow,
    Verdict,
    judge,
    judge_together,
    may_read,
    may_write,
    require_period,
)
from marketplace.core.areas import in_area
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.masking import last_four, mask_name
from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.core.sealing import Sealer
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.producers.queries.nearby import villages_called

AT_ONCE = 500


@dataclass(frozen=True)
class Told:
    """A list as a producer hands it in."""

    producer_id: int
    kind: str
    period: str
    rows: tuple[BenefitRow, ...]


@dataclass(frozen=True)
class ListRow:
    """A list in one line: how many households still stand in it, and what they received."""

    id: int
    producer_id: int
    producer_name: str
    kind: str
    period: str
    told_at: datetime
    households: int
    sum_fen: int


@dataclass(frozen=True)
class EntryView:
    """What a household received, its name in full or masked."""

    id: int
    name: str
    identity: str
    village_name: str
    amount_fen: int
    is_reversed: bool
    is_reversal: bool
    words: str


@dataclass(frozen=True)
class VillageBenefit:
    """What households of a village received, where there are enough of them to be told."""

    village_code: str
    households: int
    sum_fen: int


def judge_list(session: Session, told: Told, sealer: Sealer, now: datetime) -> list[Verdict]:
    """A verdict on each row. Raises InvalidInput where the month is none."""
    require_period(told.period, day_of(now))
    villages = villages_called(session, told.producer_id, (row.village for row in told.rows))
    verdicts = [judge(row, villages) for row in told.rows]
    return judge_together(verdicts, _known(session, told, verdicts, sealer))


def _known(
    session: Session, told: Told, verdicts: Sequence[Verdict], sealer: Sealer
) -> frozenset[str]:
    """Identity numbers among the rows with an entry of this kind and month that stands."""
    marks = {sealer.mark(one.identity): one.identity for one in verdicts if one.is_good}
    found: set[str] = set()
    for some in in_parts(sorted(marks), AT_ONCE):
        found |= set(
            session.scalars(
                select(BenefitHousehold.mark)
                .join(BenefitEntry, BenefitEntry.household_id == BenefitHousehold.id)
                .join(BenefitList, BenefitList.id == BenefitEntry.list_id)
                .where(
                    BenefitHousehold.producer_id == told.producer_id,
                    BenefitHousehold.mark.in_(some),
                    BenefitList.kind == told.kind,
                    BenefitList.period == told.period,
                )
                .group_by(BenefitHousehold.mark)
                .having(func.sum(BenefitEntry.amount_fen) > 0)
            )
        )
    return frozenset(marks[mark] for mark in found)


def _lists() -> Select[*tuple[Any, ...]]:
    received = func.coalesce(func.sum(BenefitEntry.amount_fen), 0)
    # An entry and its reversal make nothing.
    standing = func.sum(case((BenefitEntry.amount_fen > 0, 1), else_=-1))
    return (
        select(
            BenefitList.id,
            BenefitList.producer_id,
            PRODUCER_NAMES.c.name,
            BenefitList.kind,
            BenefitList.period,
            BenefitList.told_at,
            func.coalesce(standing, 0),
            received,
        )
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == BenefitList.producer_id)
        .outerjoin(BenefitEntry, BenefitEntry.list_id == BenefitList.id)
        .group_by(BenefitList.id, PRODUCER_NAMES.c.name)
    )


def list_lists(
    session: Session, identity: Identity, producer_id: int | None, page: PageRequest
) -> Page[ListRow]:
    """Lists of a producer, or of all for the centre, the newest first. Raises NotFound."""
    if producer_id is None:
        if not identity.is_in_centre():
            raise NotFound
        about: tuple[ColumnElement[bool], ...] = tuple(
            in_area("benefit_list", BenefitList.id, identity.area)
        )
    else:
        if not may_read(identity, producer_id):
            raise NotFound
        about = (BenefitList.producer_id == producer_id,)
    total = session.scalar(select(func.count()).select_from(BenefitList).where(*about)) or 0
    wanted = _lists().where(*about).order_by(BenefitList.period.desc(), BenefitList.id.desc())
    rows = session.execute(wanted.limit(page.per_page).offset(page.offset))
    return Page([ListRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def get_list(session: Session, identity: Identity, list_id: int) -> ListRow:
    """A list. Raises NotFound for whoever may not see it."""
    row = session.execute(_lists().where(BenefitList.id == list_id)).one_or_none()
    found = ListRow(*tuple(row)) if row is not None else None
    if found is None or not may_read(identity, found.producer_id):
        raise NotFound
    return found


def entries_of(
    session: Session, identity: Identity, kept: ListRow, sealer: Sealer, page: PageRequest
) -> Page[EntryView]:
    """What stands in a list: names in full for the producer's people, masked for the county."""
    takes_back = aliased(BenefitEntry)
    of_list = BenefitEntry.list_id == kept.id
    total = session.scalar(select(func.count()).select_from(BenefitEntry).where(of_list)) or 0
    rows = session.execute(
        select(BenefitEntry, BenefitHousehold, PLACE_NAMES.c.name, takes_back.id)
        .join(BenefitHousehold, BenefitHousehold.id == BenefitEntry.household_id)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == BenefitEntry.village_code)
        .outerjoin(takes_back, takes_back.reverses_id == BenefitEntry.id)
        .where(of_list)
        .order_by(BenefitEntry.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    in_full = may_write(identity, kept.producer_id)
    found = [
        _entry(entry, _opened(household, sealer, in_full=in_full), village, reversal)
        for entry, household, village, reversal in rows
    ]
    return Page(found, page.page, page.per_page, total)


def _opened(household: BenefitHousehold, sealer: Sealer, *, in_full: bool) -> tuple[str, str]:
    """(name, identity number masked). Sealed with a lost secret, they are empty."""
    name = sealer.open(household.name_sealed) or ""
    identity = sealer.open(household.identity_sealed) or ""
    return (name, last_four(identity)) if in_full else (mask_name(name), "")


def _entry(
    entry: BenefitEntry, who: tuple[str, str], village: str, reversal: int | None
) -> EntryView:
    return EntryView(
        id=entry.id,
        name=who[0],
        identity=who[1],
        village_name=village,
        amount_fen=entry.amount_fen,
        is_reversed=reversal is not None,
        is_reversal=entry.reverses_id is not None,
        words=entry.words,
    )


def benefits_of_villages(
    session: Session, year: int, village_code: str | None = None
) -> Mapping[str, VillageBenefit]:
    """Villages with what their households received in a year, in one statement.

    Villages with fewer than three households are left out: nobody can be told apart.
    """
    received = func.sum(BenefitEntry.amount_fen)
    each = (
        select(BenefitEntry.village_code, BenefitHousehold.mark, received.label("sum_fen"))
        .join(BenefitHousehold, BenefitHousehold.id == BenefitEntry.household_id)
        .where(BenefitEntry.period.between(f"{year}-01", f"{year}-12"))
        .group_by(BenefitEntry.village_code, BenefitHousehold.mark)
        .having(received > 0)
    )
    if village_code is not None:
        each = each.where(BenefitEntry.village_code == village_code)
    household = each.subquery("household")
    rows = session.execute(
        select(household.c.village_code, func.count(), func.sum(household.c.sum_fen))
        .group_by(household.c.village_code)
        .having(func.count() >= FEWEST)
    )
    return {code: VillageBenefit(code, number, sum_fen) for code, number, sum_fen in rows}
