"""Reviews: written by the buyer's side of an order, read by everyone."""

from typing import Any

from marketplace.api.answers import Stood
from marketplace.api.door import Door
from marketplace.api.schemas.paging import JustPaging, page_of
from marketplace.api.schemas.reviews import NewReview, OrderReviews, ShownReview
from marketplace.catalogue.queries import get_product
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.core.paging import Page, PageRequest
from marketplace.reviews.commands import write_once
from marketplace.reviews.queries import ReviewView, list_of
from marketplace.reviews.rules import GivenReview
from marketplace.web import allow, current_identity, now, public, session

door = Door("reviews")


@door.call("POST", "/orders/<id:order_id>/review", N_("买方评价;不列商品即评价全部"))
@allow()
@door.takes(NewReview)
@door.makes(OrderReviews)
def write(given: GivenReview, order_id: int) -> dict[str, Any] | Stood:
    written, is_new = write_once(session(), current_identity(), order_id, given, now())
    shown = {"order_id": order_id, "reviews": written}
    return shown if is_new else Stood(shown)


@door.call("GET", "/products/<id:product_id>/reviews", N_("一件商品显示中的评价,新的在前"))
@public
@door.asks(JustPaging)
@door.shows_everyone(page_of(ShownReview))
def of_product(page: PageRequest, product_id: int) -> Page[ReviewView]:
    get_product(session(), product_id, day_of(now()))
    return list_of(session(), "PRODUCT", product_id, page)
