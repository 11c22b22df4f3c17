"""Reading rules, entries and totals of the quota."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, Subquery, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.core.errors import NotFound
from marketplace.core.money import Fen
from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.quota.models import ClosedYear, QuotaEntry, QuotaRule, QuotaTotal
from marketplace.quota.rules import EntryKind


def rule_of_year(session: Session, rule_id: int, year: int) -> int:
    """The newest version of the same rule for another year; itself in its own year, or where
    the other one has none."""
    rule = session.get_one(QuotaRule, rule_id)
    if rule.year == year:
        return rule_id
    found = session.scalar(
        select(QuotaRule.id)
        .where(
            QuotaRule.code == rule.code,
            QuotaRule.year == year,
            QuotaRule.published_at.is_not(None),
        )
        .order_by(QuotaRule.version.desc())
        .limit(1)
    )
    return found or rule_id


def versions_of(rule_id: int) -> Select[int]:
    """The ids of all versions of a rule: what one counted in a year, the next one inherits. Also
    those of other years, under which a year is corrected that has none of its own yet."""
    one, other = aliased(QuotaRule), aliased(QuotaRule)
    same = select(other.id).join(one, one.code == other.code)
    return same.where(one.id == rule_id)


def counted_by_rule(
    session: Session, unit_id: int, year: int, on: date | None = None
) -> dict[int, Fen]:
    """What counts for a unit in a year by any version of each rule: from kept totals, or as of
    the end of a day from the entries."""
    if on is None:
        total = QuotaTotal
        sums = select(total.rule_id, total.counted_fen.label("fen")).where(
            total.unit_id == unit_id, total.year == year
        )
    else:
        entry = QuotaEntry
        sums = (
            select(entry.rule_id, func.sum(entry.amount_fen).label("fen"))
            .where(entry.unit_id == unit_id, entry.year == year, entry.counted_on <= on)
            .group_by(entry.rule_id)
        )
    return by_any_version(session, year, sums.subquery())


def by_any_version(session: Session, year: int, part: Subquery) -> dict[int, Fen]:
    """Sums by rule as sums over all versions of each rule, whatever year they are of, under the id
    of every version of the year."""
    rows = session.execute(
        select(QuotaRule.id, QuotaRule.code, QuotaRule.year, part.c.fen)
        .outerjoin(part, part.c.rule_id == QuotaRule.id)
        .where(or_(QuotaRule.year == year, part.c.fen.is_not(None)))
    ).all()
    by_code: dict[str, int] = {}
    for _rule_id, code, _year, fen in rows:
        by_code[code] = by_code.get(code, 0) + (fen or 0)
    return {rule_id: Fen(by_code[code]) for rule_id, code, of, _fen in rows if of == year}


def counted_last_year(session: Session, unit_id: int, year: int) -> dict[str, Fen]:
    """What counted for a unit in the year before, by the code of the rule."""
    rows = session.execute(
        select(QuotaRule.code, func.sum(QuotaTotal.counted_fen))
        .join(QuotaRule, QuotaRule.id == QuotaTotal.rule_id)
        .where(QuotaTotal.unit_id == unit_id, QuotaTotal.year == year - 1)
        .group_by(QuotaRule.code)
    )
    return {code: Fen(amount) for code, amount in rows}


def is_closed(session: Session, year: int) -> bool:
    return session.get(ClosedYear, year) is not None


def correcting_year(session: Session, year: int, today: date) -> int:
    """The year in which what counts in a year is corrected: its own while that is open, else the
    running one."""
    return today.year if is_closed(session, year) else year


def counted_of_lines(session: Session, order_line_ids: Sequence[int]) -> Sequence[QuotaEntry]:
    """The entries by which these lines count: at first, or where they were re-attributed to."""
    moved_away = aliased(QuotaEntry)
    return session.scalars(
        select(QuotaEntry)
        .where(
            QuotaEntry.order_line_id.in_(order_line_ids),
            QuotaEntry.kind.in_((EntryKind.SALE, EntryKind.REATTRIBUTION)),
            QuotaEntry.amount_fen > 0,
            ~select(moved_away.id)
            .where(
                # Of the same line, by which it is found.
                moved_away.order_line_id == QuotaEntry.order_line_id,
                moved_away.reverses_id == QuotaEntry.id,
                moved_away.kind == EntryKind.REATTRIBUTION,
            )
            .exists(),
        )
        .order_by(QuotaEntry.id)
    ).all()


def freight_of_order(session: Session, order_id: int) -> Sequence[QuotaEntry]:
    """The entries by which the freight of an order counts: at first, or where it was moved to."""
    undone = aliased(QuotaEntry)
    return session.scalars(
        select(QuotaEntry)
        .where(
            QuotaEntry.order_id == order_id,
            QuotaEntry.order_line_id.is_(None),
            QuotaEntry.amount_fen > 0,
            ~select(undone.id)
            .where(undone.order_id == order_id, undone.reverses_id == QuotaEntry.id)
            .exists(),
        )
        .order_by(QuotaEntry.id)
    ).all()


def codes_with_freight(session: Session) -> set[str]:
    """The codes of rules of which some version counts freight."""
    wanted = select(QuotaRule.code).where(QuotaRule.freight_counts.is_(True))
    return set(session.scalars(wanted.distinct()))


def counted_of_order(session: Session, order_id: int) -> dict[tuple[str, int], Fen]:
    """What of an order counts by (code of a rule, line), after refunds; line 0 is the freight."""
    rows = session.execute(
        select(QuotaRule.code, QuotaEntry.order_line_id, func.sum(QuotaEntry.amount_fen))
        .join(QuotaRule, QuotaRule.id == QuotaEntry.rule_id)
        .where(QuotaEntry.order_id == order_id)
        .group_by(QuotaRule.code, QuotaEntry.order_line_id)
    )
    return {(code, line or 0): Fen(fen) for code, line, fen in rows}


def codes_counting(session: Session, order_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The codes of rules by some version of which goods of each order were counted."""
    found: dict[int, frozenset[str]] = {}
    for few in in_parts(order_ids, 500):
        rows = session.execute(
            select(QuotaEntry.order_id, QuotaRule.code)
            .join(QuotaRule, QuotaRule.id == QuotaEntry.rule_id)
            .where(QuotaEntry.order_id.in_(few), QuotaEntry.kind == EntryKind.SALE)
            .where(QuotaEntry.order_line_id.is_not(None))
            .distinct()
        )
        for order_id, code in rows:
            found[order_id or 0] = found.get(order_id or 0, frozenset()) | {code}
    return found


def list_entries(
    session: Session, unit_id: int, year: int, page: PageRequest, on: date | None = None
) -> Page[QuotaEntry]:
    """A unit's entries of a year (up to the end of a day), the newest first."""
    mine = [QuotaEntry.unit_id == unit_id, QuotaEntry.year == year]
    if on is not None:
        mine.append(QuotaEntry.counted_on <= on)
    total = session.scalar(select(func.count()).select_from(QuotaEntry).where(*mine)) or 0
    rows = session.scalars(
        select(QuotaEntry)
        .where(*mine)
        .order_by(QuotaEntry.counted_on.desc(), QuotaEntry.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    return Page(rows, page.page, page.per_page, total)


def kept_totals(session: Session) -> dict[tuple[int, int, int], Fen]:
    """Every kept total: (unit, rule, year) → fen."""
    total = QuotaTotal
    rows = session.execute(select(total.unit_id, total.rule_id, total.year, total.counted_fen))
    return {(unit, rule, year): Fen(amount) for unit, rule, year, amount in rows}


def summed_entries(session: Session) -> dict[tuple[int, int, int], Fen]:
    """The same sums, added up anew from the entries."""
    entry = QuotaEntry
    rows = session.execute(
        select(entry.unit_id, entry.rule_id, entry.year, func.sum(entry.amount_fen)).group_by(
            entry.unit_id, entry.rule_id, entry.year
        )
    )
    return {(unit, rule, year): Fen(amount) for unit, rule, year, amount in rows}


def summed_by_order(session: Session) -> dict[tuple[int, str], Fen]:
    """What counts of each order under each rule (by its code: a later year's adjustment stands
    under that year's version of the same rule), added up from the entries."""
    entry = QuotaEntry
    rows = session.execute(
        select(entry.order_id, QuotaRule.code, func.sum(entry.amount_fen))
        .join(QuotaRule, QuotaRule.id == entry.rule_id)
        .group_by(entry.order_id, QuotaRule.code)
    )
    return {(order, code): Fen(amount) for order, code, amount in rows if order is not None}


def select_counted_on(rule_id: int, year: int, day: date) -> Subquery:
    """The same as it stood at the end of a day, added up from the entries."""
    return (
        select(QuotaEntry.unit_id, func.sum(QuotaEntry.amount_fen).label("counted_fen"))
        .where(QuotaEntry.rule_id.in_(versions_of(rule_id)), QuotaEntry.year == year)
        .where(QuotaEntry.counted_on <= day)
        .group_by(QuotaEntry.unit_id)
        .subquery("counted_on_a_day")
    )


def counted_on(session: Session, rule_id: int, year: int, day: date) -> dict[int, int]:
    """The same, by unit."""
    table = select_counted_on(rule_id, year, day)
    rows = session.execute(select(table.c.unit_id, table.c.counted_fen))
    return {unit_id: int(fen) for unit_id, fen in rows}


def select_counted(rule_id: int, year: int) -> Subquery:
    """Each unit's kept total under one rule, for tables that packages above sort and join."""
    return (
        select(QuotaTotal.unit_id, func.sum(QuotaTotal.counted_fen).label("counted_fen"))
        .where(QuotaTotal.rule_id.in_(versions_of(rule_id)), QuotaTotal.year == year)
        .group_by(QuotaTotal.unit_id)
        .subquery("counted_of_a_year")
    )


def get_rule(session: Session, rule_id: int) -> QuotaRule:
    """A version of a rule. Raises NotFound."""
    rule = session.get(QuotaRule, rule_id)
    if rule is None:
        raise NotFound
    return rule


def entries_of_order(session: Session, order_id: int) -> Sequence[tuple[QuotaEntry, QuotaRule]]:
    """The entries of an order with their rules, in the order in which they came."""
    rows = session.execute(
        select(QuotaEntry, QuotaRule)
        .join(QuotaRule, QuotaRule.id == QuotaEntry.rule_id)
        .where(QuotaEntry.order_id == order_id)
        .order_by(QuotaEntry.id)
    )
    return [(entry, rule) for entry, rule in rows]


def rules_named(session: Session, rule_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(code, name) of versions of rules, by their ids."""
    rows = session.execute(
        select(QuotaRule.id, QuotaRule.code, QuotaRule.name).where(QuotaRule.id.in_(rule_ids))
    )
    return {rule_id: (code, name) for rule_id, code, name in rows}
