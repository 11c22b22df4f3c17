"""From a draft to the shelves, and what happens to an offer that changes."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import PriceEntry, Product, Variant
from marketplace.catalogue.queries import get_own
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.listing import commands, queries
from marketplace.listing.commands.changes import Revised
from marketplace.listing.queries.waiting import CHECKS
from marketplace.listing.rules import (
    PackWish,
    ProductWish,
    RequestDecided,
    RequestWaiting,
    SkuTaken,
    WrongState,
)
from marketplace.notices.models import Notice
from marketplace.notices.rules import OpenNotice
from tests.county import HUIGOU, START, County

PACK = PackWish("500 克", 3_000, 500, sku="A-1")
WISH = ProductWish("shiitake", "新香菇", HUIGOU, None, "好吃", (PACK,))


def drafted(session: Session, county: County, wish: ProductWish = WISH) -> int:
    return commands.draft(session, county.clerk, county.producer_id, wish, START)


def standing(session: Session, product_id: int) -> ProductWish:
    return queries.stands(session, get_own(session, product_id))


def with_price(wish: ProductWish, price_fen: int) -> ProductWish:
    return replace(wish, packs=(replace(wish.packs[0], price_fen=price_fen),))


def asked(session: Session, county: County, price_fen: int = 7_000) -> int:
    """A rise of the mushrooms' price that waits."""
    product_id = county.mushrooms.product_id
    wanted = with_price(standing(session, product_id), price_fen)
    revised = commands.revise(session, county.clerk, product_id, wanted, START, reason="运费涨了")
    assert revised.request_id
    return revised.request_id


def prices(session: Session, variant_id: int) -> list[tuple[int, str, int | None]]:
    wanted = select(PriceEntry.price_fen, PriceEntry.reason, PriceEntry.actor_id)
    rows = session.execute(wanted.filter_by(variant_id=variant_id).order_by(PriceEntry.id))
    return [(row.price_fen, row.reason, row.actor_id) for row in rows]


def told(session: Session, who: Identity) -> list[str]:
    """What somebody was told, in its order."""
    mine = select(Notice.kind).where(Notice.person_id == who.person_id)
    return list(session.scalars(mine.order_by(Notice.id)))


def price(session: Session, variant_id: int) -> int:
    session.expire_all()
    return session.get_one(Variant, variant_id).price_fen


def test_a_draft_is_handed_in_returned_with_a_reason_and_published(
    session: Session, county: County
) -> None:
    product_id = drafted(session, county)
    commands.submit(session, county.clerk, product_id, START)
    commands.submit(session, county.clerk, product_id, START)
    commands.return_product(session, county.operator, product_id, "请写净重", START)
    assert queries.steps_of(session, product_id)[0].words == "请写净重"
    commands.submit(session, county.clerk, product_id, START)
    commands.publish(session, county.operator, product_id, START)
    commands.publish(session, county.operator, product_id, START)
    kinds = [step.kind for step in reversed(queries.steps_of(session, product_id))]
    assert kinds == ["DRAFTED", "SUBMITTED", "RETURNED", "SUBMITTED", "PUBLISHED"]
    assert session.get_one(Product, product_id).state == "PUBLISHED"
    assert told(session, county.clerk) == ["listing_returned", "listing_published"]
    # The county hears of each time it was handed in, and no more once it is answered.
    assert told(session, county.operator) == ["listing_submitted"] * 2
    waiting = OpenNotice(1, county.operator.person_id, "listing_submitted", product_id, {})
    assert CHECKS["listing_submitted"](session, [waiting], START) == set()
    trail = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "product"))
    assert {"product.drafted", "product.returned", "product.published"} <= set(trail)


def test_what_is_handed_in_stands_still_until_it_is_taken_back(
    session: Session, county: County
) -> None:
    product_id = drafted(session, county)
    commands.submit(session, county.clerk, product_id, START)
    wanted = with_price(standing(session, product_id), 1)
    with pytest.raises(WrongState):
        commands.revise(session, county.clerk, product_id, wanted, START)
    commands.take_back(session, county.clerk, product_id, START)
    commands.revise(session, county.clerk, product_id, wanted, START)
    assert standing(session, product_id).packs[0].price_fen == 1


def test_a_draft_is_not_published_and_nobody_else_publishes(
    session: Session, county: County
) -> None:
    product_id = drafted(session, county)
    with pytest.raises(WrongState):
        commands.publish(session, county.operator, product_id, START)
    for person, refusal in (
        (county.clerk, Forbidden),
        (county.auditor, Forbidden),
        (county.other_clerk, NotFound),
        (county.buyer, NotFound),
    ):
        with pytest.raises(refusal):
            commands.publish(session, person, product_id, START)


def test_a_cut_holds_at_once_and_the_book_of_prices_says_who(
    session: Session, county: County
) -> None:
    goods = county.mushrooms
    wanted = with_price(standing(session, goods.product_id), 6_000)
    revised = commands.revise(session, county.clerk, goods.product_id, wanted, START, reason="促销")
    assert revised == Revised(changed=True, request_id=None)
    assert price(session, goods.variant_id) == 6_000
    clerk = county.clerk.person_id
    assert prices(session, goods.variant_id) == [(6_403, "FIRST", None), (6_000, "CHANGED", clerk)]


def test_a_rise_waits_and_the_old_offer_stays_for_sale(session: Session, county: County) -> None:
    goods = county.mushrooms
    request_id = asked(session, county)
    assert price(session, goods.variant_id) == goods.price_fen
    assert get_own(session, goods.product_id).state == "PUBLISHED"
    commands.agree(session, county.operator, request_id, START)
    commands.agree(session, county.operator, request_id, START)
    assert price(session, goods.variant_id) == 7_000
    assert prices(session, goods.variant_id)[1:] == [(7_000, "AGREED", county.clerk.person_id)]


def test_a_refused_rise_leaves_the_price_and_tells_why(session: Session, county: County) -> None:
    goods = county.mushrooms
    request_id = asked(session, county)
    commands.refuse(session, county.operator, request_id, "涨得太多", START)
    assert price(session, goods.variant_id) == goods.price_fen
    assert queries.steps_of(session, goods.product_id)[0].words == "涨得太多"
    with pytest.raises(RequestDecided):
        commands.agree(session, county.operator, request_id, START)
    assert told(session, county.clerk) == ["change_refused"]
    assert told(session, county.operator) == ["change_asked"]


def test_one_request_at_a_time_and_its_producer_may_take_it_back(
    session: Session, county: County
) -> None:
    request_id = asked(session, county)
    with pytest.raises(RequestWaiting):
        asked(session, county, 8_000)
    commands.withdraw_request(session, county.clerk, request_id, START)
    assert asked(session, county, 8_000) != request_id


def test_only_the_centre_decides(session: Session, county: County) -> None:
    request_id = asked(session, county)
    for person, refusal in ((county.clerk, Forbidden), (county.other_clerk, NotFound)):
        with pytest.raises(refusal):
            commands.agree(session, person, request_id, START)
    with pytest.raises(NotFound):
        commands.withdraw_request(session, county.other_clerk, request_id, START)


def test_words_hold_at_once_while_village_name_weight_and_new_packs_wait(
    session: Session, county: County
) -> None:
    goods = county.mushrooms
    stands = standing(session, goods.product_id)
    wanted = replace(
        stands,
        description="新的介绍",
        name="新名字",
        village_code=HUIGOU,
        packs=(replace(stands.packs[0], pack_grams=450, minimum_quantity=3), PACK),
    )
    revised = commands.revise(session, county.clerk, goods.product_id, wanted, START)
    now_stands = standing(session, goods.product_id)
    assert (now_stands.description, now_stands.packs[0].minimum_quantity) == ("新的介绍", 3)
    assert (now_stands.name, len(now_stands.packs)) == (stands.name, 1)
    waiting = queries.find_open_request(session, goods.product_id)
    assert waiting
    key = f"packs.{goods.variant_id}.pack_grams"
    assert sorted(waiting.fields) == sorted(["name", "village_code", key, "new_packs"])
    assert revised.request_id
    commands.agree(session, county.operator, revised.request_id, START)
    agreed = standing(session, goods.product_id)
    assert (agreed.name, agreed.village_code) == ("新名字", HUIGOU)
    assert [(pack.pack_grams, pack.sku) for pack in agreed.packs] == [(450, ""), (500, "A-1")]


def test_a_number_belongs_to_one_pack_of_one_producer(session: Session, county: County) -> None:
    drafted(session, county)
    for person, producer_id in (
        (county.clerk, county.producer_id),
        (county.other_clerk, county.other_producer_id),
    ):
        with pytest.raises(SkuTaken):
            commands.draft(session, person, producer_id, WISH, START)


def test_a_number_that_changes_leaves_a_step_and_swaps_nothing(
    session: Session, county: County
) -> None:
    product_id = drafted(session, county)
    stands = standing(session, product_id)
    wanted = replace(stands, packs=(replace(stands.packs[0], sku="A-2"),))
    assert commands.revise(session, county.clerk, product_id, wanted, START).changed
    assert standing(session, product_id).packs[0].sku == "A-2"
    assert queries.steps_of(session, product_id)[0].kind == "CHANGED"
    assert not commands.revise(session, county.clerk, product_id, wanted, START).changed


def test_a_request_that_could_never_be_agreed_to_is_refused_at_once(
    session: Session, county: County
) -> None:
    stands = standing(session, county.mushrooms.product_id)
    wanted = replace(stands, category_code="nothing")
    with pytest.raises(InvalidInput):
        commands.revise(session, county.clerk, county.mushrooms.product_id, wanted, START)
    assert queries.find_open_request(session, county.mushrooms.product_id) is None


def test_somebody_elses_products_workshops_and_packs_are_out_of_reach(
    session: Session, county: County
) -> None:
    with pytest.raises(NotFound):
        commands.draft(session, county.clerk, county.other_producer_id, WISH, START)
    with pytest.raises(InvalidInput) as refused:
        drafted(session, county, replace(WISH, workshop_id=999))
    assert [error.field for error in refused.value.errors] == ["workshop_id"]
    product_id = drafted(session, county)
    foreign = replace(PACK, variant_id=county.noodles.variant_id)
    with pytest.raises(NotFound):
        commands.revise(session, county.clerk, product_id, replace(WISH, packs=(foreign,)), START)


def test_the_book_of_prices_is_never_rewritten(session: Session, county: County) -> None:
    session.commit()
    for statement in ("UPDATE price_entry SET price_fen = 1", "DELETE FROM price_entry"):
        with pytest.raises(DatabaseError):
            session.execute(text(statement))
        session.rollback()
