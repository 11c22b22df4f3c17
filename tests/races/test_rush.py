"""Selling under a rush: what there is and no more, to each person what the offer allows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch
from marketplace.commission.models import CommissionClaim
from marketplace.core.db import prepare_engine
from marketplace.core.identity import Identity
from marketplace.livestream.models import OfferTaken
from marketplace.livestream.rules.claims import Outcome
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import RETAIL_PAYS_WITHIN, PurchaseWish
from marketplace.reports.queries import reconcile
from tests.county import START, County, goods, person
from tests.engines import SEALER
from tests.livestream.sessions import Held, hold_session
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.slow

CROWD = 200
STOCK = 50
# A server has fewer connections than a rush has people; who finds none waits for one.
CONNECTIONS = 60
LIMIT = 5
LATER = START + RETAIL_PAYS_WITHIN


@pytest.fixture
def crowded(database_url: str) -> Iterator[Engine]:
    """An engine with as many connections as a server would give."""
    engine = create_engine(database_url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60)
    prepare_engine(engine, SEALER)
    yield engine
    engine.dispose()


def viewers(session: Session, number: int) -> list[Identity]:
    return [person(session, f"viewer{place}@test") for place in range(number)]


def by_code(county: County, held: Held, *lines: tuple[object, int]) -> PurchaseWish:
    return replace(county.private_wish(*lines), host_id=held.host_id)  # type: ignore[arg-type]


def buy(session: Session, who: Identity, wish: PurchaseWish) -> int:
    """From the chosen goods to the order, as a checkout does it."""
    purchase = ordering.draft_purchase(session, who, wish, START)
    return ordering.submit(session, who, purchase.id, START).id


def reserved(session: Session, batch_id: int) -> int:
    session.rollback()
    wanted = select(Batch.quantity_reserved).where(Batch.id == batch_id)
    return session.execute(wanted).scalar_one()


def taken(session: Session, held: Held) -> dict[int, int]:
    """Packs of the session's offers by person."""
    session.rollback()
    rows = session.execute(
        select(OfferTaken.person_id, func.sum(OfferTaken.packs))
        .where(OfferTaken.offer_id.in_(held.offers.values()))
        .group_by(OfferTaken.person_id)
    )
    return {person_id: packs for person_id, packs in rows if packs}


def test_two_hundred_buyers_for_fifty_pieces_get_exactly_fifty(
    session: Session, crowded: Engine, county: County
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=STOCK)
    held = hold_session(session, county, scarce, limit=LIMIT)
    crowd = viewers(session, CROWD)
    session.commit()
    wish = by_code(county, held, (scarce, 1))
    outcomes = all_at_once(crowded, CROWD, lambda mine, place: buy(mine, crowd[place], wish))
    assert outcomes.count("done") == STOCK
    assert outcomes.count("stock.insufficient") == CROWD - STOCK
    assert reserved(session, scarce.batch_id) == STOCK
    bought = {one.person_id for one, how in zip(crowd, outcomes, strict=True) if how == "done"}
    assert taken(session, held) == dict.fromkeys(bought, 1)
    claims = session.execute(
        select(Order.buyer_id, CommissionClaim.outcome, CommissionClaim.host_id).join(
            Order, Order.id == CommissionClaim.order_id
        )
    ).all()
    assert sorted(claims) == [(one, Outcome.CODE, held.host_id) for one in sorted(bought)]
    # Whoever was refused left nothing behind.
    assert session.scalar(select(func.count()).select_from(Purchase)) == STOCK
    assert reconcile(session) == []


def test_one_person_at_eight_windows_stays_within_the_limit(
    session: Session, crowded: Engine, county: County
) -> None:
    held = hold_session(session, county, county.mushrooms, limit=LIMIT)
    wish = by_code(county, held, (county.mushrooms, 2))
    outcomes = all_at_once(crowded, 8, lambda mine, _: buy(mine, county.shopper, wish))
    assert outcomes.count("done") == 2
    assert outcomes.count("offer.over_limit") == 6
    assert taken(session, held) == {county.shopper.person_id: 4}
    assert reserved(session, county.mushrooms.batch_id) == 4
    assert reconcile(session) == []


def test_what_nobody_paid_for_is_there_for_the_next(
    session: Session, crowded: Engine, county: County
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=10)
    held = hold_session(session, county, scarce, limit=LIMIT)
    wish = by_code(county, held, (scarce, LIMIT))
    outcomes = all_at_once(crowded, 8, lambda mine, _: buy(mine, county.shopper, wish))
    assert outcomes.count("done") == 1
    # Two workers look at the clock at once.
    all_at_once(crowded, 2, lambda mine, _: ordering.expire_due(mine, LATER))
    assert (reserved(session, scarce.batch_id), taken(session, held)) == (0, {})
    session.commit()
    outcomes = all_at_once(crowded, 8, lambda mine, _: buy(mine, county.shopper, wish))
    assert outcomes.count("done") == 1
    assert taken(session, held) == {county.shopper.person_id: LIMIT}
    assert reconcile(session) == []


def test_the_clock_and_buyers_at_once_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    """What runs out gives back stock and limits in the order in which buyers take them."""
    held = hold_session(session, county, county.mushrooms, county.noodles, limit=1_000)
    forth = by_code(county, held, (county.mushrooms, 1), (county.noodles, 1))
    for place in range(20):
        single = county.mushrooms if place % 2 else county.noodles
        buy(session, county.shopper, by_code(county, held, (single, 1)))
        buy(session, county.shopper, forth)
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place < 2:
            ordering.expire_due(mine, LATER)
        else:
            buy(mine, county.shopper, forth)

    # A purchase placed before the clock looked has run out too: it is later than all of them.
    assert all_at_once(crowded, 32, act) == ["done"] * 32
    all_at_once(crowded, 1, lambda mine, _: ordering.expire_due(mine, LATER + timedelta(minutes=1)))
    assert taken(session, held) == {}
    assert reserved(session, county.mushrooms.batch_id) == 0
    assert reserved(session, county.noodles.batch_id) == 0
    assert reconcile(session) == []
