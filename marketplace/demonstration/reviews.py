"""What buyers said of what they received, and what producers answered."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.core.paging import PageRequest
from marketplace.demonstration.dice import dice
from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast
from marketplace.ordering.queries import OrderFilter, OrderView, get_order, list_orders
from marketplace.reviews.commands import answer_review, write_review
from marketplace.reviews.rules import GivenReview

NUMBER = 60
SAID = (
    (5, "个头匀、干净,食堂师傅说好用。"),
    (5, "包装结实,泡发很快,香味足。"),
    (4, "东西不错,发货比预计晚了一天。"),
    (5, "第二次买了,品质稳定。"),
    (4, "味道正,希望有更小的包装。"),
    (3, "有少量碎的,其余都好。"),
    (5, ""),
)
ANSWER = "谢谢支持!碎的我们会加强分拣。"


def tell_of_reviews(session: Session, cast: Cast, seed: int, now: datetime) -> None:
    """Through the marketplace's own commands, of the orders that ended last."""
    official = who(session, cast.cashier_id)
    wanted = OrderFilter(state="COMPLETED")
    rows = list_orders(session, official, wanted, PageRequest(1, NUMBER)).items
    orders = [get_order(session, official, row.id) for row in rows]
    said = [(_said_at(order, seed, now), order) for order in orders if order.accepted_at]
    for at, order in sorted(said, key=lambda one: (one[0], one[1].id)):
        rating, text = dice(seed, "review of", order.number).choice(SAID)
        given = GivenReview(rating, text, order.lines[0].product_id)
        written = write_review(session, who(session, order.buyer_id), order.id, given, at)
        if rating == 3:
            clerk = who(session, cast.clerks[order.producer_id])
            answer_review(session, clerk, written[0].id, ANSWER, min(now, at + timedelta(hours=5)))


def _said_at(order: OrderView, seed: int, now: datetime) -> datetime:
    """A day or a few after it was accepted."""
    assert order.accepted_at is not None, order.number
    hours = dice(seed, "review", order.number).randint(20, 90)
    return min(now, order.accepted_at + timedelta(hours=hours))
