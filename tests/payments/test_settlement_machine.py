"""Whatever order sales, refunds, settlements, payouts and returns come in, the sums agree."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import OUTGOING, producer_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    cancel_settlement_payout,
    freeze,
    make_batch,
    note_results,
    pay_settlement,
    release_batch,
)
from marketplace.payments.models import Payout, Settlement, SettlementLine
from marketplace.payments.rules.payouts import UNDONE, Result
from marketplace.payments.rules.settlement import is_carried, last_period
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import completed, lines_of
from tests.payments.settling import declare

SHORT = settings(
    max_examples=60,
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
)


class Settling(RuleBasedStateMachine):
    """One producer, one unit, and the cash desk; undone after every run."""

    session: Session
    county: County

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.orders: list[Order] = []
        self.references = 0

    @rule(packs=st.integers(1, 4))
    def sell(self, packs: int) -> None:
        wish = self.county.wish((self.county.mushrooms, packs))
        self.orders += completed(self.session, self.county, wish, self.now)[1]

    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        lines = [line for order in self.orders for line in lines_of(self.session, order.id)]
        open_lines = [one for one in lines if one.refunded_quantity < one.accepted_quantity]
        if not open_lines:
            return
        line = data.draw(st.sampled_from(open_lines))
        packs = data.draw(st.integers(1, line.accepted_quantity - line.refunded_quantity))
        wish = RefundWish((RefundedLine(line.id, packs),), None, "发霉", "QUALITY")
        asked = ordering.request_refund(
            self.session, self.county.buyer, line.order_id, wish, self.now
        )
        ordering.approve_refund(self.session, self.county.clerk, asked.id, self.now)

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def settle(self) -> None:
        period = last_period(day_of(self.now))
        freeze(self.session, self.county.cashier, self.county.producer_id, period, self.now)

    @rule()
    def pay_again(self) -> None:
        for settlement in self._all(Settlement):
            standing = [one for one in self._payouts() if one.settlement_id == settlement.id]
            if not standing and not is_carried(settlement.closing_fen):
                pay_settlement(self.session, self.county.cashier, settlement.id, self.now)

    @rule()
    def send_to_the_bank(self) -> None:
        waiting = [one.id for one in self._payouts("REQUESTED")]
        if waiting:
            batch = make_batch(self.session, self.county.cashier, waiting, self.now)
            release_batch(self.session, self.county.operator, batch.id, self.now)

    @rule()
    def call_off(self) -> None:
        for payout in self._payouts("REQUESTED"):
            cancel_settlement_payout(self.session, self.county.cashier, payout.id, self.now)

    @rule(done=st.booleans(), twice=st.booleans())
    def hear_from_the_bank(self, done: bool, twice: bool) -> None:
        for payout in self._payouts("RELEASED"):
            self.references += 1
            told = Result(payout.number, done, f"R{self.references}", "户名不符")
            note_results(self.session, self.county.cashier, [told], self.now)
            if twice:
                assert note_results(self.session, self.county.cashier, [told], self.now) == 0

    @rule()
    def bring_back(self) -> None:
        for payout in self._payouts("PAID")[:1]:
            self.references += 1
            told = Result(payout.number, False, f"R{self.references}", "退汇")
            note_results(self.session, self.county.cashier, [told], self.now)

    @invariant()
    def what_is_on_its_way_is_the_payouts_that_stand(self) -> None:
        waiting = self._payouts("REQUESTED") + self._payouts("RELEASED")
        assert -balance_of(self.session, OUTGOING) == sum(one.amount_fen for one in waiting)

    @invariant()
    def nothing_is_paid_that_was_not_sold(self) -> None:
        sold = sum(order.payable_fen for order in self.orders)
        paid = sum(one.amount_fen for one in self._payouts())
        owed = -balance_of(self.session, producer_account(self.county.producer_id))
        assert owed + paid == sold

    @invariant()
    def what_is_settled_and_not_carried_is_to_be_paid(self) -> None:
        settled = self.session.scalar(select(func.sum(SettlementLine.amount_fen))) or 0
        closed = self._all(Settlement)
        closed.sort(key=lambda one: one.period)
        to_pay = sum(one.closing_fen for one in closed if not is_carried(one.closing_fen))
        carried = closed[-1].closing_fen if closed and is_carried(closed[-1].closing_fen) else 0
        assert settled == to_pay + carried

    def teardown(self) -> None:
        try:
            assert reconcile(self.session) == []
        finally:
            self.session.rollback()

    def _payouts(self, state: str = "") -> list[Payout]:
        return [
            one
            for one in self._all(Payout)
            if (one.state == state if state else one.state not in UNDONE)
        ]

    def _all(self, kind: type) -> list:
        return list(self.session.scalars(select(kind).order_by(kind.id)))  # type: ignore[attr-defined]


@pytest.fixture
def machine(session: Session, county: County) -> Iterator[type[Settling]]:
    declare(session, county)
    session.commit()
    # Each run ends by taking back what it did; ids of rows that never were are used again.
    yield type("SettlingHere", (Settling,), {"session": session, "county": county})
    session.rollback()


@pytest.mark.slow
def test_settling_in_any_order_keeps_every_sum(machine: type[Settling]) -> None:
    run_state_machine_as_test(machine, settings=SHORT)
