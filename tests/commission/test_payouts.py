"""Paying commission: tax withheld and given back, invoices of agencies, and who may."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.closed import open_words
from marketplace.core.errors import Forbidden, NotFound
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import OUTGOING, TAX_WITHHELD
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules.invoices import InvoiceNumberUsed
from marketplace.payments.commands import (
    cancel_settlement_payout,
    freeze_commission,
    note_commission_invoice,
    note_results,
    pay_commission_settlement,
)
from marketplace.payments.models import Payout
from marketplace.payments.queries import get_commission
from marketplace.payments.queries.matching import find_payer
from marketplace.payments.rules.commissions import (
    InvoiceMissing,
    InvoiceSettled,
    NoInvoiceNeeded,
    PayeeHasNoAccount,
)
from marketplace.payments.rules.payouts import Result
from marketplace.payments.rules.settlement import NothingToPayOut
from marketplace.reports.queries import reconcile
from tests.commission.november import sold_in_november
from tests.commission.road import sold_by_link
from tests.commission.settling import (
    agency,
    agent,
    frozen,
    has_account,
    host,
    owed,
    paid_out,
    released,
)
from tests.county import START, County
from tests.livestream.sessions import an_agency, hold_session
from tests.payments.settling import IN_DECEMBER, NOVEMBER, told

TWENTY = "01234567890123456789"


@pytest.fixture
def held(session: Session, county: County):
    """A session whose host has an account, and half of the sale to earn."""
    held = hold_session(session, county, county.mushrooms, rate_ppm=500_000)
    has_account(session, host(held.host_id))
    session.commit()
    return held


@pytest.fixture
def agency_id(session: Session, held) -> int:
    agency_id = an_agency(session, held.host_id, 300_000)
    session.commit()
    return agency_id


def test_a_month_is_frozen_and_paid_less_the_tax(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 50))
    settlement = frozen(session, county, host(held.host_id))
    # 50 packs are 3,201.50 yuan; half are 1,600.75; less 800 at 20 % are 160.15.
    assert (settlement.closing_fen, settlement.tax_fen) == (160_075, 16_015)
    payout = session.scalars(select(Payout)).one()
    assert (payout.kind, payout.amount_fen) == ("COMMISSION", 144_060)
    assert (payout.host_id, open_words(session, payout.account_number_sealed)) == (
        held.host_id,
        "6230000011112222",
    )
    assert owed(session, host(held.host_id)) == 0
    assert -balance_of(session, OUTGOING) == 144_060
    assert -balance_of(session, TAX_WITHHELD) == 16_015
    assert reconcile(session) == []
    paid_out(session, county)
    assert balance_of(session, OUTGOING) == 0
    assert reconcile(session) == []


@pytest.mark.parametrize("comes_back", ["cancelled", "released", "paid"])
def test_what_comes_back_is_owed_again_with_its_tax(session, county, held, comes_back):
    sold_by_link(session, county, held, (county.mushrooms, 50))
    settlement = frozen(session, county, host(held.host_id))
    payout = session.scalars(select(Payout)).one()
    if comes_back == "cancelled":
        cancel_settlement_payout(session, county.cashier, payout.id, IN_DECEMBER)
    elif comes_back == "paid":
        paid_out(session, county)
    else:
        released(session, county)
    if comes_back != "cancelled":
        told = Result(payout.number, False, "BACK-1", "户名不符")
        note_results(session, county.cashier, [told], IN_DECEMBER)
    assert owed(session, host(held.host_id)) == 160_075
    assert balance_of(session, TAX_WITHHELD) == 0
    assert reconcile(session) == []
    again = pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    assert again.amount_fen == 144_060
    assert -balance_of(session, TAX_WITHHELD) == 16_015
    with pytest.raises(NothingToPayOut):
        pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    assert reconcile(session) == []


def test_an_agency_is_paid_once_it_has_sent_its_invoice(session, county, held, agency_id):
    has_account(session, agency(agency_id))
    sold_by_link(session, county, held, (county.mushrooms, 3))
    settlement = frozen(session, county, agency(agency_id))
    assert settlement.tax_fen == 0
    assert session.scalars(select(Payout)).all() == []
    with pytest.raises(InvoiceMissing):
        pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    wrong = "9" * 20
    note_commission_invoice(session, agent(county, agency_id), settlement.id, wrong, IN_DECEMBER)
    note_commission_invoice(session, agent(county, agency_id), settlement.id, TWENTY, IN_DECEMBER)
    note_commission_invoice(session, agent(county, agency_id), settlement.id, TWENTY, IN_DECEMBER)
    assert reconcile(session) == []
    payout = pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    assert (payout.amount_fen, payout.agency_id) == (2_881, agency_id)
    with pytest.raises(InvoiceSettled):
        note_commission_invoice(
            session, agent(county, agency_id), settlement.id, wrong, IN_DECEMBER
        )
    assert reconcile(session) == []


def test_an_invoice_number_stands_once_in_the_whole_marketplace(session, county, held, agency_id):
    _purchase, (order,) = sold_by_link(session, county, held, (county.mushrooms, 3))
    settlement = frozen(session, county, agency(agency_id))
    ordering.take_number(session, TWENTY, f"order:{order.id}", START)
    with pytest.raises(InvoiceNumberUsed):
        note_commission_invoice(
            session, agent(county, agency_id), settlement.id, TWENTY, IN_DECEMBER
        )


def test_a_person_and_what_is_carried_need_no_invoice(session, county, held, agency_id):
    sold_by_link(session, county, held, (county.mushrooms, 3))
    of_host = frozen(session, county, host(held.host_id))
    with pytest.raises(NoInvoiceNeeded):
        note_commission_invoice(session, held.host, of_host.id, TWENTY, IN_DECEMBER)


def test_without_an_account_it_waits(session, county):
    held = hold_session(session, county, county.mushrooms)
    sold_by_link(session, county, held, (county.mushrooms, 3))
    settlement = frozen(session, county, host(held.host_id))
    assert session.scalars(select(Payout)).all() == []
    with pytest.raises(PayeeHasNoAccount):
        pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    assert owed(session, host(held.host_id)) == settlement.closing_fen


def test_only_the_cashier_settles_and_pays(session, county, held, agency_id):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    for other in (county.auditor, county.operator, county.clerk, held.host):
        with pytest.raises(Forbidden):
            freeze_commission(session, other, host(held.host_id), NOVEMBER, IN_DECEMBER)
    settlement = frozen(session, county, agency(agency_id))
    with pytest.raises(Forbidden):
        pay_commission_settlement(session, county.operator, settlement.id, IN_DECEMBER)
    for centre in (county.auditor, county.cashier):
        with pytest.raises(Forbidden):
            note_commission_invoice(session, centre, settlement.id, TWENTY, IN_DECEMBER)
    for stranger in (county.shopper, county.clerk, held.host):
        with pytest.raises(NotFound):
            note_commission_invoice(session, stranger, settlement.id, TWENTY, IN_DECEMBER)


@pytest.mark.parametrize("nobody", [host(10**9), agency(10**9)])
def test_nobody_is_not_found(session, county, nobody):
    with pytest.raises(NotFound):
        freeze_commission(session, county.cashier, nobody, NOVEMBER, IN_DECEMBER)
    with pytest.raises(NotFound):
        pay_commission_settlement(session, county.cashier, 10**9, IN_DECEMBER)
    with pytest.raises(NotFound):
        get_commission(session, 10**9, IN_DECEMBER)


def test_forged_tax_is_found(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    frozen(session, county, host(held.host_id)).tax_fen += 1
    session.flush()
    found = {one.check for one in reconcile(session)}
    assert found == {"commission.settlement", "ledger.account"}


def test_money_from_a_hosts_account_is_not_taken_for_a_buyers(session, county, held):
    """They buy from another account, or say what a transfer is for."""
    assert find_payer(session, "6230000011112222") is None


def test_host_and_agency_hear_what_was_settled_and_that_it_was_paid(session, county):
    sold = sold_in_november(session, county)
    for payee in (host(sold.first.host_id), agency(sold.agency_id)):
        for _twice in range(2):
            settlement = frozen(session, county, payee)
    (settled,) = told(session, "host@test")
    assert settled.endswith("2026-11 已结算,将付 1,235.70 元")
    (settled,) = told(session, "agent@test")
    assert settled.endswith("2026-11 的佣金已结算,共 576.27 元;请开具数电票并登记号码,然后付款")
    note_commission_invoice(session, sold.clerk, settlement.id, TWENTY, IN_DECEMBER)
    pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    paid_out(session, county)
    assert told(session, "host@test")[1].endswith("2026-11 的结算款 1,235.70 元已付出")
    assert told(session, "agent@test")[1].endswith("2026-11 的结算款 576.27 元已付出")
