"""The books of past orders: the rooms' own rules decide each entry, written here in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam

from marketplace.attribution import rules as villages
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.demonstration.commission import CommissionBook
from marketplace.demonstration.deals import Deal
from marketplace.demonstration.lines import SoldLine
from marketplace.demonstration.rows import Rows
from marketplace.ledger import rules as money
from marketplace.quota import rules as quota
from marketplace.quota.queries import rules_in_force


@dataclass(frozen=True)
class SoldOrder:
    order_id: int
    number: str
    producer_id: int
    lines: Sequence[SoldLine]
    freight_fen: int


class Books:
    """Money, quota and villages, with the totals kept beside them."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.commission = CommissionBook(rows)
        self.sold: dict[int, int] = {}
        self._rules: dict[tuple[int, str], list[quota.Rule]] = {}

    def receive(self, deal: Deal, payment_id: int, number: str, got: tuple[int, datetime]) -> None:
        """Money arrives for a purchase."""
        received_fen, at = got
        movement = money.transfer(
            f"payment:{payment_id}/received",
            f"货款 {number}",
            debit=money.ESCROW,
            credit=money.buyer_account(deal.buyer.unit_id, deal.buyer.person_id),
            amount_fen=received_fen,
        )
        self._post(movement, at)

    def accept(self, deal: Deal, order: SoldOrder, payable_fen: int, at: datetime) -> None:
        """What was accepted is owed."""
        movements = money.goods_and_freight(
            f"order:{order.order_id}/accepted",
            order.number,
            debit=money.buyer_account(deal.buyer.unit_id, deal.buyer.person_id),
            credit=money.pending_account(order.producer_id),
            sums=(payable_fen - order.freight_fen, order.freight_fen),
            order_id=order.order_id,
        )
        for movement in movements:
            self._post(movement, at)

    def give_back(
        self, deal: Deal, order: SoldOrder, excess: tuple[str, int], at: datetime
    ) -> None:
        """What was paid above what is owed becomes the buyer's credit."""
        step, excess_fen = excess
        holder = (deal.buyer.unit_id, deal.buyer.person_id)
        movement = money.transfer(
            f"order:{order.order_id}/{step}/excess",
            f"退回余额 {order.number}",
            debit=money.buyer_account(*holder),
            credit=money.credit_account(*holder),
            amount_fen=excess_fen,
            order_id=order.order_id,
        )
        self._post(movement, at)

    def complete(self, deal: Deal, order: SoldOrder, payable_fen: int, at: datetime) -> None:
        """Accepted and paid: the producer's money, the unit's quota, the villages' sale."""
        movements = money.goods_and_freight(
            f"order:{order.order_id}/completed",
            order.number,
            debit=money.pending_account(order.producer_id),
            credit=money.producer_account(order.producer_id),
            sums=(payable_fen - order.freight_fen, order.freight_fen),
            order_id=order.order_id,
        )
        for movement in movements:
            self._post(movement, at)
        lines = [line for line in order.lines if line.accepted_fen > 0]
        if deal.buyer.unit_id is not None:
            self._count(deal, order, lines, at)
        self._recognise(deal, order, lines, at)
        facts = (order.order_id, order.number, order.producer_id)
        self._post(self.commission.earn(deal, facts, lines, at), at)
        for line in lines:
            product_id = line.pack.product.product_id
            self.sold[product_id] = self.sold.get(product_id, 0) + line.accepted

    def count_sold(self) -> None:
        """Keeps the running number of pieces sold on the products, which must be written by now."""
        product = Base.metadata.tables["product"]
        statement = (
            product.update()
            .where(product.c.id == bindparam("product_id"))
            .values(sold_quantity=product.c.sold_quantity + bindparam("pieces"))
        )
        sold = sorted(self.sold.items())
        if sold:
            # On the connection: the session would take many parameter sets for changed objects.
            self.rows.session.connection().execute(
                statement, [{"product_id": one, "pieces": pieces} for one, pieces in sold]
            )
        self.sold.clear()

    def _post(self, movement: money.Movement, at: datetime) -> None:
        amounts = {account: fen for account, fen in movement.amounts.items() if fen}
        if not amounts:
            return
        entry_id = self.rows.add_with_id(
            "ledger_entry",
            source=movement.source,
            posted_at=at,
            posted_on=day_of(at),
            narration=movement.narration,
            order_id=movement.order_id,
        )
        for account, fen in amounts.items():
            self.rows.add_with_id("posting", entry_id=entry_id, account=account, amount_fen=fen)
            self.rows.add_up("account_balance", (account, money.shard_of(account, entry_id)), fen)

    def _count(self, deal: Deal, order: SoldOrder, lines: Iterable[SoldLine], at: datetime) -> None:
        ordered_on, counted_on = day_of(deal.placed_at), day_of(at)
        for rule in self._rules_of(counted_on.year, deal.buyer.division_code):
            for line in lines:
                if _counts(rule, deal.fund, line, ordered_on):
                    self.rows.add_with_id(
                        "quota_entry",
                        source=f"order-line:{line.line_id}/rule:{rule.rule_id}/counted",
                        rule_id=rule.rule_id,
                        unit_id=deal.buyer.unit_id,
                        year=counted_on.year,
                        kind=quota.EntryKind.SALE.value,
                        amount_fen=line.accepted_fen,
                        fund=deal.fund,
                        order_id=order.order_id,
                        order_line_id=line.line_id,
                        ordered_on=ordered_on,
                        counted_on=counted_on,
                        posted_at=at,
                    )
                    key = (deal.buyer.unit_id, rule.rule_id, counted_on.year)
                    self.rows.add_up("quota_total", key, line.accepted_fen)

    def _rules_of(self, year: int, division_code: str) -> list[quota.Rule]:
        key = (year, division_code)
        if key not in self._rules:
            rules = rules_in_force(self.rows.session, year, division_code)
            completed = quota.RecognitionPoint.COMPLETED
            self._rules[key] = [rule for rule in rules if rule.recognition_point == completed]
        return self._rules[key]

    def _recognise(
        self, deal: Deal, order: SoldOrder, lines: Iterable[SoldLine], at: datetime
    ) -> None:
        sale = villages.Sale(
            source=f"order:{order.order_id}/completed",
            order_id=order.order_id,
            unit_id=deal.buyer.unit_id,
            fund=deal.fund,
            producer_id=order.producer_id,
            channel=deal.channel,
            counted_on=day_of(at),
        )
        parts = [
            part for line in lines for part in villages.split_line(_attributed(line, deal), {})
        ]
        for part in parts:
            self._write_part(sale, part, at)
        for (scope, *rest), amount_fen in villages.sums_of(sale, parts).items():
            shard = villages.shard_of(scope, sale.serial)
            key = (scope, *rest, sale.counted_on.year, shard)
            self.rows.add_up("attribution_total", key, amount_fen, 1)

    def _write_part(self, sale: villages.Sale, part: villages.Part, at: datetime) -> None:
        line, origin = part.line, part.origin
        self.rows.add_with_id(
            "attribution_entry",
            source=f"{sale.source}/{line.order_line_id}/{origin.batch_id}/{origin.village_code}",
            order_id=sale.order_id,
            order_line_id=line.order_line_id,
            village_code=origin.village_code,
            batch_id=origin.batch_id,
            amount_fen=part.amount_fen,
            unit_id=sale.unit_id,
            fund=sale.fund,
            producer_id=sale.producer_id,
            workshop_id=line.workshop_id,
            product_id=line.product_id,
            host_id=line.host_id,
            session_id=line.session_id,
            channel=villages.channel_of(sale, line),
            counted_on=sale.counted_on,
            posted_at=at,
        )


def _counts(rule: quota.Rule, fund: str, line: SoldLine, ordered_on: date) -> bool:
    facts = quota.CountedLine(
        order_line_id=line.line_id,
        amount_fen=line.accepted_fen,
        is_certified=line.pack.product.is_certified_on(ordered_on),
        village_codes=tuple(share.village_code for share in line.lot.origin),
    )
    return quota.counts(rule, fund, facts)


def _attributed(line: SoldLine, deal: Deal) -> villages.AttributedLine:
    goods, lot = line.pack.product, line.lot
    # In the order in which the frozen weights are read back: equal remainders fall alike.
    shares = sorted(lot.origin, key=lambda share: share.village_code)
    return villages.AttributedLine(
        order_line_id=line.line_id,
        product_id=goods.product_id,
        workshop_id=goods.maker.workshop_id,
        amount_fen=line.accepted_fen,
        origins=tuple(
            villages.Origin(lot.batch_id, share.village_code, line.quantity * share.share_ppm)
            for share in shares
        ),
        host_id=deal.airing.host_id if deal.airing else None,
        session_id=deal.airing.session_id if deal.airing else None,
    )
