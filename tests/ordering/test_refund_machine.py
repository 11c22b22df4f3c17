"""Whatever sequence of partial refunds, in packs or amounts, before or after completion and over
a closed year: it never gives back too much, and ends exactly at nothing in every book."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.ledger.queries import amounts_by_order
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import RefundedLine, RefundWish, TooMuchRefunded, WrongLines
from marketplace.quota.commands import RuleText, close_year, publish_rule
from marketplace.quota.models import QuotaEntry
from marketplace.reports.queries import reconcile
from tests.county import HUIGOU, START, YUNCAI, County
from tests.ordering.steps import accepted, lines_of, paid, placed

SHORT = settings(max_examples=40, stateful_step_count=12, suppress_health_check=list(HealthCheck))
SEVENTHS = (OriginShare(HUIGOU, 142_857), OriginShare(YUNCAI, 857_143))


class Refunding(RuleBasedStateMachine):
    """One order of several lines, from batches of several villages, under several rules."""

    session: Session
    county: County

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        county = self.county
        wish = county.wish((county.mushrooms, 7), (county.oil, 3))
        self.purchase, (self.order,) = placed(self.session, county, wish)
        accepted(self.session, county, self.order)

    @rule()
    def pay(self) -> None:
        if self.order.state != "COMPLETED" and self.order.payable_fen:
            paid(self.session, self.county, self.purchase, self.now)

    @rule(year=st.sampled_from([2026, 2027]))
    def close(self, year: int) -> None:
        close_year(self.session, year, self.now)

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        if self.now < START + timedelta(days=200):
            self.now += timedelta(days=days)

    @rule(data=st.data())
    def give_back_packs(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(lines_of(self.session, self.order.id)))
        packs = data.draw(st.integers(1, line.quantity))
        self._refund(RefundWish((RefundedLine(line.id, packs),), None, "坏了", "QUALITY"))

    @rule(data=st.data())
    def give_back_money(self, data: st.DataObject) -> None:
        most = max(1, self.order.payable_fen - self.order.freight_fen)
        self._refund(RefundWish((), data.draw(st.integers(1, most)), "坏了", "QUALITY"))

    @rule(data=st.data())
    def ask_in_vain(self, data: st.DataObject) -> None:
        """What was asked and given up leaves no trace in any sum."""
        wish = RefundWish((), data.draw(st.integers(1, 5_000)), "坏了", "QUALITY")
        refund = self._ask(wish)
        if refund is not None:
            ordering.withdraw_refund(self.session, self.county.buyer, refund.id, self.now)

    def _ask(self, wish: RefundWish):
        try:
            return ordering.request_refund(
                self.session, self.county.buyer, self.order.id, wish, self.now
            )
        except (TooMuchRefunded, WrongLines):
            return None

    def _refund(self, wish: RefundWish) -> None:
        refund = self._ask(wish)
        if refund is not None:
            ordering.approve_refund(self.session, self.county.clerk, refund.id, self.now)

    @invariant()
    def nothing_is_given_back_twice(self) -> None:
        for line in lines_of(self.session, self.order.id):
            assert 0 <= line.refunded_fen <= line.accepted_fen
            assert 0 <= line.refunded_quantity <= line.accepted_quantity

    @invariant()
    def the_villages_have_what_was_kept(self) -> None:
        kept = sum(
            line.accepted_fen - line.refunded_fen for line in lines_of(self.session, self.order.id)
        )
        expected = kept if self.order.state == "COMPLETED" else 0
        assert self._sum(AttributionEntry.amount_fen) == expected

    def teardown(self) -> None:
        try:
            assert reconcile(self.session) == []
            left = sum(
                line.accepted_fen - line.refunded_fen
                for line in lines_of(self.session, self.order.id)
            )
            if left:
                self._refund(RefundWish((), left, "全退", "QUALITY"))
            self._is_undone()
        finally:
            self.session.rollback()

    def _is_undone(self) -> None:
        """Every book of the order is at nothing, village by village and rule by rule."""
        order = self.session.get_one(Order, self.order.id)
        assert order.payable_fen == order.freight_fen
        by_village = self.session.execute(
            select(AttributionEntry.village_code, func.sum(AttributionEntry.amount_fen)).group_by(
                AttributionEntry.village_code, AttributionEntry.batch_id
            )
        )
        assert {int(total) for _village, total in by_village} <= {0}
        by_line = self.session.execute(
            select(QuotaEntry.order_line_id, func.sum(QuotaEntry.amount_fen)).group_by(
                QuotaEntry.order_line_id, QuotaEntry.unit_id
            )
        )
        assert {int(total) for _line, total in by_line} <= {0}
        owed = amounts_by_order(self.session, "liabilities:producer:")
        pending = amounts_by_order(self.session, "liabilities:pending:")
        kept = owed.get(order.id, 0) + pending.get(order.id, 0)
        assert -kept == order.freight_fen
        assert reconcile(self.session) == []

    def _sum(self, column) -> int:
        return int(self.session.scalar(select(func.sum(column))) or 0)


@pytest.fixture
def machine(session: Session, county: County) -> Iterator[type[Refunding]]:
    # A second batch from other shares, so that lines are served from both; and a rule that asks
    # for no certificate beside the one that does.
    second = ReceivedBatch(
        county.mushrooms.variant_id, "B-second", START.date(), 365, 500, SEVENTHS
    )
    receive_batch(session, second, START)
    for year in (2026, 2027):
        rule_text = RuleText(
            code="all-goods",
            year=year,
            name="全部商品",
            basis="PER_HEAD_FLOOR",
            area="420304",
            funds=("UNION",),
            legal_reference="测试",
            amount_fen=10_000,
            certificate_required=False,
        )
        publish_rule(session, rule_text, START - timedelta(days=700))
    session.commit()
    yield type("RefundingHere", (Refunding,), {"session": session, "county": county})
    session.rollback()


@pytest.mark.slow
def test_every_sequence_of_refunds_ends_at_nothing(machine: type[Refunding]) -> None:
    run_state_machine_as_test(machine, settings=SHORT)
