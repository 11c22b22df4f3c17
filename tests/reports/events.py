"""A county in which anything happens, in any order: orders, refunds, receipts, reversals, moves.

`pytest tests/reports/test_public_sums.py --events 10000` lets ten thousand happen.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import receive_batch, send_to_outlet
from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.catalogue.rules.keeping import OutletMove
from marketplace.core.clock import day_of
from marketplace.core.errors import Refusal
from marketplace.core.identity import Identity
from marketplace.offline import commands as offline
from marketplace.offline.models import OfflinePurchase
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import (
    LineVerdict,
    Parcel,
    RefundedLine,
    RefundWish,
)
from marketplace.outlets.commands.deciding import agree_receipt, refuse_receipt, reverse_receipt
from marketplace.outlets.models import OutletReceipt
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from tests.county import HUIGOU, START, THIRDS, YUNCAI, County, Goods, person
from tests.livestream.sessions import Held, hold_session
from tests.offline.steps import given
from tests.ordering.steps import lines_of
from tests.outlets.steps import outlet_with, receipt, reported

SPLITS = (THIRDS, (OriginShare(HUIGOU, 1_000_000),), (OriginShare(YUNCAI, 1_000_000),))
LATEST = 40


class NothingThere(Exception):
    """The county has nothing on which that could happen now."""


@dataclass
class Events:
    """Draws events; each is a transaction, and what a rule refuses leaves nothing behind."""

    session: Session
    county: County
    chance: random.Random
    now: datetime = START
    happened: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.serial = count(1)
        self.held: Held = hold_session(self.session, self.county, *self.goods)
        self.outlet_id = outlet_with(self.session, self.county, 200)
        self.other_approver = person(
            self.session, "approver@other", ("UNIT", self.county.other_unit_id, "APPROVER")
        )
        self.session.commit()
        self.verbs: tuple[tuple[Callable[[], None], int], ...] = (
            (self.buy_for_unit, 12),
            (self.buy_privately, 10),
            (self.pay, 14),
            (self.deliver, 16),
            (self.accept, 16),
            (self.refund, 12),
            (self.cancel, 3),
            (self.decline, 2),
            (self.move, 4),
            (self.buy_offline, 4),
            (self.reverse_offline, 2),
            (self.sell_at_outlet, 5),
            (self.decide_receipt, 3),
            (self.reverse_receipt, 2),
            (self.harvest, 3),
            (self.wait, 3),
        )

    @property
    def goods(self) -> tuple[Goods, Goods, Goods]:
        return self.county.mushrooms, self.county.noodles, self.county.oil

    def happen(self, number: int) -> None:
        """So many more; what was refused or found nothing to happen on does not count."""
        verbs, weights = zip(*self.verbs, strict=True)
        goal = self.happened.total() + number
        while self.happened.total() < goal:
            (verb,) = self.chance.choices(verbs, weights)
            try:
                verb()
                self.session.commit()
            except (Refusal, NothingThere) as reason:
                self.session.rollback()
                self.refused[getattr(reason, "code", "nothing there")] += 1
            else:
                self.happened[verb.__name__] += 1
            self.session.expunge_all()

    def _lines(self) -> Iterator[tuple[Goods, int]]:
        for goods in self.chance.sample(self.goods, self.chance.randint(1, 3)):
            yield goods, self.chance.randint(1, 9)

    def buy_for_unit(self) -> None:
        terms = self.chance.choice(("POSTPAY", "PREPAY"))
        wish = self.county.wish(*self._lines(), terms=terms)
        purchase = ordering.draft_purchase(self.session, self.county.buyer, wish, self.now)
        ordering.submit(self.session, self.county.buyer, purchase.id, self.now)
        ordering.approve(self.session, self.county.approver, purchase.id, self.now)

    def buy_privately(self) -> None:
        code = self.chance.choice((None, self.held.host_id))
        wish = replace(self.county.private_wish(*self._lines()), host_id=code)
        purchase = ordering.draft_purchase(self.session, self.county.shopper, wish, self.now)
        ordering.submit(self.session, self.county.shopper, purchase.id, self.now)

    def pay(self) -> None:
        wanted = select(Purchase).where(Purchase.state == "PLACED").order_by(Purchase.id.desc())
        purchase = self._one(self.session.scalars(wanted.limit(LATEST)).all())
        if purchase.unit_id is None:
            asked = payments.ask_for_payment(
                self.session, self.county.shopper, purchase.id, "simulated", self.now
            )
            payments.pay_simulated(self.session, self.county.shopper, asked.id, self.now)
            return
        asked = payments.ask_for_payment(
            self.session, self.county.buyer, purchase.id, "bank_transfer", self.now
        )
        came = Receipt(asked.amount_fen, day_of(self.now), f"B{next(self.serial)}")
        payments.confirm_payment(self.session, self.county.cashier, asked.id, came, self.now)

    def deliver(self) -> None:
        order = self._order("PLACED", "CONFIRMED")
        clerk = self._clerk(order)
        ordering.confirm(self.session, clerk, order.id, None, self.now)
        ordering.ship(self.session, clerk, order.id, Parcel("邮政", f"E{order.id}"), self.now)

    def accept(self) -> None:
        order = self._order("SHIPPED")
        who = self._buyer(order)
        ordering.receive(self.session, who, order.id, self.now)
        verdicts = tuple(
            self._verdict(line.id, line.quantity) for line in lines_of(self.session, order.id)
        )
        acceptor = who if order.unit_id is None else self.county.approver
        ordering.accept(self.session, acceptor, order.id, verdicts, self.now)

    def _verdict(self, line_id: int, quantity: int) -> LineVerdict:
        accepted = quantity if self.chance.random() < 0.7 else self.chance.randint(0, quantity)
        rejected = self.chance.randint(0, quantity - accepted)
        return LineVerdict(line_id, accepted, rejected, "破损" if accepted < quantity else "")

    def refund(self) -> None:
        order = self._order("ACCEPTED", "COMPLETED")
        line = self._one(lines_of(self.session, order.id))
        left = line.accepted_quantity - line.refunded_quantity
        packs = (RefundedLine(line.id, self.chance.randint(1, max(1, left))),)
        by_amount = self.chance.random() < 0.4
        wish = RefundWish(
            () if by_amount else packs,
            self.chance.randint(1, 5_000) if by_amount else None,
            "发霉",
            "QUALITY",
        )
        refund = ordering.request_refund(self.session, self._buyer(order), order.id, wish, self.now)
        ordering.approve_refund(self.session, self._clerk(order), refund.id, self.now)

    def cancel(self) -> None:
        order = self._order("PLACED", "CONFIRMED")
        ordering.cancel_order(self.session, self._buyer(order), order.id, "不要了", self.now)

    def decline(self) -> None:
        order = self._order("PLACED", "CONFIRMED")
        ordering.decline(self.session, self._clerk(order), order.id, "没有货", self.now)

    def move(self) -> None:
        order = self._order("COMPLETED")
        here, there = self.county.unit_id, self.county.other_unit_id
        request = ordering.ask_reattribution(
            self.session, self.county.buyer, here, (order.id, there, "选错了"), now=self.now
        )
        for who, unit_id in ((self.county.approver, here), (self.other_approver, there)):
            ordering.approve_reattribution(self.session, who, unit_id, request.id, self.now)

    def buy_offline(self) -> None:
        number = f"{next(self.serial):020d}"
        bought_on = day_of(self.now) - timedelta(days=self.chance.randint(0, 20))
        told = given(self.county, invoice_number=number, bought_on=bought_on)
        filed = offline.file_offline(
            self.session, self.county.buyer, self.county.unit_id, told, self.now
        )
        offline.check_offline(self.session, self.county.finance, filed.id, self.now)
        offline.verify_offline(self.session, self.county.operator, filed.id, self.now)

    def reverse_offline(self) -> None:
        wanted = select(OfflinePurchase).where(OfflinePurchase.state == "VERIFIED")
        found = self._one(self.session.scalars(wanted.limit(LATEST)).all())
        offline.reverse_offline(self.session, self.county.operator, found.id, "记错了", self.now)

    def sell_at_outlet(self) -> None:
        unit_id = self.chance.choice((None, self.county.unit_id))
        told = receipt(
            self.county,
            f"S{next(self.serial)}",
            self.chance.randint(1, 5),
            day=day_of(self.now) - timedelta(days=self.chance.randint(0, 9)),
            unit_id=unit_id,
            fund="UNION" if unit_id else "",
        )
        reported(self.session, self.county, self.outlet_id, told, now=self.now)

    def decide_receipt(self) -> None:
        found = self._receipt("WAITING")
        if self.chance.random() < 0.7:
            agree_receipt(self.session, self.county.finance, found.id, self.now)
        else:
            refuse_receipt(self.session, self.county.finance, found.id, "不是我们付的", self.now)

    def reverse_receipt(self) -> None:
        found = self._receipt("PAID", "COUNTED", "REFUSED")
        reverse_receipt(self.session, self.county.operator, found.id, "记错了", self.now)

    def harvest(self) -> None:
        """New batches from other villages, on the shelves and at the outlet."""
        goods = self._one(self.goods)
        packs, origin = self.chance.randint(50, 300), self.chance.choice(SPLITS)
        code, made = f"H{next(self.serial)}", day_of(self.now)
        new = ReceivedBatch(goods.variant_id, code, made, 365, packs, origin)
        batch = receive_batch(self.session, new, self.now)
        move = OutletMove(batch.id, self.outlet_id, 20, "SENT")
        clerk = self.county.other_clerk if goods == self.county.noodles else self.county.clerk
        send_to_outlet(self.session, clerk, move, self.now)

    def wait(self) -> None:
        self.now += timedelta(hours=self.chance.randint(1, 60))
        ordering.expire_due(self.session, self.now)

    def _one(self, found: Sequence[Any]) -> Any:
        if not found:
            raise NothingThere
        return self.chance.choice(found)

    def _order(self, *states: str) -> Order:
        wanted = select(Order).where(Order.state.in_(states)).order_by(Order.id.desc())
        found: Order = self._one(self.session.scalars(wanted.limit(LATEST)).all())
        return found

    def _receipt(self, *states: str) -> OutletReceipt:
        wanted = select(OutletReceipt).where(OutletReceipt.state.in_(states))
        newest = wanted.order_by(OutletReceipt.id.desc()).limit(LATEST)
        found: OutletReceipt = self._one(self.session.scalars(newest).all())
        return found

    def _buyer(self, order: Order) -> Identity:
        return self.county.shopper if order.unit_id is None else self.county.buyer

    def _clerk(self, order: Order) -> Identity:
        own = order.producer_id == self.county.producer_id
        return self.county.clerk if own else self.county.other_clerk
