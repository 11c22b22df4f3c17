"""A rush as buyers meet it: set aside for half an hour, told at once, nothing chosen lost."""

from itertools import count

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch
from marketplace.livestream.models import LiveSession
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from tests.conftest import FrozenClock
from tests.county import County, Goods, goods
from tests.livestream.sessions import Held, hold_session
from tests.pages.conftest import Road, Visitor, checkout

NUMBERS = count()


def form(county: County, total_fen: int, *wanted: tuple[Goods, int]) -> dict[str, object]:
    own = {"unit": "personal", "note": "放门卫", "nonce": f"RUSH{next(NUMBERS)}"}
    return {**checkout(county, total_fen, *wanted), **own}


@pytest.fixture
def bought(road: Road, county: County) -> tuple[Visitor, str]:
    """A shopper who has just ordered two packs of noodles, and the purchase's page."""
    shopper = road.fill(county.shopper, (county.noodles, 2))
    answer = shopper.send("/checkout", **form(county, 3_998, (county.noodles, 2)))
    return shopper, answer.location


def run_out(session: Session, clock: FrozenClock) -> None:
    ordering.expire_due(session, clock())
    session.commit()


def test_pages_say_by_when_to_pay_and_how_long_that_is(
    bought: tuple[Visitor, str], clock: FrozenClock
) -> None:
    shopper, page = bought
    clock.advance(seconds=30)
    for path in (page, "/orders", "/orders?tab=to_pay", "/basket"):
        seen = shopper.see(path)
        assert "请在 12:30 前付款" in seen
        assert "还剩 29 分钟" in seen
        assert 'data-seconds="1770"' in seen
        assert "js/countdown.js" in seen
        assert 'aria-live="polite" data-said' in seen
    clock.advance(minutes=29)
    assert "还剩不到 1 分钟" in shopper.see(page)


def test_the_other_day_is_named_where_midnight_lies_between(
    road: Road, county: County, clock: FrozenClock
) -> None:
    clock.advance(hours=11, minutes=45)
    shopper = road.fill(county.shopper, (county.noodles, 2))
    page = shopper.send("/checkout", **form(county, 3_998, (county.noodles, 2))).location
    assert "请在 2026年11月24日 00:15 前付款" in shopper.see(page)


def test_between_the_last_moment_and_the_clock_nobody_is_asked_to_pay(
    bought: tuple[Visitor, str], clock: FrozenClock
) -> None:
    shopper, page = bought
    clock.advance(minutes=30)
    seen = shopper.see(page)
    assert "付款时间到了" in seen
    assert "模拟支付" not in seen
    assert "data-countdown" not in seen


def test_a_purchase_that_ran_out_says_so_and_fills_the_basket_again(
    bought: tuple[Visitor, str], clock: FrozenClock, session: Session
) -> None:
    shopper, page = bought
    clock.advance(minutes=30)
    run_out(session, clock)
    seen = shopper.see(page)
    assert "没有在 30 分钟内付款,订单已自动取消" in seen
    assert "重新放进购物车" in seen
    assert "等您付款" not in shopper.see("/basket")
    shopper.send(f"{page}/again")
    assert "红薯粉条" in shopper.see("/basket")


def test_what_was_paid_or_cancelled_by_hand_did_not_run_out(
    bought: tuple[Visitor, str], clock: FrozenClock, session: Session
) -> None:
    shopper, page = bought
    shopper.send(shopper.send(f"{page}/payments", method="simulated").location)
    for path in (page, "/orders", "/basket"):
        assert "data-countdown" not in shopper.see(path)
    clock.advance(minutes=31)
    run_out(session, clock)
    shopper.send(f"{page}/cancel", reason="买错了")
    assert "没有在 30 分钟内付款" not in shopper.see(page)


def test_somebody_elses_purchase_is_not_in_the_basket(
    bought: tuple[Visitor, str], road: Road, county: County
) -> None:
    assert "等您付款" not in road.visit(county.buyer).see("/basket")


def test_who_comes_too_late_is_told_what_is_left_and_loses_nothing(
    road: Road, county: County, session: Session
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=3)
    session.commit()
    late = road.fill(county.shopper, (scarce, 2), (county.noodles, 1))
    wish = form(county, 21_799, (scarce, 2), (county.noodles, 1))
    session.execute(update(Batch).where(Batch.id == scarce.batch_id).values(quantity_reserved=2))
    session.commit()
    answer = late.send("/checkout", 409, **wish)
    assert "「头茬春菇 · 500 克」现在只有 1 件可以买" in answer.text
    assert "放门卫" in answer.text
    session.execute(update(Batch).where(Batch.id == scarce.batch_id).values(quantity_reserved=3))
    session.commit()
    answer = late.send("/checkout", 409, **wish)
    assert "「头茬春菇 · 500 克」现在只有 0 件可以买" in answer.text
    basket = late.see("/basket")
    assert "已经售完" in basket
    assert "头茬春菇" in basket
    assert "红薯粉条" in basket
    assert road.purchases() == 0


def test_a_stock_that_two_want_goes_to_the_first_and_the_other_keeps_the_basket(
    road: Road, county: County, session: Session
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=1)
    session.commit()
    first, second = road.fill(county.shopper, (scarce, 1)), road.fill(county.buyer, (scarce, 1))
    wish = form(county, 9_900, (scarce, 1))
    first.send("/checkout", **wish)
    second.send("/checkout", 409, **wish)
    # A second click of the one who was served finds the purchase, and no refusal.
    first.send("/checkout", **wish)
    assert "头茬春菇" in second.see("/basket")
    assert road.purchases() == 1


@pytest.fixture
def live(session: Session, county: County) -> Held:
    return hold_session(session, county, county.mushrooms, limit=3)


def test_a_limit_stands_on_the_page_the_basket_and_in_the_refusal(
    road: Road, county: County, live: Held
) -> None:
    for identity in (None, county.shopper):
        page = road.visit(identity).see(f"/products/{county.mushrooms.product_id}")
        assert "直播期间每人限购 3 件" in page
    shopper = road.fill(county.shopper, (county.mushrooms, 2))
    assert "直播期间每人限购 3 件" in shopper.see("/basket")
    shopper.send("/checkout", **form(county, 12_806, (county.mushrooms, 2)))
    road.fill(county.shopper, (county.mushrooms, 2))
    basket = shopper.see("/basket")
    assert "您已经买了 2 件" in basket
    assert "超过每人限购,现在最多还能买 1 件" in basket
    answer = shopper.send("/checkout", 409, **form(county, 12_806, (county.mushrooms, 2)))
    assert "「椴木香菇」直播期间每人限购 3 件" in answer.text
    assert "放门卫" in answer.text
    assert "椴木香菇" in shopper.see("/basket")
    assert road.purchases() == 1


def test_a_limit_is_gone_with_the_session_and_from_everyones_page_too(
    road: Road, county: County, live: Held, session: Session, clock: FrozenClock
) -> None:
    visitor, path = road.visit(None), f"/products/{county.mushrooms.product_id}"
    assert "限购 3 件" in visitor.see(path)
    over = update(LiveSession).values(state="ENDED", ended_at=clock())
    session.execute(over.where(LiveSession.id == live.session_id))
    session.commit()
    assert "限购" not in visitor.see(path)
    shopper = road.fill(county.shopper, (county.mushrooms, 9))
    assert "限购" not in shopper.see("/basket")
    clock.advance(seconds=1)
    shopper.send("/checkout", **form(county, 57_627, (county.mushrooms, 9)))


def test_the_unit_of_somebody_who_met_the_limit_buys_on(
    road: Road, county: County, live: Held, session: Session
) -> None:
    road.submit((county.mushrooms, 50))
    purchase = session.query(Purchase).one()
    assert purchase.state == "IN_APPROVAL"


def test_an_unpaid_purchase_that_runs_out_frees_the_limit(
    road: Road, county: County, live: Held, session: Session, clock: FrozenClock
) -> None:
    shopper = road.fill(county.shopper, (county.mushrooms, 3))
    page = shopper.send("/checkout", **form(county, 19_209, (county.mushrooms, 3))).location
    shopper.send(f"{page}/again")
    shopper.send("/checkout", 409, **form(county, 19_209, (county.mushrooms, 3)))
    clock.advance(minutes=30)
    run_out(session, clock)
    shopper.send("/checkout", **form(county, 19_209, (county.mushrooms, 3)))


def test_only_what_can_still_be_bought_is_credited_to_the_host(
    road: Road, county: County, live: Held, session: Session
) -> None:
    shopper = road.fill(county.shopper, (county.mushrooms, 3))
    wish = {**form(county, 1, (county.mushrooms, 3)), "host_code": "YUNXIA"}
    assert "云霞说山货" in shopper.send("/checkout", 409, **wish).text
    gone = update(Batch).values(quantity_reserved=Batch.quantity_on_hand)
    session.execute(gone.where(Batch.id == county.mushrooms.batch_id))
    session.commit()
    assert "云霞说山货" not in shopper.send("/checkout", 409, **wish).text
