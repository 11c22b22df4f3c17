"""Papers of what came to nothing, and where to pay while a county has no centre of its own."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from marketplace.core.clock import day_of
from marketplace.core.home import give_home
from marketplace.documents.queries.composers import compose, find_subject
from marketplace.documents.rules.kinds import KINDS, read_subject
from marketplace.ordering import commands as ordering
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.models import BudgetUnit
from tests.county import START
from tests.documents.asking import ask
from tests.ordering.steps import placed

ELSEWHERE = "420303000000"


def sheet_of(session, identity, kind, about):
    found = find_subject(session, identity, read_subject(about))
    return compose(session, KINDS[kind], found, day_of(START))


def paid_into(session, county, purchase):
    """What the notice says of the account."""
    sheet = sheet_of(session, county.buyer, "payment_notice", f"purchase:{purchase.id}")
    facts = dict(sheet.facts)
    return facts.get("收款账号") or facts.get("收款账户")


@pytest.fixture
def waiting(session, county):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    return purchase, order


def move_away(session, county):
    """The unit lies in a county without a centre."""
    session.execute(
        update(BudgetUnit).where(BudgetUnit.id == county.unit_id).values(division_code=ELSEWHERE)
    )
    session.commit()
    session.expire_all()


def test_a_notice_says_that_no_account_is_known_yet(session, county, waiting):
    purchase, _order = waiting
    move_away(session, county)
    assert "还没有登记收款账户" in paid_into(session, county, purchase)
    assert ask(session, county.buyer, "payment_notice", f"purchase:{purchase.id}")


def test_a_notice_names_the_account_of_the_nearest_centre_that_has_one(session, county, waiting):
    purchase, _order = waiting
    move_away(session, county)
    for area, number in (("42", "6200"), ("4203", "6203")):
        create_centre(session, NewCentre("中心", area, "户名", number, "农商行"))
    session.commit()
    assert paid_into(session, county, purchase) == "6203"


def test_everybody_pays_into_the_account_of_the_deployments_own_county(
    session, county, waiting, engine
):
    """As the page of the purchase says."""
    purchase, _order = waiting
    move_away(session, county)
    create_centre(session, NewCentre("中心", ELSEWHERE[:6], "户名", "6999", "农商行"))
    session.commit()
    assert paid_into(session, county, purchase) == "6999"
    give_home(engine, "420304")
    assert paid_into(session, county, purchase) == "6222000011112222"


def test_what_was_cancelled_says_so_on_its_papers(session, county, waiting):
    purchase, order = waiting
    ordering.confirm(session, county.clerk, order.id, None, START)
    about = {"contract": f"order:{order.id}", "purchase_order": f"purchase:{purchase.id}"}
    before = {kind: sheet_of(session, county.buyer, kind, of) for kind, of in about.items()}
    ordering.cancel_purchase(session, county.buyer, purchase.id, "买错了", START)
    session.commit()
    after = {kind: sheet_of(session, county.buyer, kind, of) for kind, of in about.items()}
    assert ("订单状态", "已取消") in after["contract"].facts
    assert ("状态", "已取消") in after["purchase_order"].facts
    assert after["purchase_order"].tables[0].title.endswith("(已取消)")
    # Nothing else changed: papers of what goes on keep the fingerprint that they have.
    assert before["contract"] == replace(after["contract"], facts=before["contract"].facts)
    assert not {"订单状态", "状态"} & {label for one in before.values() for label, _ in one.facts}


def test_an_order_that_was_cancelled_alone_is_marked_on_the_purchase(session, county):
    wish = county.wish((county.mushrooms, 1), (county.noodles, 1))
    purchase, orders = placed(session, county, wish)
    assert len(orders) == 2
    ordering.cancel_order(session, county.buyer, orders[0].id, "买错了", START)
    session.commit()
    sheet = sheet_of(session, county.buyer, "purchase_order", f"purchase:{purchase.id}")
    ended = [table.title.endswith("(已取消)") for table in sheet.tables]
    assert ended == [True, False]
