"""The book of commission of past orders: whose sale each line was, and what it earned."""

from collections.abc import Iterable
from datetime import datetime

from marketplace.commission.rules import change_of
from marketplace.core.clock import day_of
from marketplace.demonstration.airings import Airing, Offered
from marketplace.demonstration.deals import Deal
from marketplace.demonstration.lines import SoldLine
from marketplace.demonstration.rows import Rows
from marketplace.ledger import rules as money
from marketplace.livestream.rules.claims import Outcome

Row = dict[str, object]


class CommissionBook:
    """Claims when an order is placed, entries and the money when it is complete."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def claim(self, deal: Deal, order_id: int, lines: Iterable[SoldLine]) -> None:
        """Also of orders that came to nothing: what pointed to the host is known for good."""
        if deal.airing is None:
            return
        for line in lines:
            offered = deal.airing.offers[line.pack.product.product_id]
            self.rows.add_with_id(
                "commission_claim",
                **_shared(deal.airing, order_id, line),
                version=1,
                offer_id=offered.offer_id,
                rate_ppm=offered.rate_ppm,
                agency_ppm=_agency_ppm(deal.airing),
                outcome=(Outcome.CODE if deal.by_code else Outcome.LINK).value,
                facts={"host": deal.airing.host_name, "session": deal.airing.title},
                decided_at=deal.placed_at,
            )

    def earn(
        self, deal: Deal, order: tuple[int, str, int], lines: Iterable[SoldLine], at: datetime
    ) -> money.Movement:
        """What an order (id, number, producer) brought the host and the agency; the producer
        pays it."""
        order_id, number, producer_id = order
        source, airing = f"order:{order_id}/completed", deal.airing
        amounts: list[tuple[str, int]] = []
        for line in lines if airing else ():
            assert airing is not None
            host_fen, agency_fen = _parts(airing, line)
            amounts += _moved(airing, producer_id, host_fen, agency_fen)
            self.rows.add_with_id(
                "commission_entry",
                **_shared(airing, order_id, line),
                source=f"{source}/{line.line_id}",
                kind="EARNED",
                producer_id=producer_id,
                base_fen=line.accepted_fen,
                host_fen=host_fen,
                agency_fen=agency_fen,
                counted_on=day_of(at),
                posted_at=at,
            )
        movement = money.summed(amounts)
        return money.Movement(f"{source}/commission", f"佣金 {number}", movement, order_id)


def _shared(airing: Airing, order_id: int, line: SoldLine) -> Row:
    return {
        "order_id": order_id,
        "order_line_id": line.line_id,
        "product_id": line.pack.product.product_id,
        "host_id": airing.host_id,
        "session_id": airing.session_id,
        "agency_id": airing.agency.agency_id if airing.agency else None,
    }


def _agency_ppm(airing: Airing) -> int:
    return airing.agency.share_ppm if airing.agency else 0


def _parts(airing: Airing, line: SoldLine) -> tuple[int, int]:
    offered: Offered = airing.offers[line.pack.product.product_id]
    return change_of((0, 0, 0), line.accepted_fen, offered.rate_ppm, _agency_ppm(airing))


def _moved(
    airing: Airing, producer_id: int, host_fen: int, agency_fen: int
) -> list[tuple[str, int]]:
    moved = [
        (money.producer_account(producer_id), host_fen + agency_fen),
        (money.host_account(airing.host_id), -host_fen),
    ]
    if airing.agency:
        moved.append((money.agency_account(airing.agency.agency_id), -agency_fen))
    return moved
