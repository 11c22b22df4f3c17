"""Telling those whom we owe what was settled with them, and that it was paid or came back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind
from marketplace.notices.commands import Matter, tell_each, tell_readers
from marketplace.payments.models import CommissionSettlement, Payout, Settlement
from marketplace.payments.queries.commissions import name_of_payee
from marketplace.payments.rules.commissions import AGENCY, HOST, payee_named
from marketplace.payments.rules.settlement import is_carried
from marketplace.producers.queries import get_producer

OF_PAYEE = {HOST: OrganisationKind.HOST, AGENCY: OrganisationKind.AGENCY}
Settled = Settlement | CommissionSettlement


def tell_settled(session: Session, settled: Settled, now: datetime, *, has_account: bool) -> None:
    """What it came to and whose turn it is: ours, or theirs to send an invoice or an account."""
    if is_carried(settled.closing_fen):
        kind = "settled_carried"
    elif not has_account:
        kind = "settled_no_account"
    elif isinstance(settled, CommissionSettlement) and settled.agency_id is not None:
        kind = "settled_invoice"
    else:
        kind = "settled"
    tax_fen = settled.tax_fen if isinstance(settled, CommissionSettlement) else 0
    _tell(session, kind, settled, (settled.closing_fen - tax_fen, "frozen"), now)


def tell_of_payout(session: Session, payout: Payout, now: datetime) -> None:
    """It has left, or the bank sent it back: those hear whose settlement it pays, or whoever
    asked for their credit. What goes back the way it came is told with its refund."""
    became, settled = payout.state.lower(), _settled_by(session, payout)
    if settled is not None:
        _tell(session, f"settled_{became}", settled, (payout.amount_fen, payout.number), now)
    elif payout.road == "BANK" and payout.requested_by is not None:
        whose = f"unit/{payout.unit_id}" if payout.unit_id else f"person/{payout.person_id}"
        matter = Matter("payout", payout.id, {"sum_fen": payout.amount_fen}, f"/account/{whose}")
        tell_each(session, f"credit_{became}", matter, [payout.requested_by], now)


def _settled_by(session: Session, payout: Payout) -> Settled | None:
    if payout.settlement_id is not None:
        return session.get_one(Settlement, payout.settlement_id)
    if payout.commission_settlement_id is not None:
        return session.get_one(CommissionSettlement, payout.commission_settlement_id)
    return None


def _tell(
    session: Session, kind: str, settled: Settled, what: tuple[int, str], now: datetime
) -> None:
    sum_fen, once = what
    if isinstance(settled, Settlement):
        organisation, whose = OrganisationKind.PRODUCER, settled.producer_id
        name, place = get_producer(session, whose).name, "settlements"
    else:
        payee = payee_named(settled.payee)
        organisation, whose = OF_PAYEE[payee.kind], payee.id
        name, place = name_of_payee(session, payee), "commissions"
    matter = Matter(
        place.removesuffix("s"),
        settled.id,
        {"name": name, "period": settled.period, "sum_fen": sum_fen},
        f"/{place}/{settled.id}",
        key=f"{kind}:{place}:{settled.id}:{once}",
    )
    tell_readers(session, kind, matter, (organisation, whose, ()), now)
