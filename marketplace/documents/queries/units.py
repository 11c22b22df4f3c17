"""Papers about a unit's year: filing, progress, roll-up, invoices, entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import Page
from marketplace.documents.rules import words
from marketplace.documents.rules.kinds import PaperTooLong, Subject, last_day
from marketplace.documents.rules.sheet import Cell, RuleRow, Sheet, Table, Yuan, tables_by_rule
from marketplace.filings.queries import FilingView, find_filing
from marketplace.ordering.queries import register_of_invoices
from marketplace.ordering.queries.orders import OFFICE
from marketplace.reports.queries import (
    StandingsWish,
    list_quota_entries,
    list_standings,
    roll_up,
    unit_year,
)
from marketplace.reports.rules import EVERY_ENTRY, EVERY_UNIT
from marketplace.units.queries import get_visible_unit, list_ancestors, subordinates
from marketplace.units.rules import is_supervisor

Row = TypeVar("Row")


@dataclass(frozen=True)
class YearOfUnit:
    """A unit in a year, as far as several papers ask."""

    unit_id: int
    name: str
    division_code: str
    year: int
    filing: FilingView | None
    has_below: bool


def get_year(session: Session, identity: Identity, subject: Subject) -> YearOfUnit:
    """For the unit's office, those above it and the centre. Raises NotFound for anyone else."""
    unit = get_visible_unit(session, identity, subject.id)
    in_office = identity.has_role(OrganisationKind.UNIT, unit.id, *OFFICE)
    if not (in_office or identity.is_in_centre()) and not is_supervisor(
        identity, list_ancestors(session, unit.id)
    ):
        raise NotFound
    return YearOfUnit(
        unit.id,
        unit.name,
        unit.division_code,
        subject.year,
        find_filing(session, identity, unit.id, subject.year),
        bool(subordinates(session, unit.id)),
    )


def has_begun(of: YearOfUnit, today: date) -> bool:
    return of.year <= today.year


def is_filed(of: YearOfUnit, _today: date) -> bool:
    return of.filing is not None


def is_above(of: YearOfUnit, today: date) -> bool:
    return of.has_below and has_begun(of, today)


def _facts(of: YearOfUnit, today: date) -> tuple[tuple[str, Cell], ...]:
    until = words.day(last_day(of.year, today))
    return (("单位", of.name), ("年度", str(of.year)), ("截至", until))


def _whole(page: Page[Row]) -> Sequence[Row]:
    """All of a table. A paper that left rows out would sum to less than the truth."""
    if page.total > len(page.items):
        raise PaperTooLong(most=page.per_page)
    return page.items


def quota_filing(_session: Session, of: YearOfUnit, _today: date) -> Sheet:
    """The unit's statement for the year with its review."""
    filing = of.filing
    assert filing is not None, of
    row = filing.row
    steps = tuple(
        (words.moment(step.at), words.STEPS[step.kind], step.who, step.words or "—")
        for step in filing.steps
    )
    return Sheet(
        "预留份额填报表",
        of.name,
        (
            ("单位", of.name),
            ("年度", str(of.year)),
            ("修订", row.revision),
            ("状态", words.FILINGS[row.state]),
            ("在编人数", row.headcount),
            ("生效日期", words.day(filing.effective_on)),
            ("食堂情况", words.CANTEENS[row.canteen_status]),
            ("主办单位", filing.lead_name or "—"),
            ("食堂年度支出(元)", Yuan(row.canteen_spend_fen)),
            ("工会年度支出(元)", Yuan(row.union_spend_fen)),
            ("修订理由", row.reason or "—"),
            ("备注", filing.remark or "—"),
        ),
        (Table("办理记录", ("时间", "环节", "经办人", "意见"), steps),),
        signers=("填报人", "主管单位", "财政部门"),
    )


def unit_progress(session: Session, of: YearOfUnit, today: date) -> Sheet:
    """Where the unit stands under each rule, and what waits for what."""
    year = unit_year(session, of.unit_id, of.year, today)
    rules = tuple(
        (
            rule.name,
            rule.legal_reference,
            Yuan(rule.target_fen),
            Yuan(rule.counted_fen),
            Yuan(year.offline_fen.get(rule.rule_id, 0)),
            Yuan(rule.waiting_fen),
            Yuan(rule.gap_fen),
        )
        for rule in year.rules
    )
    waiting = tuple(
        (one.number, one.producer_name, words.day(one.ordered_on), Yuan(one.amount_fen))
        for one in year.waiting
    )
    heads = ("规则", "依据", "目标(元)", "已计入(元)", "其中线下(元)", "在途(元)", "还差(元)")
    tables = [Table("各规则进度", heads, rules)]
    if waiting:
        sum_fen = sum(one.amount_fen for one in year.waiting)
        tables.append(
            Table(
                "尚未计入的订单",
                ("订单号", "供应商", "下单日期", "金额(元)"),
                waiting,
                ("合计", "", "", Yuan(sum_fen)),
            )
        )
    facts = (*_facts(of, today), ("在编人数", year.headcount))
    return Sheet("采购进度表", of.name, facts, tuple(tables))


def roll_up_sheet(session: Session, of: YearOfUnit, today: date) -> Sheet:
    """The units below, one line each, and all of them as one."""
    wish = StandingsWish(of.year, of.division_code, below=of.unit_id, sort="name")
    standings = _whole(list_standings(session, wish, EVERY_UNIT, today))
    sums = roll_up(session, wish, today)
    rows = tuple(
        (
            place,
            one.name,
            one.headcount,
            Yuan(one.target_fen),
            Yuan(one.counted_fen),
            Yuan(max(0, one.gap_fen)),
        )
        for place, one in enumerate(standings, 1)
    )
    heads = ("序号", "单位", "在编", "目标(元)", "已计入(元)", "还差(元)")
    facts = (
        *_facts(of, today),
        ("单位数(含本级)", sums.units),
        ("目标合计(含本级,元)", Yuan(sums.target_fen)),
        ("计入合计(含本级,元)", Yuan(sums.counted_fen)),
    )
    total = (
        "下级合计",
        "",
        "",
        Yuan(sum(one.target_fen for one in standings)),
        Yuan(sum(one.counted_fen for one in standings)),
        Yuan(sum(max(0, one.gap_fen) for one in standings)),
    )
    return Sheet("下级单位汇总表", of.name, facts, (Table("下级单位", heads, rows, total),))


def invoice_register(session: Session, of: YearOfUnit, today: date) -> Sheet:
    """Every invoice of the year, red ones negative."""
    register = register_of_invoices(session, of.unit_id, of.year)
    signed = [-fen if kind == "RED" else fen for _on, _number, kind, fen, *_rest in register]
    rows = tuple(
        (
            words.day(on),
            number,
            "红字" if kind == "RED" else "蓝字",
            order,
            producer,
            words.INVOICES[state],
            Yuan(amount),
        )
        for (on, number, kind, _fen, state, order, producer, _buyer), amount in zip(
            register, signed, strict=True
        )
    )
    heads = ("开票日期", "发票号码", "类型", "订单号", "销售方", "状态", "金额(元)")
    total = ("合计", "", "", "", "", "", Yuan(sum(signed)))
    table = Table("发票", heads, rows, total)
    return Sheet("发票登记簿", of.name, _facts(of, today), (table,), is_wide=True)


def quota_entries(session: Session, of: YearOfUnit, today: date) -> Sheet:
    """Every entry of the unit's year: under each rule their sum is what counts."""
    entries = _whole(list_quota_entries(session, of.unit_id, of.year, EVERY_ENTRY))
    found = [
        RuleRow(
            one.rule_code,
            one.rule_name,
            (
                words.day(one.counted_on),
                words.day(one.ordered_on),
                one.number or "职工个人",
                one.rule_name,
                words.ENTRIES[one.kind],
                words.FUNDS[one.fund],
                Yuan(one.amount_fen),
            ),
            one.amount_fen,
        )
        for one in reversed(entries)
    ]
    heads = ("计入日期", "下单日期", "订单号", "规则", "类型", "资金渠道", "金额(元)")
    tables = tables_by_rule("分录", heads, found)
    return Sheet("计入明细", of.name, _facts(of, today), tables, is_wide=True)
