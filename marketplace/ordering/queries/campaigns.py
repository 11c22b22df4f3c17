"""What was bought for campaigns."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.queries.worth import KEPT
from marketplace.ordering.rules import EXITS, OrderState


@dataclass(frozen=True)
class CampaignSales:
    """Orders that stand, what was ordered in them, and what of it is complete."""

    orders: int
    ordered_fen: int
    completed_fen: int


NONE = CampaignSales(0, 0, 0)


def sales_of_campaigns(session: Session, ids: Collection[int]) -> dict[int, CampaignSales]:
    """By campaign; what left the road, will not come or was given back is no sale."""
    done = case((Order.state == OrderState.COMPLETED, KEPT), else_=0)
    rows = session.execute(
        select(
            Purchase.campaign_id,
            func.count(Order.id.distinct()),
            func.sum(KEPT),
            func.sum(done),
        )
        .join(Order, Order.purchase_id == Purchase.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Purchase.campaign_id.in_(ids),
            Order.state.not_in([*EXITS, OrderState.DRAFT]),
        )
        .group_by(Purchase.campaign_id)
    )
    return {
        campaign: CampaignSales(orders, int(ordered), int(completed))
        for campaign, orders, ordered, completed in rows
        if campaign is not None
    }


def completed_orders_of(session: Session, campaign_id: int) -> list[int]:
    """Ids of a campaign's orders that are complete."""
    return list(
        session.scalars(
            select(Order.id)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .where(Purchase.campaign_id == campaign_id, Order.state == OrderState.COMPLETED)
        )
    )
