"""One's own data on its pages: taken along, forgotten, and seen from the desk."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Person
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.core.masking import ERASED_NAME
from marketplace.core.sealing import Sealer
from marketplace.privacy.commands.erase import erase
from marketplace.privacy.commands.export import make_copy
from marketplace.privacy.commands.retention import privacy_jobs
from marketplace.privacy.models import PrivacyRequest
from marketplace.reviews.commands import write_review
from marketplace.reviews.rules import GivenReview
from tests.county import START
from tests.privacy.steps import bought

PASSWORD = "four horses by the river"


@pytest.fixture
def shopper(session, county):
    who = Person.id == county.shopper.person_id
    session.execute(update(Person).where(who).values(password_hash=fit_and_hash(PASSWORD, "x")))
    session.commit()
    return county.shopper


def worked(road, session, app, clock, kind="EXPORT"):
    """The worker does what was asked for."""
    (request,) = road.look(
        PrivacyRequest.__table__.select().where(
            PrivacyRequest.kind == kind, PrivacyRequest.state == "WAITING"
        )
    )
    if kind == "EXPORT":
        make_copy(session, {"request_id": request}, clock(), sealer=app.extensions["sealer"])
    else:
        erase(session, {"request_id": request}, clock())
    session.commit()
    return request


def test_a_copy_is_asked_for_made_and_fetched(road, session, county, shopper, app, clock):
    person = road.visit(shopper)
    assert "我的资料" in person.see("/me")
    page = person.see("/account/data")
    assert "做一份资料包" in page
    person.send("/account/data")
    person.send("/account/data")
    assert "正在整理" in person.see("/account/data")
    request = worked(road, session, app, clock)
    assert "可以下载" in person.see("/account/data")
    answer = person.send(f"/account/data/{request}/file", 200)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "all.json" in zipfile.ZipFile(BytesIO(answer.data)).namelist()
    assert "下载过" in person.see("/account/data")
    assert "一天只做一份" in person.send("/account/data", 409).text
    clock.advance(days=7)
    assert "已过下载期限" in person.see("/account/data")
    assert "重新做一份" in person.send(f"/account/data/{request}/file", 410).text


def test_nobody_else_fetches_it(road, session, county, shopper, app, clock):
    road.visit(shopper).send("/account/data")
    request = worked(road, session, app, clock)
    for other in (county.buyer, county.operator, county.auditor):
        road.visit(other).send(f"/account/data/{request}/file", 404)
        road.visit(other).see("/account/data")
    road.visit(shopper).send("/account/data/99999999999999999999/file", 404)
    road.visit(None).see("/account/data", 302)
    road.visit(None).send(f"/account/data/{request}/file", 302)


def test_a_copy_that_is_not_made_yet_is_not_found(road, session, county, shopper):
    road.visit(shopper).send("/account/data")
    (request,) = road.look(PrivacyRequest.__table__.select())
    road.visit(shopper).send(f"/account/data/{request}/file", 404)


def test_being_forgotten_is_asked_for_taken_back_and_done(
    road, session, county, shopper, app, clock
):
    purchase = bought(session, county, shopper, START)
    order_id = road.order_of(purchase.id)
    write_review(session, shopper, order_id, GivenReview(5, "香", None, ()), START)
    session.commit()
    person, public = road.visit(shopper), road.visit(None)
    product = f"/products/{county.mushrooms.product_id}"
    assert f"{shopper.name[:1]}*" in public.see(product)
    assert "申请后有 7 天可以反悔" in person.see("/account/erase")
    wrong = person.send("/account/erase", 422, password="wrong password").text
    assert "密码不对" in wrong
    assert "wrong password" not in wrong
    person.send("/account/erase", password=PASSWORD)
    assert "正在等待注销" in person.see("/account/erase")
    person.send("/account/erase/withdraw")
    assert "没有等待中的注销申请" in person.send("/account/erase/withdraw", 409).text
    person.send("/account/erase", password=PASSWORD)
    clock.advance(days=7)
    worked(road, session, app, clock, "ERASURE")
    person.see("/account/erase", 302)
    page = public.see(product)
    assert ERASED_NAME in page
    assert "香" in page


@pytest.mark.parametrize("password", ["", "x\x00y", "字" * 10_000, "０" * 20, "-1", "1e9"])
def test_what_is_no_password_is_refused_at_its_field(road, county, shopper, password):
    page = road.visit(shopper).send("/account/erase", 422, password=password).text
    assert 'id="password-error"' in page


def test_guessing_the_password_is_slowed_down(road, county, shopper):
    person = road.visit(shopper)
    statuses = [
        person.client.post("/account/erase", data={"password": f"a wrong guess {n}"}).status_code
        for n in range(8)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_what_is_unfinished_is_listed_with_where_to_finish_it(road, session, county, shopper):
    bought(session, county, shopper, START, until="placed")
    page = road.visit(shopper).see("/account/erase")
    assert "还有 1 个订单没有完成" in page
    assert 'name="password"' not in page
    answer = road.visit(shopper).send("/account/erase", 409, password=PASSWORD)
    assert "现在不能注销" in answer.text
    assert "个岗位" in road.visit(county.buyer).see("/account/erase")


def test_a_request_that_was_stopped_says_so(road, session, county, shopper, app, clock):
    person = road.visit(shopper)
    person.send("/account/erase", password=PASSWORD)
    bought(session, county, shopper, START, until="placed")
    clock.advance(days=7)
    worked(road, session, app, clock, "ERASURE")
    page = person.see("/account/erase")
    assert "没有办成" in page
    assert "没有办成" in person.see("/me/notices")


def test_the_desk_sees_who_waits_and_hides_who_it_is(road, session, county, shopper, app, clock):
    road.visit(shopper).send("/account/data")
    road.visit(shopper).send("/account/erase", password=PASSWORD)
    for official in (county.operator, county.cashier, county.auditor):
        page = road.visit(official).see("/desk/privacy")
        assert "2026年12月14日" in page
        assert shopper.name not in page
        assert "已逾期" not in page
    worked(road, session, app, clock)
    assert "可以下载" in road.visit(county.auditor).see("/desk/privacy?tab=export")
    assert "等待办理" in road.visit(county.auditor).see("/desk/privacy?tab=nonsense&page=9e9")
    clock.advance(days=30)
    assert "已逾期" in road.visit(county.auditor).see("/desk/privacy")


def test_the_desk_shows_what_was_removed(road, session, county, clock):
    privacy_jobs(Sealer("x" * 32))["ordering.forget"].effect(session, {}, clock())
    session.commit()
    page = road.visit(county.auditor).see("/desk/retention")
    assert "ordering.forget" in page
    assert "2026年11月23日 12:00" in page
    assert "没有删除任务" in page


def test_desks_are_the_centres_and_the_table_is_everybodys(road, county):
    for who in (county.buyer, county.clerk, county.shopper):
        road.visit(who).see("/desk/privacy", 403)
        road.visit(who).see("/desk/retention", 403)
    public = road.visit(None)
    public.see("/desk/privacy", 302)
    assert "购物车里的商品" in public.see("/rules/kept")
    public.send("/language", locale="en")
    assert "Goods in baskets" in public.see("/rules/kept")


def test_the_auditor_has_no_button_at_the_desk(road, session, county, shopper):
    road.visit(shopper).send("/account/data")
    page = road.visit(county.auditor).see("/desk/privacy")
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_a_long_list_is_turned_page_by_page(road, session, county, shopper):
    facts = {"kind": "EXPORT", "person_id": shopper.person_id, "state": "EXPIRED"}
    days = {"asked_at": START, "due_on": START.date(), "done_at": START + timedelta(days=1)}
    for number in range(60):
        session.add(PrivacyRequest(number=f"T{number}", obstacles={}, **facts, **days))
    session.commit()
    page = road.visit(county.auditor).see("/desk/privacy?tab=export")
    assert "共 60 条" in page
    assert page.count("<tr>") == 25
