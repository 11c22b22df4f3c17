"""Every tile says what the list it leads to says."""

import re
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from benchmarks.statements import counted
from marketplace.catalogue.models import Batch, Product
from marketplace.catalogue.queries.batches import list_near_expiry
from marketplace.cockpit.models import Snapshot
from marketplace.cockpit.queries import VillagesWish, list_villages, read_snapshot
from marketplace.cockpit.queries.waiting import BY_COUNTY, COMMON, QUEUES
from marketplace.cockpit.rules import Family
from marketplace.cockpit.rules.waiting import KINDS
from marketplace.core.clock import day_of
from marketplace.core.paging import PageRequest
from marketplace.payments.commands import ask_for_payment
from marketplace.reports.queries import StandingsWish, list_standings
from marketplace.units.commands import NewCentre, create_centre
from marketplace.web import db
from tests.cockpit.conftest import Road, Visit, Work
from tests.conftest import NOON, FrozenClock
from tests.county import HUIGOU, County
from tests.ordering.steps import completed, placed

TODAY = day_of(NOON)
ALL = PageRequest(1, 10_000)
COUNTY = "420304"


def figures(session: Session, family: Family) -> dict:
    session.rollback()
    told = dict(read_snapshot(session, COUNTY, NOON)[family].figures)
    session.rollback()
    return told


def test_every_kind_of_decision_is_counted_and_has_words():
    assert set(KINDS) == {*QUEUES, *BY_COUNTY, *COMMON}


def test_the_figure_of_units_is_the_list_of_units(
    session: Session, county: County, count: Work
) -> None:
    completed(session, county, county.wish((county.mushrooms, 40)))
    session.commit()
    count()
    found = figures(session, Family.UNITS)
    for course, units, missing in (
        ("open", "open_units", "gap_fen"),
        ("off", "off_units", "short_fen"),
    ):
        wish = StandingsWish(2026, COUNTY, course=course)
        page = list_standings(session, wish, ALL, TODAY)
        lost = [
            one.gap_fen if course == "open" else one.target_fen - one.projected_fen
            for one in page.items
        ]
        assert (found[units], found[missing]) == (page.total, sum(lost))
        assert page.total == len(page.items) > 0


def test_a_unit_may_be_behind_its_year_and_yet_on_its_course(
    session: Session, county: County
) -> None:
    """A hundred people: 50,000 yuan. Of 365 days 327 have passed, so 44,821 yuan are enough."""
    completed(session, county, county.wish((county.mushrooms, 700)))
    session.commit()
    (one,) = list_standings(session, StandingsWish(2026, COUNTY, search="财政局"), ALL, TODAY).items
    assert (one.counted_fen, one.projected_fen) == (4_482_100, 4_482_100 * 365 // 327)
    courses = {
        course: {
            row.unit_id
            for row in list_standings(
                session, StandingsWish(2026, COUNTY, course=course), ALL, day
            ).items
        }
        for course, day in (("open", TODAY), ("off", TODAY))
    }
    both = {county.unit_id, county.other_unit_id}
    assert courses == {"open": both, "off": {county.other_unit_id}}
    over = StandingsWish(2026, COUNTY, course="off")
    after = list_standings(session, over, ALL, date(2027, 2, 1)).items
    assert {row.unit_id for row in after} == both


def test_the_figure_of_villages_is_the_list_of_villages(
    session: Session, county: County, count: Work, clock: FrozenClock
) -> None:
    completed(session, county, county.wish((county.mushrooms, 4)))
    session.commit()
    count()
    found = figures(session, Family.VILLAGES)
    for span, name in (("year", "none_this_year"), ("quarter", "none_in_quarter")):
        page = list_villages(session, VillagesWish(COUNTY, 2026, "none", span), ALL, TODAY)
        assert found[name] == page.total == found["villages"] - 2
        assert HUIGOU not in {row.code for row in page.items}
    later = TODAY + timedelta(days=91)
    quiet = VillagesWish(COUNTY, 2027, "none", "quarter")
    assert HUIGOU in {row.code for row in list_villages(session, quiet, ALL, later).items}


def test_a_village_row_says_what_lies_there_and_when_it_sold(
    session: Session, county: County
) -> None:
    completed(session, county, county.wish((county.mushrooms, 3)))
    session.commit()
    wish = VillagesWish(COUNTY, 2026, "some")
    rows = {row.code: row for row in list_villages(session, wish, ALL, TODAY).items}
    assert rows[HUIGOU].last_on == TODAY
    assert rows[HUIGOU].producers == 1
    assert rows[HUIGOU].packs == 997 + 1000 + 1000
    assert sum(row.sold_fen for row in rows.values()) == 3 * 6_403


def test_the_figure_of_expiring_goods_is_the_list_of_batches(
    session: Session, county: County, count: Work
) -> None:
    soon = TODAY + timedelta(days=9)
    session.execute(
        update(Batch).where(Batch.id == county.mushrooms.batch_id).values(expires_on=soon)
    )
    session.commit()
    count()
    found = figures(session, Family.STOCK)
    page = list_near_expiry(session, TODAY, ALL, days=found["days"])
    assert found["batches"] == page.total == 1
    assert found["packs"] == sum(row.free for row in page.items) == 1000
    assert found["value_fen"] == sum(row.free_fen for row in page.items) == 1000 * 6_403


def test_the_tiles_of_waiting_decisions_are_the_totals_of_their_lists(
    session: Session, county: County, count: Work, road: Road, visit: Visit
) -> None:
    session.execute(
        update(Product).where(Product.id == county.oil.product_id).values(state="SUBMITTED")
    )
    session.commit()
    count()
    found = figures(session, Family.WAITING)
    assert found["products"][0] == 1
    page = visit(county.operator).see("/desk/")
    assert "待上架的商品" in page
    assert "散装橄榄油" in visit(county.operator).see("/desk/products")


def test_a_figure_that_was_never_counted_says_so(county: County, visit: Visit) -> None:
    page = visit(county.operator).see("/desk/")
    assert "还没有统计出来" in page
    assert page.count("没有统计出来") >= 6


def test_a_figure_that_was_not_counted_in_time_says_so(
    county: County, visit: Visit, count: Work, clock: FrozenClock
) -> None:
    count()
    assert "没有按时统计出来" not in visit(county.operator).see("/desk/")
    clock.advance(minutes=16)
    page = visit(county.operator).see("/desk/")
    assert "没有按时统计出来" in page
    assert "的数)" in page


def test_the_first_page_asks_at_most_twelve_things_and_then_who_looks(
    app: Flask, session: Session, county: County, count: Work, visit: Visit
) -> None:
    """Whatever the county holds; and nothing anew while nothing it shows has changed."""
    completed(session, county, county.wish((county.mushrooms, 4)))
    session.commit()
    count()
    with app.app_context():
        engine = db.engine
    visitor = visit(county.operator)
    asked = []
    for _visit in range(2):
        with counted(engine) as seen:
            visitor.see("/desk/")
            asked.append(list(seen))
    assert 3 < len(asked[0]) <= 12, asked[0]
    (who,) = asked[1]
    assert "FROM login_session" in who


def test_the_first_page_is_drawn_anew_when_somebody_has_counted(
    session: Session, county: County, count: Work, visit: Visit
) -> None:
    count()
    visitor = visit(county.operator)
    assert "散装" not in visitor.see("/desk/products")
    before = visitor.see("/desk/")
    session.execute(
        update(Product).where(Product.id == county.oil.product_id).values(state="SUBMITTED")
    )
    session.commit()
    count()
    assert visitor.see("/desk/") != before


def test_what_one_person_is_told_is_not_shown_to_another(
    session: Session, county: County, count: Work, visit: Visit
) -> None:
    """The page is drawn once for all of the same roles: names are not part of it."""
    count()
    operator, auditor = visit(county.operator), visit(county.auditor)
    for _twice in range(2):
        assert county.auditor.name not in operator.see("/desk/")
        assert county.operator.name not in auditor.see("/desk/")
        assert "待决定的权限申请" in auditor.see("/desk/")
        assert "待决定的权限申请" not in operator.see("/desk/")


def test_every_link_of_before_is_still_there(county: County, visit: Visit) -> None:
    page = visit(county.operator).see("/desk/")
    links = set(re.findall(r'href="(/[^"?]*)', page))
    for path in (
        "/desk/units", "/desk/rules", "/filings", "/desk/entering", "/desk/hosts", "/desk/offline",
        "/desk/certification", "/desk/bulletins", "/desk/pairings", "/desk/campaigns",
        "/desk/sessions", "/desk/livestream", "/desk/expiring", "/desk/recalls", "/desk/outlets",
        "/desk/signals", "/desk/capacity", "/desk/contractors", "/desk/benefits", "/desk/reviews",
        "/desk/orders", "/desk/purchases", "/desk/contracts", "/desk/texts", "/desk/audit",
        "/desk/settings", "/desk/retention", "/desk/privacy", "/desk/words", "/desk/transfers",
        "/desk/settlements", "/desk/commissions", "/desk/disputes", "/desk/payouts",
        "/desk/gateway", "/desk/accounts", "/desk/reconciliation", "/desk/payments",
        "/desk/refunds", "/desk/products", "/desk/changes",
    ):  # fmt: skip
        assert path in links, path


def test_a_county_that_is_no_more_leaves_no_figures(
    session: Session, county: County, count: Work
) -> None:
    session.add(Snapshot(county_code="999999", family="units", figures={}, made_at=NOON))
    session.commit()
    count()
    assert set(session.scalars(select(Snapshot.county_code))) == {COUNTY, ""}


def test_a_wider_area_sees_the_sums_of_its_counties(session: Session, county: County) -> None:
    for code, number, since in (("420304", 2, "2026-11-20"), ("420305", 3, "2026-11-10")):
        waiting = {"payments": [number, since], "changes": [0, None]}
        villages = {"villages": number, "none_this_year": 1, "none_in_quarter": 1}
        for family, told in (("waiting", waiting), ("villages", villages)):
            session.add(Snapshot(county_code=code, family=family, figures=told, made_at=NOON))
    session.commit()
    city = read_snapshot(session, "4203", NOON)
    assert city[Family.WAITING].figures["payments"] == (5, "2026-11-10")
    assert city[Family.WAITING].figures["changes"] == (0, None)
    assert city[Family.VILLAGES].figures["villages"] == 5
    assert read_snapshot(session, "420305", NOON)[Family.VILLAGES].figures["villages"] == 3


def test_what_waits_in_another_county_is_not_counted_here(
    session: Session, county: County, count: Work
) -> None:
    """Nor what belongs to no county: that waits for whoever keeps the common account."""
    unpaid, _orders = placed(session, county, county.wish((county.mushrooms, 2), terms="PREPAY"))
    ask_for_payment(session, county.buyer, unpaid.id, "bank_transfer", NOON)
    create_centre(session, NewCentre("东县中心", "420305", "", "", ""))
    session.commit()
    count()
    own = read_snapshot(session, COUNTY, NOON)[Family.WAITING].figures
    other = read_snapshot(session, "420305", NOON)[Family.WAITING].figures
    assert own["payments"][0] == 1
    assert other["payments"] == (0, None)
    assert {kind for kind, (number, _since) in other.items() if number} == set()
