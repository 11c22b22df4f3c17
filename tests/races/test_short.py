"""Two answers to one request to send less, at the same instant: one of them holds."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.short import agree_short, ask_short, withdraw_short
from marketplace.ordering.models import ShortRequest
from marketplace.ordering.rules.short import ShortWish
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import lines_of, placed
from tests.races.crowd import all_at_once

CROWD = 6


def test_what_the_buyer_agreed_to_is_not_withdrawn_at_the_same_instant(
    session: Session, crowded: Engine, county: County
) -> None:
    for _ in range(5):
        _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 5)))
        ordering.confirm(session, county.clerk, order.id, None, START)
        (line,) = lines_of(session, order.id)
        wish = ShortWish({line.id: 2}, "连阴雨,烘干不及")
        request_id = ask_short(session, county.clerk, order.id, wish, START).id
        session.commit()

        def act(mine: Session, place: int, request_id: int = request_id) -> None:
            if place % 2:
                agree_short(mine, county.buyer, request_id, START)
            else:
                withdraw_short(mine, county.clerk, request_id, START)

        fared = all_at_once(crowded, CROWD, act)
        with Session(crowded) as fresh:
            (line,) = lines_of(fresh, order.id)
            agreed = fresh.get_one(ShortRequest, request_id).state == "AGREED"
            assert line.short_quantity == (2 if agreed else 0)
            assert sorted(fared) == ["done"] * (CROWD // 2) + ["short.answered"] * (CROWD // 2)
            assert reconcile(fresh) == []
