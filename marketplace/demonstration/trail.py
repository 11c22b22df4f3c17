"""What happened to past purchases and orders, event by event, as the flows would have noted it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.demonstration.deals import Deal
from marketplace.demonstration.lines import parcel_of
from marketplace.demonstration.rows import Rows

REASONS = {
    "CANCELLED": "采购计划调整",
    "DECLINED": "本批已售完,暂无法供货",
    "EXPIRED": "未在时限内确认",
}


@dataclass
class Staff:
    """Who acts for the producers and the operations centre."""

    cashier_id: int | None = None
    clerk_of_producer: dict[int, int] = field(default_factory=dict)


class Trail:
    def __init__(self, rows: Rows, staff: Staff) -> None:
        self.rows = rows
        self.staff = staff

    def write_purchase(
        self, purchase_id: int, deal: Deal, submitted_at: datetime, times: Mapping[str, datetime]
    ) -> None:
        """Submitted, approved, closed."""
        buyer_id = deal.buyer.person_id
        self._event((purchase_id, None), "SUBMITTED", submitted_at, buyer_id)
        if deal.buyer.unit_id is not None:
            self._event((purchase_id, None), "APPROVED", deal.placed_at, deal.buyer.approver_id)
        ended_at = times.get(deal.fate)
        if ended_at is not None:
            closing = "CLOSED" if deal.fate == "COMPLETED" else "CANCELLED"
            self._event((purchase_id, None), closing, ended_at, None)
        self._audit("purchase.placed", "purchase", purchase_id, deal.placed_at)

    def write_order(
        self,
        purchase_id: int,
        deal: Deal,
        order: tuple[int, int, int, int],
        times: Mapping[str, datetime],
    ) -> None:
        """Each stage an order has reached; order: (id, producer, paid and payable fen)."""
        order_id, producer_id, paid_fen, payable_fen = order
        clerk_id = self.staff.clerk_of_producer.get(producer_id)
        buyer_id, place = deal.buyer.person_id, (purchase_id, order_id)
        carrier, tracking = parcel_of(order_id)
        approver_id = deal.buyer.approver_id or buyer_id
        known: Sequence[tuple[str, int | None, dict[str, Any]]] = (
            ("PLACED", approver_id, {}),
            ("CONFIRMED", clerk_id, {}),
            ("PAID", None, {"paid_fen": paid_fen, "state": "PAID"}),
            ("SHIPPED", clerk_id, {"carrier": carrier, "tracking": tracking}),
            ("RECEIVED", buyer_id, {}),
            ("ACCEPTED", approver_id, {"payable_fen": payable_fen}),
            ("COMPLETED", None, {"payable_fen": payable_fen}),
            ("CANCELLED", buyer_id, {"returned_fen": 0}),
            ("DECLINED", clerk_id, {"returned_fen": 0}),
            ("EXPIRED", None, {"returned_fen": 0}),
        )
        reached = [event for event in known if event[0] in times]
        for kind, actor_id, facts in sorted(reached, key=lambda event: times[event[0]]):
            self._event(place, kind, times[kind], actor_id, facts)
        if "ACCEPTED" in times and deal.payment_terms == "PREPAY" and paid_fen > payable_fen:
            facts = {"amount_fen": paid_fen - payable_fen}
            self._event(place, "EXCESS_RETURNED", times["ACCEPTED"], None, facts)
        if "COMPLETED" in times:
            self._audit("order.completed", "order", order_id, times["COMPLETED"])

    def _event(
        self,
        place: tuple[int, int | None],
        kind: str,
        at: datetime,
        actor_id: int | None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.rows.add_with_id(
            "order_event",
            purchase_id=place[0],
            order_id=place[1],
            at=at,
            actor_id=actor_id,
            kind=kind,
            reason=REASONS.get(kind, ""),
            facts=facts or {},
        )

    def _audit(self, action: str, kind: str, object_id: int, at: datetime) -> None:
        self.rows.add_with_id(
            "audit_entry",
            at=at,
            actor_id=None,
            action=action,
            object_kind=kind,
            object_id=str(object_id),
            origin="demonstration",
        )
