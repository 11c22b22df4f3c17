"""The paper about a month of a host or an agency."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.commission.rules import reason_of
from marketplace.core.clock import start_of
from marketplace.core.identity import Identity
from marketplace.core.money import PPM, as_percent
from marketplace.documents.rules import words
from marketplace.documents.rules.kinds import Subject
from marketplace.documents.rules.sheet import Cell, Row, Sheet, Table, Yuan
from marketplace.payments.queries import EVERY_LINE, earnings_of, find_commission
from marketplace.payments.queries.commissions import CommissionRow, name_of_payee
from marketplace.payments.queries.earnings import Earning, Earnings
from marketplace.payments.rules.commissions import HOST, CommissionState, Payee, require_reader

RATE = "占净额的比例 × 分成"
HEADS = ("日期", "订单号", "商品", "类别", "状态", "净额(元)", RATE, "佣金(元)", "原因")
STATES = ("状态", "笔数", "佣金(元)")


@dataclass(frozen=True)
class MonthOfPayee:
    payee: Payee
    name: str
    period: str


def get_month(session: Session, identity: Identity, subject: Subject) -> MonthOfPayee:
    """For the host's or agency's own people and the centre. Raises NotFound for anyone else."""
    payee = Payee(subject.kind, subject.id)
    require_reader(identity, payee)
    return MonthOfPayee(payee, name_of_payee(session, payee), subject.period)


def statement(session: Session, of: MonthOfPayee, today: date) -> Sheet:
    """Every line of the month with its state and reason, and how the month was settled. What came
    to nothing stands apart, with a sum of its own."""
    found = earnings_of(session, of.payee, of.period, EVERY_LINE, start_of(today))
    voided = found.voided
    standing = [one for one in found.sums if one is not voided]
    count = sum(one.lines for one in standing)
    sums = tuple((words.COMMISSION[one.state], one.lines, Yuan(one.amount_fen)) for one in standing)
    lines = {is_voided: _lines(of.payee, found, is_voided) for is_voided in (False, True)}
    tables = [
        _table("明细", lines[False], found.total_fen),
        Table("按状态合计", STATES, sums, ("合计", count, Yuan(found.total_fen))),
    ]
    if voided is not None:
        tables.append(_table("已作废,不计入合计", lines[True], voided.amount_fen))
    return Sheet(
        "佣金对账单",
        of.name,
        _facts(session, of, today),
        tuple(tables),
        sum_fen=found.total_fen,
        is_wide=True,
    )


def _table(title: str, rows: tuple[Row, ...], sum_fen: int) -> Table:
    return Table(title, HEADS, rows, ("合计", "", "", "", "", "", "", Yuan(sum_fen), ""))


def _lines(payee: Payee, found: Earnings, is_voided: bool) -> tuple[Row, ...]:
    return tuple(
        (
            words.day(line.at),
            line.number,
            line.product_name,
            words.EARNINGS[line.kind],
            words.COMMISSION[line.state],
            Yuan(line.base_fen),
            _rate(payee, line),
            Yuan(line.amount_fen),
            reason_of(line.outcome, line.facts),
        )
        for line in found.page.items
        if (line.state == CommissionState.VOIDED) == is_voided
    )


def _rate(payee: Payee, line: Earning) -> str:
    """The commission's part of the net amount, and the payee's part of the commission."""
    rate, share_ppm = f"{as_percent(line.rate_ppm)}%", line.share_ppm(payee)
    return rate if share_ppm == PPM else f"{rate} × {as_percent(share_ppm)}%"


def _facts(session: Session, of: MonthOfPayee, today: date) -> tuple[tuple[str, Cell], ...]:
    whom = "主播" if of.payee.kind == HOST else "机构"
    facts: tuple[tuple[str, Cell], ...] = (
        (whom, of.name),
        ("月份", of.period),
        ("状态截至", words.day(today)),
    )
    settlement = find_commission(session, of.payee, of.period)
    return facts if settlement is None else (*facts, *_settled(settlement))


def _settled(row: CommissionRow) -> tuple[tuple[str, Cell], ...]:
    """What was settled for the month, and the tax of it."""
    taxed = row.withheld
    facts: tuple[tuple[str, Cell], ...] = (
        ("结算单", row.number),
        ("本次结算(元)", Yuan(row.amount_fen)),
        ("上月结转(元)", Yuan(row.carried_fen)),
        ("应结(元)", Yuan(row.closing_fen)),
    )
    if row.is_carried:
        return (*facts, ("结转下月", "不足 1 元或者是负数"))
    if row.payee.kind == HOST:
        facts = (
            *facts,
            ("应纳税所得额(元)", Yuan(taxed.taxable_fen)),
            ("预扣率", f"{as_percent(taxed.rate_ppm)}%"),
            ("代扣个税(元)", Yuan(row.tax_fen)),
        )
    elif row.invoice_number:
        facts = (*facts, ("佣金发票", row.invoice_number))
    paid = words.day(row.paid_at) if row.payout_state == "PAID" else "—"
    return (*facts, ("实付(元)", Yuan(row.net_fen)), ("付款日期", paid))
