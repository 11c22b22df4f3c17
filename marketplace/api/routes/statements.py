"""A host's own statement: every entry with its order, the reason, and how far it is."""

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _

from marketplace.api.door import Door
from marketplace.api.schemas.paging import take_page
from marketplace.api.schemas.statements import HostStatement, MonthQuery
from marketplace.commission.rules import reason_of
from marketplace.core.clock import day_of, month_of
from marketplace.core.errors import N_, Forbidden
from marketplace.core.identity import OrganisationKind
from marketplace.ledger.queries import balance_of
from marketplace.payments.queries import earnings_of, find_commission
from marketplace.payments.rules.commissions import HOST, Payee
from marketplace.web import allow, current_identity, now, session

door = Door("statements")


@door.call("GET", "/hosts/me/statement", N_("主播一个月的佣金对账单:每一笔的订单、原因和状态"))
@allow()
@door.asks(MonthQuery)
@door.shows(HostStatement)
def my_statement(query: dict[str, Any]) -> dict[str, Any]:
    mine = current_identity().organisations(OrganisationKind.HOST)
    if not mine:
        raise Forbidden
    payee, page = Payee(HOST, mine[0]), take_page(query)
    period = query.get("period") or month_of(day_of(now()))
    earnings = earnings_of(session(), payee, period, page, now())
    return {
        "host_id": payee.id,
        "period": period,
        "total_fen": earnings.total_fen,
        "balance_fen": -balance_of(session(), payee.account),
        "sums": earnings.sums,
        "settlement": find_commission(session(), payee, period),
        "entries": [
            {**asdict(line), "reason": reason_of(line.outcome, line.facts, _)}
            for line in earnings.page.items
        ],
        "page": earnings.page.page,
        "per_page": earnings.page.per_page,
        "total": earnings.page.total,
    }
