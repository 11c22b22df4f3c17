"""The centre publishes what its producer takes back at the same instant: one of them does."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import get_own
from marketplace.listing import commands as listing
from marketplace.listing.models import ListingStep
from marketplace.listing.rules import PackWish, ProductWish
from tests.county import HUIGOU, START, County
from tests.races.crowd import all_at_once

CROWD = 6


def test_what_is_taken_back_is_not_published_at_the_same_instant(
    session: Session, crowded: Engine, county: County
) -> None:
    for number in range(5):
        pack = PackWish("500 克", 6_400, 500)
        wish = ProductWish("shiitake", f"新香菇 {number}", HUIGOU, None, "", (pack,))
        product_id = listing.draft(session, county.clerk, county.producer_id, wish, START)
        listing.submit(session, county.clerk, product_id, START)
        session.commit()

        def act(mine: Session, place: int, product_id: int = product_id) -> None:
            if place % 2:
                listing.publish(mine, county.operator, product_id, START)
            else:
                listing.take_back(mine, county.clerk, product_id, START)

        fared = all_at_once(crowded, CROWD, act)
        steps = select(ListingStep.kind).where(ListingStep.product_id == product_id)
        with Session(crowded) as fresh:
            kinds = fresh.scalars(steps.order_by(ListingStep.id)).all()
            state = get_own(fresh, product_id).state
        ended = {"PUBLISHED": "PUBLISHED", "TAKEN_BACK": "DRAFT"}
        assert kinds[:2] == ["DRAFTED", "SUBMITTED"]
        assert [ended[kind] for kind in kinds[2:]] == [state]
        assert sorted(fared) == ["done"] * (CROWD // 2) + ["listing.wrong_state"] * (CROWD // 2)
