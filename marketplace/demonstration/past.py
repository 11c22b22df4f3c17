"""The past written down: each deal as rows of its purchase, its orders and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.core.clock import day_of
from marketplace.core.ids import ALPHABET, check_character
from marketplace.demonstration.books import Books, SoldOrder
from marketplace.demonstration.deals import Deal, hours
from marketplace.demonstration.dice import dice
from marketplace.demonstration.goods import Pack
from marketplace.demonstration.lines import SoldLine, write_line, write_shipment, written_consignee
from marketplace.demonstration.makers import Maker
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.shelves import Shelves
from marketplace.demonstration.trail import Staff, Trail
from marketplace.ordering.rules import CONFIRM_WITHIN, PAY_WITHIN, payment_state
from marketplace.ordering.rules.debts import pay_by
from marketplace.producers.rules import Load, flat_tariff, freight_of

STAGES = ("PLACED", "CONFIRMED", "PAID", "SHIPPED", "RECEIVED", "ACCEPTED", "COMPLETED")
STATE_TIMES = {
    "confirmed_at": "CONFIRMED",
    "shipped_at": "SHIPPED",
    "received_at": "RECEIVED",
    "accepted_at": "ACCEPTED",
    "completed_at": "COMPLETED",
}


def code_of(number: int, length: int) -> str:
    """A code with a check character that looks drawn but is each number's own."""
    space = 31 ** (length - 1)
    # The factor has no divisor in common with 31, so no two numbers meet in one code.
    mixed = number * 2_654_435_761 % space
    body = ""
    for _ in range(length - 1):
        mixed, digit = divmod(mixed, 31)
        body += ALPHABET[digit]
    return body + check_character(body)


@dataclass
class PastOrder:
    """One producer's part of a deal while it is written."""

    order_id: int
    number: str
    maker: Maker
    lines: list[SoldLine]
    goods_fen: int
    freight_fen: int
    accepted_fen: int = 0
    paid_fen: int = 0

    def payable_fen(self, *, accepted: bool) -> int:
        """What is owed: everything asked for, or, once accepted, what was accepted."""
        if not accepted:
            return self.goods_fen + self.freight_fen
        return self.accepted_fen + self.freight_fen if self.accepted_fen else 0

    def as_sold(self) -> SoldOrder:
        """As the books see it: without anything accepted, nothing was carried."""
        freight_fen = self.freight_fen if self.accepted_fen else 0
        return SoldOrder(
            self.order_id, self.number, self.maker.producer_id, self.lines, freight_fen
        )


class Past:
    """Writes deals as they went, up to now: what would happen later has not happened yet."""

    def __init__(self, rows: Rows, books: Books, staff: Staff, seed: int, now: datetime) -> None:
        self.rows = rows
        self.books = books
        self.trail = Trail(rows, staff)
        self.staff = staff
        self.shelves = Shelves(rows, seed, now)
        self.chance = dice(seed, "past")
        self.now = now

    def write(self, deal: Deal) -> None:
        """A purchase with everything that belongs to it."""
        purchase_id = self.rows.new_id("purchase")
        number = f"P{code_of(purchase_id, 9)}"
        times = self._times(deal)
        orders = [
            self._order(f"{number}-{place}", maker, wanted)
            for place, (maker, wanted) in enumerate(deal.baskets, start=1)
        ]
        if "PAID" in times:
            self._pay(purchase_id, number, deal, orders, times)
        for order in orders:
            self._write_order(purchase_id, deal, order, times)
        self._write_purchase(purchase_id, number, deal, orders, times)

    def finish(self) -> None:
        """Ends a stretch of time: writes the batches its orders were served from."""
        self.shelves.clear()

    def _times(self, deal: Deal) -> dict[str, datetime]:
        """When each stage was reached; stages that lie ahead are left out."""
        chance = self.chance
        times = {"PLACED": deal.placed_at}
        if deal.fate != "COMPLETED":
            later = CONFIRM_WITHIN if deal.fate == "EXPIRED" else hours(chance, 1, 30)
            times[deal.fate] = deal.placed_at + later
        else:
            at = times["CONFIRMED"] = deal.placed_at + hours(chance, 2, 40)
            if deal.payment_terms == "PREPAY":
                paid = hours(chance, 4, 96) if deal.buyer.unit_id else timedelta(minutes=9)
                base = at if deal.buyer.unit_id else deal.placed_at
                times["PAID"] = base + paid
                at = max(at, times["PAID"])
            at = times["SHIPPED"] = at + hours(chance, 4, 60)
            at = times["RECEIVED"] = at + hours(chance, 20, 90)
            at = times["ACCEPTED"] = at + hours(chance, 1, 50)
            if deal.payment_terms == "POSTPAY":
                times["PAID"] = at + hours(chance, 24, 600)
            times["COMPLETED"] = max(at, times["PAID"])
        return {stage: at for stage, at in times.items() if at <= self.now}

    def _order(self, number: str, maker: Maker, wanted: Sequence[tuple[Pack, int]]) -> PastOrder:
        lines = [
            SoldLine(self.rows.new_id("order_line"), pack, quantity, quantity)
            for pack, quantity in wanted
        ]
        if self.chance.random() < 0.06:
            worst = lines[0]
            worst.accepted = max(1, worst.quantity - self.chance.randint(1, 4))
        goods_fen = sum(line.pack.price_fen * line.quantity for line in lines)
        tariff = flat_tariff(maker.freight_fen, maker.free_freight_from_fen)
        freight_fen = freight_of(Load(goods_fen), tariff)
        accepted_fen = sum(line.accepted_fen for line in lines)
        order_id = self.rows.new_id("order")
        return PastOrder(order_id, number, maker, lines, goods_fen, freight_fen, accepted_fen)

    def _pay(
        self,
        purchase_id: int,
        number: str,
        deal: Deal,
        orders: Sequence[PastOrder],
        times: dict[str, datetime],
    ) -> None:
        after_acceptance = deal.payment_terms == "POSTPAY"
        for order in orders:
            order.paid_fen = order.payable_fen(accepted=after_acceptance)
        received_fen = sum(order.paid_fen for order in orders)
        paid_at = times["PAID"]
        payment_id = self.rows.new_id("payment")
        self.rows.add(
            "payment",
            id=payment_id,
            purchase_id=purchase_id,
            method="bank_transfer",
            state="RECEIVED",
            amount_fen=received_fen,
            remittance_code=code_of(payment_id, 8),
            received_fen=received_fen,
            received_on=day_of(paid_at),
            reference=f"DEMO{payment_id:010d}",
            created_at=paid_at - timedelta(minutes=8),
            confirmed_by=self.staff.cashier_id,
            confirmed_at=paid_at,
        )
        self.books.receive(deal, payment_id, number, (received_fen, paid_at))

    def _write_order(
        self, purchase_id: int, deal: Deal, order: PastOrder, times: dict[str, datetime]
    ) -> None:
        exited = deal.fate in times and deal.fate != "COMPLETED"
        stage = "EXITED" if exited else _last(times)
        accepted = "ACCEPTED" in times
        payable_fen = 0 if exited else order.payable_fen(accepted=accepted)
        refunded_fen = max(0, order.paid_fen - payable_fen)
        self.rows.add(
            "order",
            id=order.order_id,
            number=order.number,
            purchase_id=purchase_id,
            producer_id=order.maker.producer_id,
            unit_id=deal.buyer.unit_id,
            buyer_id=deal.buyer.person_id,
            payment_terms=deal.payment_terms,
            state=deal.fate if exited else stage,
            payment_state=_payment_state(exited, payable_fen, order.paid_fen, refunded_fen),
            shipment_state=_shipment_state(times),
            goods_fen=order.goods_fen,
            freight_fen=order.freight_fen,
            payable_fen=payable_fen,
            paid_fen=order.paid_fen,
            refunded_fen=refunded_fen,
            placed_at=deal.placed_at,
            **_deadlines(deal, stage, times),
            **{column: times.get(reached) for column, reached in STATE_TIMES.items()},
        )
        self._write_lines(order, deal, times, exited=exited)
        self._write_books(deal, order, (payable_fen, refunded_fen), times)
        facts = (order.order_id, order.maker.producer_id, order.paid_fen, payable_fen)
        self.trail.write_order(purchase_id, deal, facts, times)

    def _write_books(
        self, deal: Deal, order: PastOrder, sums: tuple[int, int], times: dict[str, datetime]
    ) -> None:
        """What the books say of an order, from its (payable, given back) and how far it came."""
        payable_fen, refunded_fen = sums
        sold, accepted = order.as_sold(), "ACCEPTED" in times
        self.books.commission.claim(deal, order.order_id, order.lines)
        if accepted:
            self.books.accept(deal, sold, payable_fen, times["ACCEPTED"])
        if refunded_fen:
            step, at = ("accepted", "ACCEPTED") if accepted else ("left", deal.fate)
            self.books.give_back(deal, sold, (step, refunded_fen), times[at])
        if "COMPLETED" in times:
            self.books.complete(deal, sold, payable_fen, times["COMPLETED"])

    def _write_lines(
        self, order: PastOrder, deal: Deal, times: dict[str, datetime], *, exited: bool
    ) -> None:
        """The lines with the batches behind them, and the parcel once it has left."""
        shipped, accepted, day = "SHIPPED" in times, "ACCEPTED" in times, day_of(deal.placed_at)
        held = "released" if exited else "shipped" if shipped else "reserved"
        for line in order.lines:
            line.lot = self.shelves.take(line.pack, line.quantity, deal.placed_at, held)
            write_line(self.rows, order.order_id, line, day, held=held, accepted=accepted)
        if shipped:
            write_shipment(self.rows, order.order_id, order.lines, times["SHIPPED"])

    def _write_purchase(
        self,
        purchase_id: int,
        number: str,
        deal: Deal,
        orders: Sequence[PastOrder],
        times: dict[str, datetime],
    ) -> None:
        buyer = deal.buyer
        exited = deal.fate in times and deal.fate != "COMPLETED"
        ended = exited or "COMPLETED" in times
        submitted_at = deal.placed_at - (
            hours(self.chance, 1, 20) if buyer.unit_id else timedelta()
        )
        self.rows.add(
            "purchase",
            id=purchase_id,
            number=number,
            unit_id=buyer.unit_id,
            buyer_id=buyer.person_id,
            fund=deal.fund,
            payment_terms=deal.payment_terms,
            channel=deal.channel,
            host_id=deal.code_host_id,
            touches=deal.touches,
            state="CANCELLED" if exited else "CLOSED" if ended else "PLACED",
            goods_fen=sum(order.goods_fen for order in orders),
            freight_fen=sum(order.freight_fen for order in orders),
            **written_consignee(self.rows.session, buyer),
            created_at=submitted_at,
            submitted_at=submitted_at,
            decided_at=deal.placed_at if buyer.unit_id else None,
            decided_by=buyer.approver_id,
        )
        self.trail.write_purchase(purchase_id, deal, submitted_at, times)


def _last(times: dict[str, datetime]) -> str:
    """The furthest state of the road; being paid is not a state of it."""
    return [stage for stage in STAGES if stage in times and stage != "PAID"][-1]


def _deadlines(deal: Deal, stage: str, times: dict[str, datetime]) -> dict[str, Any]:
    """By when the next step is due, and by when what was accepted is to be paid."""
    after = deal.payment_terms == "POSTPAY" and "ACCEPTED" in times
    due = _due_at(deal, stage, times)
    return {"due_at": due, "pay_by": pay_by(day_of(times["ACCEPTED"])) if after else None}


def _payment_state(exited: bool, payable_fen: int, paid_fen: int, refunded_fen: int) -> str:
    if exited:
        return "NONE"
    return payment_state(payable_fen + refunded_fen, paid_fen, refunded_fen, declared=False)


def _shipment_state(times: dict[str, datetime]) -> str:
    if "RECEIVED" in times:
        return "DELIVERED"
    return "SHIPPED" if "SHIPPED" in times else "NONE"


def _due_at(deal: Deal, stage: str, times: dict[str, datetime]) -> datetime | None:
    if stage == "PLACED":
        return deal.placed_at + CONFIRM_WITHIN
    if stage == "CONFIRMED" and deal.payment_terms == "PREPAY" and "PAID" not in times:
        return times["CONFIRMED"] + PAY_WITHIN
    return None
