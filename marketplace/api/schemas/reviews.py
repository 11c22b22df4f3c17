"""Reviews: what is handed in, and what is shown of them."""

from typing import Any

from marshmallow import fields, post_load

from marketplace.api.schemas.fields import (
    Input,
    Instant,
    Output,
    Text,
    Whole,
    amount,
    flag,
    several,
    words,
)
from marketplace.reviews.rules import BEST, MOST_TEXT, GivenReview


class NewReview(Input):
    """Without a product it is said of each product of the order that has no review yet."""

    rating = Whole(5, most=BEST, required=True)
    text = Text("菇厚、干净", most=MOST_TEXT, least=0, load_default="")
    product_id = Whole(9, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> GivenReview:
        return GivenReview(**data)


class WrittenReview(Output):
    id = amount(3)
    product_id = amount(9)
    rating = amount(5)
    text = words("菇厚、干净")
    written_at = Instant()


class OrderReviews(Output):
    order_id = amount(7)
    reviews = several(WrittenReview)


class ShownReview(WrittenReview):
    """Names are masked; the answer and the follow-up are null until somebody gives them."""

    who = words("林*")
    is_of_unit = flag()
    answer = words("谢谢支持", allow_none=True)
    follow_up = words("吃了一个月,仍然满意", allow_none=True)
    photographs = fields.List(amount(31))
