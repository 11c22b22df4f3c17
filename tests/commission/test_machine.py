"""Whatever order sales, refunds, disputes, settlements, payouts and returns come in: commission is
the rate of what is left, split and never lost, and every book agrees."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionEntry
from marketplace.commission.queries.claims import claims_of_orders
from marketplace.commission.rules import shares_of
from marketplace.commission.rules.disputes import NothingChanges
from marketplace.core.clock import day_of
from marketplace.core.errors import Refusal
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import TAX_WITHHELD
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.disputes import grant_dispute, withdraw_dispute
from marketplace.ordering.models import Order, OrderLine
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    cancel_settlement_payout,
    freeze_commission,
    make_batch,
    note_commission_invoice,
    note_results,
    pay_commission_settlement,
    release_batch,
)
from marketplace.payments.models import CommissionSettlement, CommissionSettlementLine, Payout
from marketplace.payments.queries import EVERY_LINE, earnings_of
from marketplace.payments.rules.commissions import HOST, Payee
from marketplace.payments.rules.payouts import UNDONE, Result
from marketplace.payments.rules.settlement import is_carried, last_period
from marketplace.reports.queries import reconcile
from tests.commission.disputing import asked
from tests.commission.road import bought, finished
from tests.commission.settling import agency, agent, has_account, host
from tests.county import START, County
from tests.livestream.sessions import Held, a_host, an_agency, hold_session
from tests.ordering.steps import lines_of

SHORT = settings(max_examples=15, stateful_step_count=20, suppress_health_check=list(HealthCheck))


class Earning(RuleBasedStateMachine):
    """Two hosts, one with an agency, and a shopper; undone after every run."""

    session: Session
    county: County
    hosts: tuple[Held, Held]
    payees: tuple[Payee, ...]

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.orders: list[Order] = []
        self.serial = 0

    @rule(packs=st.integers(1, 4), place=st.sampled_from([0, 1, None]), done=st.booleans())
    def sell(self, packs: int, place: int | None, done: bool) -> None:
        code = None if place is None else self.hosts[place].host_id
        wanted = ((self.county.mushrooms, packs), (self.county.oil, 1))
        purchase, orders = bought(self.session, self.county, *wanted, code=code, now=self.now)
        if done:
            finished(self.session, self.county, purchase, orders, self.now)
        self.orders += orders

    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        lines = [line for line in self._lines() if line.refunded_quantity < line.accepted_quantity]
        if not lines:
            return
        line = data.draw(st.sampled_from(lines))
        packs = data.draw(st.integers(1, line.accepted_quantity - line.refunded_quantity))
        wish = RefundWish((RefundedLine(line.id, packs),), None, "发霉", "QUALITY")
        try:
            refund = ordering.request_refund(
                self.session, self.county.shopper, line.order_id, wish, self.now
            )
        except Refusal:
            return
        ordering.approve_refund(self.session, self.county.clerk, refund.id, self.now)

    @rule(data=st.data(), place=st.integers(0, 1), whole=st.booleans())
    def dispute(self, data: st.DataObject, place: int, whole: bool) -> None:
        if not self.orders:
            return
        order, held = data.draw(st.sampled_from(self.orders)), self.hosts[place]
        dispute_id = asked(self.session, held, order, self.now)
        lines = lines_of(self.session, order.id)
        chosen = {line.id: held.offers[line.product_id] for line in (lines if whole else lines[:1])}
        try:
            grant_dispute(
                self.session, self.county.operator, dispute_id, (chosen, "改判"), self.now
            )
        except NothingChanges:
            withdraw_dispute(self.session, held.host, held.host_id, dispute_id, self.now)

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(place=st.integers(0, 2))
    def settle(self, place: int) -> None:
        period = last_period(day_of(self.now))
        freeze_commission(self.session, self.county.cashier, self.payees[place], period, self.now)

    @rule()
    def pay(self) -> None:
        standing = {one.commission_settlement_id for one in self._payouts()}
        for one in self._settlements():
            if one.id in standing or is_carried(one.closing_fen):
                continue
            if one.agency_id is not None and not one.invoice_number:
                self.serial += 1
                number = f"{self.serial:020d}"
                clerk = agent(self.county, one.agency_id)
                note_commission_invoice(self.session, clerk, one.id, number, self.now)
            pay_commission_settlement(self.session, self.county.cashier, one.id, self.now)

    @rule(done=st.booleans())
    def go_to_the_bank(self, done: bool) -> None:
        waiting = [one for one in self._payouts() if one.state == "REQUESTED"]
        if not waiting:
            return
        cashier = self.county.cashier
        batch = make_batch(self.session, cashier, [one.id for one in waiting], self.now)
        release_batch(self.session, self.county.operator, batch.id, self.now)
        for payout in waiting:
            self._tell(payout, is_paid=done)

    @rule()
    def call_off(self) -> None:
        for payout in self._payouts():
            if payout.state == "REQUESTED":
                cancel_settlement_payout(self.session, self.county.cashier, payout.id, self.now)

    @rule()
    def bring_back(self) -> None:
        for payout in [one for one in self._payouts() if one.state == "PAID"][:1]:
            self._tell(payout, is_paid=False)

    def _tell(self, payout: Payout, *, is_paid: bool) -> None:
        self.serial += 1
        told = Result(payout.number, is_paid, f"R{self.serial}", "户名不符")
        note_results(self.session, self.county.cashier, [told], self.now)

    @invariant()
    def each_line_earns_the_rate_of_what_is_left(self) -> None:
        claims = claims_of_orders(self.session, [order.id for order in self.orders])
        entry = CommissionEntry
        rows = self.session.execute(
            select(
                entry.order_line_id, func.sum(entry.host_fen), func.sum(entry.agency_fen)
            ).group_by(entry.order_line_id)
        )
        earned = {line: (int(one), int(two)) for line, one, two in rows}
        completed = {order.id for order in self.orders if order.state == "COMPLETED"}
        for line in self._lines():
            claim = claims.get(line.id)
            net_fen = line.accepted_fen - line.refunded_fen if line.order_id in completed else 0
            due = (0, 0) if claim is None else shares_of(net_fen, claim.rate_ppm, claim.agency_ppm)
            assert earned.get(line.id, (0, 0)) == due

    @invariant()
    def what_is_owed_is_what_was_earned_and_not_paid(self) -> None:
        for payee in self.payees:
            of = [one for one in self._settlements() if one.payee == str(payee)]
            paid = [
                one
                for one in self._payouts()
                if one.commission_settlement_id in {settlement.id for settlement in of}
            ]
            gross = sum(self._settlement(one).closing_fen for one in paid)
            assert -balance_of(self.session, payee.account) == self._earned(payee) - gross
            closed = sorted(of, key=lambda one: one.period)
            carried = closed[-1].closing_fen if closed and is_carried(closed[-1].closing_fen) else 0
            to_pay = sum(one.closing_fen for one in closed if not is_carried(one.closing_fen))
            assert self._settled(payee) == to_pay + carried
        withheld = sum(self._settlement(one).tax_fen for one in self._payouts())
        assert -balance_of(self.session, TAX_WITHHELD) == withheld

    def _statements_show_every_fen_once(self) -> None:
        months = {f"{year}-{month:02d}" for year in (2026, 2027) for month in range(1, 13)}
        payee = self.payees[0]
        shown = [
            line
            for month in sorted(months)
            for line in earnings_of(self.session, payee, month, EVERY_LINE, self.now).page.items
        ]
        entries = [line for line in shown if line.entry_id is not None]
        if day_of(self.now).year < 2028:
            assert sum(line.amount_fen for line in entries) == self._earned(payee)
            assert len({line.entry_id for line in entries}) == len(entries)

    def teardown(self) -> None:
        try:
            self._statements_show_every_fen_once()
            assert reconcile(self.session) == []
        finally:
            self.session.rollback()

    def _lines(self) -> list[OrderLine]:
        return [line for order in self.orders for line in lines_of(self.session, order.id)]

    def _earned(self, payee: Payee) -> int:
        entry = CommissionEntry
        part, whose = (
            (entry.host_fen, entry.host_id)
            if payee.kind == HOST
            else (entry.agency_fen, entry.agency_id)
        )
        return int(self.session.scalar(select(func.sum(part)).where(whose == payee.id)) or 0)

    def _settled(self, payee: Payee) -> int:
        line = CommissionSettlementLine
        return int(
            self.session.scalar(
                select(func.sum(line.amount_fen))
                .join(CommissionSettlement, CommissionSettlement.id == line.settlement_id)
                .where(CommissionSettlement.payee == str(payee))
            )
            or 0
        )

    def _settlements(self) -> list[CommissionSettlement]:
        return list(self.session.scalars(select(CommissionSettlement)))

    def _settlement(self, payout: Payout) -> CommissionSettlement:
        return self.session.get_one(CommissionSettlement, payout.commission_settlement_id)

    def _payouts(self) -> list[Payout]:
        wanted = select(Payout).where(Payout.kind == "COMMISSION").order_by(Payout.id)
        return [one for one in self.session.scalars(wanted) if one.state not in UNDONE]


@pytest.fixture
def machine(session: Session, county: County) -> Iterator[type[Earning]]:
    first = hold_session(session, county, county.mushrooms, county.oil, rate_ppm=333_333)
    second = hold_session(
        session,
        county,
        county.mushrooms,
        county.oil,
        rate_ppm=123_457,
        host=a_host(session, "SHANHUO", "second-host@test"),
    )
    agency_id = an_agency(session, first.host_id, 333_333)
    payees = (host(first.host_id), host(second.host_id), agency(agency_id))
    for payee in payees:
        has_account(session, payee)
    session.commit()
    # Each run ends by taking back what it did; ids of rows that never were are used again.
    facts = {"session": session, "county": county, "hosts": (first, second), "payees": payees}
    yield type("EarningHere", (Earning,), facts)
    session.rollback()


@pytest.mark.slow
def test_commission_in_any_order_keeps_every_sum(machine: type[Earning]) -> None:
    run_state_machine_as_test(machine, settings=SHORT)
