"""What buyers said of what they received, and what producers answered."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.core.paging import PageRequest
from marketplace.demonstration.dice import dice
from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast
from marketplace.ordering.queries import OrderFilter, get_order, list_orders
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
    orders = list_orders(session, official, wanted, PageRequest(1, NUMBER))
    for row in orders.items:
        order = get_order(session, official, row.id)
        chance = dice(seed, "review", order.number)
        if order.accepted_at is None:
            continue
        at = min(now, order.accepted_at + timedelta(hours=chance.randint(20, 90)))
        rating, text = chance.choice(SAID)
        buyer = who(session, order.buyer_id)
        written = write_review(session, buyer, order.id, GivenReview(rating, text), at)
        if rating == 3:
            clerk = who(session, cast.clerks[order.producer_id])
            answer_review(session, clerk, written[0].id, ANSWER, min(now, at + timedelta(hours=5)))
