"""Settlements of commission and monthly statements as tables to take away."""

from collections.abc import Iterable

from flask_babel import gettext as _

from marketplace.commission.rules import reason_of
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.core.money import as_percent, plain_yuan
from marketplace.payments.queries.commissions import CommissionView
from marketplace.payments.queries.earnings import Earning, Earnings
from marketplace.payments.rules.commissions import AGENCY, CommissionState, Payee

Rows = list[tuple[object, ...]]
STATES = {
    CommissionState.PENDING: N_("待验收"),
    CommissionState.ESTIMATED: N_("预计佣金"),
    CommissionState.PAYABLE: N_("可结算"),
    CommissionState.SETTLED: N_("已结算"),
    CommissionState.VOIDED: N_("已作废"),
}
KINDS = {
    "OPEN": N_("下单"),
    "EARNED": N_("成交"),
    "REFUND": N_("退款扣回"),
    "REVERSED": N_("改判扣回"),
    "GRANTED": N_("改判计入"),
}


def reason_in_words(line: Earning) -> str:
    """Why it is theirs, in the reader's language."""
    return reason_of(line.outcome, line.facts, _)


def kind_in_words(line: Earning) -> str:
    words: str = _(KINDS[line.kind])
    return words


def rate_in_words(payee: Payee, line: Earning) -> str:
    """Of what its percentages are: of the net amount, and of the commission on it."""
    rate, share = as_percent(line.rate_ppm), as_percent(line.share_ppm(payee))
    words: str = _("净额的 %(rate)s%%", rate=rate)
    if payee.kind == AGENCY:
        words = _("净额的 %(rate)s%% × 机构分成 %(share)s%%", rate=rate, share=share)
    elif line.agency_ppm:
        words = _("净额的 %(rate)s%% × 主播分成 %(share)s%%", rate=rate, share=share)
    return words


def settlement_rows(view: CommissionView) -> Rows:
    """Each entry with its order, goods, reason, net amount, rate and share; then the tax."""
    row = view.row
    return [
        (row.name, row.period, row.number),
        (
            _("日期"),
            _("订单"),
            _("商品"),
            _("类别"),
            _("净额(元)"),
            _("比例"),
            _("佣金(元)"),
            _("原因"),
        ),
        *(
            (
                day_of(line.at),
                line.number,
                line.product_name,
                kind_in_words(line),
                plain_yuan(line.base_fen),
                rate_in_words(row.payee, line),
                plain_yuan(line.amount_fen),
                reason_in_words(line),
            )
            for line in view.lines
        ),
        *_sums(view),
    ]


def _sums(view: CommissionView) -> Rows:
    row, taxed = view.row, view.row.withheld
    return [
        (_("本次结算"), plain_yuan(row.amount_fen)),
        *((_("其中 %(month)s", month=one), plain_yuan(fen)) for one, fen in view.months),
        (_("上月结转"), plain_yuan(row.carried_fen)),
        (_("应结"), plain_yuan(row.closing_fen)),
        (_("税前"), _("应纳税所得额"), _("预扣率"), _("代扣个税"), _("实付")),
        (
            plain_yuan(row.closing_fen),
            plain_yuan(taxed.taxable_fen),
            f"{as_percent(taxed.rate_ppm)}%",
            plain_yuan(row.tax_fen),
            plain_yuan(row.net_fen),
        ),
    ]


def statement_rows(name: str, earnings: Earnings) -> Rows:
    """A month line by line with its states and reasons, then its sums."""
    return [
        (name, earnings.period),
        (
            _("日期"),
            _("订单"),
            _("商品"),
            _("主播"),
            _("场次"),
            _("类别"),
            _("状态"),
            _("净额(元)"),
            _("比例"),
            _("佣金(元)"),
            _("原因"),
        ),
        *_statement_lines(earnings.payee, earnings.page.items),
        *(
            (
                _("合计"),
                _(STATES[CommissionState(one.state)]),
                one.lines,
                plain_yuan(one.amount_fen),
            )
            for one in earnings.sums
        ),
    ]


def _statement_lines(payee: Payee, lines: Iterable[Earning]) -> Rows:
    return [
        (
            day_of(line.at),
            line.number,
            line.product_name,
            line.host_name,
            line.session_title,
            kind_in_words(line),
            _(STATES[CommissionState(line.state)]),
            plain_yuan(line.base_fen),
            rate_in_words(payee, line),
            plain_yuan(line.amount_fen),
            reason_in_words(line),
        )
        for line in lines
    ]
