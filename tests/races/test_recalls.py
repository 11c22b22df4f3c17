"""A sale and a recall at once: either the sale came first and is settled, or it finds nothing."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.recalls import (
    SETTLE_JOB,
    SPREAD_JOB,
    recall_batch,
    settle_recall,
    spread_recall,
)
from marketplace.ordering.models import Order, OrderLine, OrderLineBatch
from marketplace.outbox.models import OutboxMessage
from marketplace.reports.queries import reconcile
from tests.county import START, County, Goods, goods
from tests.races.crowd import all_at_once

BUYERS = 20


def jobs(session: Session, job: str) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.job == job)))


def _held(crowded: Engine, spring: Goods) -> int:
    """How many lines something of the batch was set aside for."""
    with Session(crowded) as fresh:
        mine = OrderLineBatch.batch_id == spring.batch_id
        return fresh.scalar(select(func.count()).select_from(OrderLineBatch).where(mine)) or 0


def _spread(crowded: Engine) -> list[dict[str, int]]:
    """What is asked for each purchase once the recall is there."""
    with Session(crowded) as fresh:
        for message in jobs(fresh, SPREAD_JOB):
            spread_recall(fresh, message.payload, START)
        fresh.commit()
        return [dict(message.payload) for message in jobs(fresh, SETTLE_JOB)]


def test_a_sale_and_a_recall_at_once(session: Session, crowded: Engine, county: County) -> None:
    spring = goods(session, county.producer_id, "头茬春菇", 9_900, stock=1_000)
    wish = county.private_wish((spring, 1))
    drafts = [
        ordering.draft_purchase(session, county.shopper, wish, START).id for _ in range(BUYERS)
    ]
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place == BUYERS // 2:
            recall_batch(mine, county.operator, spring.batch_id, "抽检不合格", START)
        else:
            number = place if place < BUYERS // 2 else place - 1
            ordering.submit(mine, county.shopper, drafts[number], START)

    outcomes = all_at_once(crowded, BUYERS + 1, act)
    assert set(outcomes) <= {"done", "stock.insufficient"}
    sold = outcomes.count("done") - 1
    payloads = _spread(crowded)
    assert len(payloads) == sold == _held(crowded, spring)

    def settle(mine: Session, place: int) -> None:
        settle_recall(mine, payloads[place], START)

    if sold:
        assert set(all_at_once(crowded, sold, settle)) == {"done"}
    _prove_settled(crowded, spring)


def _prove_settled(crowded: Engine, spring: Goods) -> None:
    """Nothing is held any more, every order was left, and the books agree."""
    with Session(crowded) as fresh:
        batch = fresh.get_one(Batch, spring.batch_id)
        assert (batch.quantity_on_hand, batch.quantity_reserved) == (1_000, 0)
        states = fresh.scalars(
            select(Order.state)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.product_id == spring.product_id, Order.state != "DRAFT")
        )
        assert set(states) <= {"CANCELLED"}
        assert reconcile(fresh) == []
