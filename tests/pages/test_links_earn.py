"""Which purchases a followed link or a spoken code earns something for, and which never."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim
from marketplace.core.identity import Identity
from marketplace.ordering.models import Purchase
from tests.conftest import FrozenClock
from tests.county import START, County, person
from tests.livestream.sessions import add, an_agency, hold_session
from tests.pages.conftest import Visit
from tests.pages.door import NOT_PEOPLE, PERSON, Door, change, open_door, wish
from tests.seating import seat


@pytest.fixture
def door(county: County, session: Session, visit: Visit) -> Door:
    return open_door(county, session, visit)


def test_a_person_who_follows_a_link_and_buys_earns_the_host_a_tenth(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    assert door.outcome(door.buy(shopper)) == ("LINK", 640)


@pytest.mark.parametrize("typed", ["YUNXIA", " yunxia ", "ＹＵＮＸＩＡ"])
def test_a_code_that_is_typed_earns_the_same_however_it_is_written(door: Door, typed: str) -> None:
    shopper = door.visit(door.county.shopper)
    assert door.outcome(door.buy(shopper, host_code=typed)) == ("CODE", 640)


def test_a_link_that_is_followed_before_logging_in_counts(door: Door) -> None:
    visitor = door.visit(None)
    door.follow(visitor)
    seat(visitor.client, door.county.shopper)
    assert door.outcome(door.buy(visitor)) == ("LINK", 640)


def test_who_follows_no_link_earns_nobody_anything(door: Door) -> None:
    assert door.outcome(door.buy(door.visit(door.county.shopper))) == ("", 0)


def test_own_clicks_earn_nothing(door: Door) -> None:
    host = door.visit(door.held.host)
    door.follow(host)
    assert door.outcome(door.buy(host), door.held.host) == ("OWN_PURCHASE", 0)


def test_own_purchases_by_code_earn_nothing(door: Door) -> None:
    host = door.visit(door.held.host)
    bought = door.buy(host, host_code="YUNXIA")
    assert door.outcome(bought, door.held.host) == ("OWN_PURCHASE", 0)


def test_purchases_of_the_hosts_agency_earn_nothing(door: Door) -> None:
    agency_id = an_agency(door.session, door.held.host_id, 200_000)
    agent = person(door.session, "agent@test", ("AGENCY", agency_id, "CLERK"))
    door.session.commit()
    visitor = door.visit(agent)
    door.follow(visitor)
    assert door.outcome(door.buy(visitor), agent) == ("OWN_PURCHASE", 0)


@pytest.mark.parametrize("said", NOT_PEOPLE.values(), ids=NOT_PEOPLE)
def test_scripted_clicks_previews_frames_and_pictures_earn_nothing(
    door: Door, said: dict[str, str]
) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper, **said)
    assert door.outcome(door.buy(shopper)) == ("", 0)


def test_head_earns_nothing(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    shopper.client.head(door.link, headers=PERSON)
    assert door.outcome(door.buy(shopper)) == ("", 0)


def forged(link_id: int) -> list[str]:
    second = int(START.timestamp()) - 60
    return [
        f"visitor.{link_id}-{second}.{'A' * 24}",
        f"visitor.{link_id}-{second}",
        f"[[{link_id},{second}]]",
        str(link_id),
        "\x00",
        "x" * 4_000,
    ]


@pytest.mark.parametrize("place", range(6))
def test_a_cookie_that_we_did_not_seal_earns_nothing(door: Door, place: int) -> None:
    shopper = door.visit(door.county.shopper)
    cookie = forged(door.held.links[door.county.mushrooms.product_id])[place]
    shopper.client.set_cookie("touched", cookie)
    assert door.outcome(door.buy(shopper)) == ("", 0)


def test_a_cookie_whose_link_was_swapped_earns_nothing(door: Door) -> None:
    other = hold_session(door.session, door.county, door.county.oil, host=another_host(door))
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    kept = shopper.client.get_cookie("touched")
    assert kept is not None
    mine, theirs = (
        f".{held.links[goods.product_id]}-"
        for held, goods in ((door.held, door.county.mushrooms), (other, door.county.oil))
    )
    shopper.client.set_cookie("touched", kept.value.replace(mine, theirs))
    assert door.outcome(door.buy(shopper, door.county.oil)) == ("", 0)


def another_host(door: Door) -> tuple[int, Identity]:
    host_id = add(door.session, "host", name="别家主播", code="BIEJIA", joined_at=START)
    return host_id, person(door.session, "other@test", ("HOST", host_id, "HOST"))


SWAPPED: dict[str, Any] = {
    "host_id": "1",
    "session_id": "1",
    "offer_id": "1",
    "host": "1",
    "link_id": "1",
    "touches": "[[1, 1795406400]]",
    "commission_ppm": "500000",
    "rate_ppm": "500000",
    "outcome": "LINK",
}


def test_a_host_named_in_the_form_earns_nothing(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    assert door.outcome(door.buy(shopper, **SWAPPED)) == ("", 0)


def test_a_host_swapped_in_the_form_does_not_take_what_a_link_earns(door: Door) -> None:
    other_id, _identity = another_host(door)
    door.session.commit()
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    bought = door.buy(shopper, **{**SWAPPED, "host_id": str(other_id)})
    assert door.outcome(bought) == ("LINK", 640)
    claim = door.session.scalars(select(CommissionClaim)).one()
    assert (claim.host_id, claim.rate_ppm) == (door.held.host_id, 100_000)


def test_a_host_named_in_an_address_earns_nothing(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    query = "&".join(f"{name}={value}" for name, value in SWAPPED.items())
    shopper.see(f"/products/{door.county.mushrooms.product_id}?{query}")
    assert door.outcome(door.buy(shopper)) == ("", 0)


def test_a_link_of_a_session_that_has_not_begun_earns_nothing(door: Door) -> None:
    planned = {"state": "PLANNED", "started_at": None, "starts_at": START + timedelta(hours=1)}
    change(door, **planned, ends_at=START + timedelta(hours=4))
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    assert door.outcome(door.buy(shopper)) == ("BEFORE_START", 0)


def test_a_click_before_the_session_earns_nothing_when_it_has_begun(
    door: Door, clock: FrozenClock
) -> None:
    change(door, started_at=START + timedelta(minutes=5))
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    clock.advance(minutes=10)
    assert door.outcome(door.buy(shopper)) == ("BEFORE_START", 0)


def test_a_link_of_a_session_that_was_over_for_a_day_earns_nothing(door: Door) -> None:
    over = START - timedelta(hours=25)
    change(door, state="ENDED", started_at=over - timedelta(hours=3), ended_at=over)
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    assert door.outcome(door.buy(shopper)) == ("AFTER_END", 0)


def test_a_purchase_after_the_window_earns_nothing(door: Door, clock: FrozenClock) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    clock.advance(days=7, seconds=1)
    assert door.outcome(door.buy(shopper)) == ("TOO_LATE", 0)


def test_goods_of_another_shop_earn_nothing(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    assert door.outcome(door.buy(shopper, door.county.noodles)) == ("OTHER_GOODS", 0)


def test_goods_of_another_shop_beside_what_was_offered_earn_nothing(door: Door) -> None:
    goods = (door.county.mushrooms, door.county.noodles)
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    for one in goods:
        shopper.send("/basket/lines", variant_id=one.variant_id, quantity=1)
    fields = wish(goods[0], line=[one.variant_id for one in goods])
    total = sum(one.price_fen for one in goods)
    shopper.send("/checkout", **{**fields, "reviewed_fen": str(total)})
    door.session.rollback()
    claims = door.session.scalars(select(CommissionClaim))
    assert {(one.product_id, one.outcome, one.rate_ppm) for one in claims} == {
        (goods[0].product_id, "LINK", 100_000),
        (goods[1].product_id, "OTHER_GOODS", 0),
    }


@pytest.mark.parametrize("typed", ["NIEMAND", "' OR 1=1", "x" * 12, "香菇"])
def test_an_unknown_code_is_refused_by_its_field_and_nothing_is_placed(
    door: Door, typed: str
) -> None:
    shopper = door.visit(door.county.shopper)
    goods = door.county.mushrooms
    shopper.send("/basket/lines", variant_id=goods.variant_id, quantity=1)
    page = shopper.send("/checkout", 422, **wish(goods, host_code=typed)).text
    assert 'id="host_code-error"' in page
    assert f'value="{typed}"' in page.replace("&#39;", "'")
    assert door.session.scalar(select(func.count()).select_from(Purchase)) == 0


@pytest.mark.parametrize("typed", ["x" * 10_000, "YUN\x00XIA"])
def test_a_code_that_can_be_none_is_refused_by_its_field(door: Door, typed: str) -> None:
    shopper = door.visit(door.county.shopper)
    goods = door.county.mushrooms
    shopper.send("/basket/lines", variant_id=goods.variant_id, quantity=1)
    page = shopper.send("/checkout", 422, **wish(goods, host_code=typed)).text
    assert 'id="host_code-error"' in page
