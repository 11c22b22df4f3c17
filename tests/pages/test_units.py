"""A unit's year, who sees it, and what every page carries for whoever is logged in."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind, Role
from marketplace.quota.commands import publish_rule
from marketplace.units.commands import NewUnit, create_unit
from tests.county import START, County, floor_rule, person
from tests.ordering.steps import completed
from tests.pages.conftest import Road


def test_an_accepted_and_paid_order_counts_on_the_units_page(county: County, road: Road) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    buyer = road.visit(county.buyer)
    buyer.send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 3})
    page = buyer.see(f"/unit/{county.unit_id}")
    assert "货款还没有付清" in page
    assert "去付款" in page
    purchase_id = road.order(order_id).purchase_id
    till = buyer.send(f"/purchases/{purchase_id}/payments", method="simulated").location
    buyer.send(till)
    page = buyer.see(f"/unit/{county.unit_id}")
    assert "已计入 192.09 元" in page
    assert "没有等待计入的订单" in page
    assert f'href="/orders/{order_id}"' in page


def test_a_waiting_order_names_what_is_missing(county: County, road: Road) -> None:
    purchase_id = road.submit((county.mushrooms, 3))
    assert "等待本单位审批" in road.visit(county.buyer).see(f"/unit/{county.unit_id}")
    page = road.visit(county.approver).see(f"/unit/{county.unit_id}")
    assert f"/purchases/{purchase_id}/approval" in page


def test_orders_that_wait_are_added_up(county: County, road: Road) -> None:
    road.submit((county.mushrooms, 3))
    road.submit((county.mushrooms, 2), nonce="DEF456")
    page = road.visit(county.buyer).see(f"/unit/{county.unit_id}")
    assert "¥320.15" in page.partition("<tfoot>")[2]


def test_what_an_older_version_counted_names_it(county: County, road: Road, session) -> None:
    completed(session, county, county.wish((county.mushrooms, 3)))
    publish_rule(session, replace(floor_rule(2026), version=2, name="新版"), START)
    session.commit()
    page = road.visit(county.buyer).see(f"/unit/{county.unit_id}")
    entries = page.partition("已计入的明细")[2]
    assert "人均 500 元" in entries.partition("</tbody>")[0]


def test_someone_with_two_duties_is_one_line(county: County, road: Road, session) -> None:
    both = person(
        session,
        "both@test",
        ("UNIT", county.unit_id, "APPROVER"),
        ("UNIT", county.unit_id, "FINANCE"),
    )
    session.commit()
    page = road.visit(both).see(f"/unit/{county.unit_id}/members")
    assert "审批 · 财务" in page


def test_another_units_year_is_not_found(county: County, road: Road) -> None:
    stranger = road.visit(county.stranger)
    for place in ("", "/members", "/units"):
        stranger.see(f"/unit/{county.unit_id}{place}", 404)
    road.visit(county.shopper).see(f"/unit/{county.unit_id}", 403)
    road.visit(county.auditor).see(f"/unit/{county.unit_id}")


def test_years_that_cannot_be_are_this_year(county: County, road: Road) -> None:
    buyer = road.visit(county.buyer)
    for year in ("abc", "99999", "-1", "2099", "1 OR 1=1"):
        assert "2026 年采购进度" in buyer.see(f"/unit/{county.unit_id}?year={year}")
    assert "2025 年采购进度" in buyer.see(f"/unit/{county.unit_id}?year=2025")


def test_the_way_in_leads_to_ones_own_unit_and_producer(county: County, road: Road) -> None:
    unit = road.visit(county.buyer).client.get("/unit/")
    producer = road.visit(county.clerk).client.get("/producer/")
    assert unit.location == f"/unit/{county.unit_id}"
    assert producer.location == f"/producer/{county.producer_id}"


def test_the_quota_is_in_sight_of_the_unit_and_of_nobody_else(county: County, road: Road) -> None:
    assert "还差 50,000 元" in road.visit(county.buyer).see("/orders")
    assert "quota-slot" not in road.visit(county.shopper).see("/orders")


def test_everyone_finds_the_way_to_their_own_work(county: County, road: Road) -> None:
    road.submit((county.mushrooms, 1))
    assert f"/unit/{county.unit_id}/approvals" in road.visit(county.approver).see("/orders")
    assert f"/producer/{county.producer_id}" in road.visit(county.clerk).see("/orders")
    assert "/desk/" in road.visit(county.auditor).see("/orders")
    assert "/desk/" not in road.visit(county.shopper).see("/orders")


def test_members_are_listed_with_their_roles(county: County, road: Road) -> None:
    page = road.visit(county.buyer).see(f"/unit/{county.unit_id}/members")
    assert "finance" in page
    assert "审批" in page


def test_pages_are_read_in_english_too(county: County, road: Road, session: Session) -> None:
    role = (OrganisationKind.UNIT, county.unit_id, Role.BUYER)
    reader = person(session, "reader@test", role)
    session.commit()
    visitor = road.visit(reader)
    with visitor.client.session_transaction() as cookie:
        cookie["locale"] = "en"
    assert "Your basket is empty" in visitor.see("/basket")
    assert f"Quota {START.year}" in visitor.see(f"/unit/{county.unit_id}")


def test_the_units_below_are_told_as_of_a_day_as_a_file_and_reminded(road, county, session):
    new = NewUnit("第一小学", 2, "420304000000", 40, date(2024, 1, 1), county.unit_id)
    create_unit(session, new, START)
    session.commit()
    page = f"/unit/{county.unit_id}/units"
    operator = road.visit(county.operator)
    assert "提醒还没有完成的单位" in operator.see(page)
    for typed in ("2026-07-01", "2019-01-01", "bald", "\x00", "2026-11-23"):
        assert "第一小学" in operator.see(f"{page}?on={typed}")
    answer = operator.client.get(f"{page}.csv?on=2026-07-01")
    assert "第一小学,40,20000.00,0.00,0.00,20000.00,2026-07-01" in answer.text
    operator.send(f"{page}/remind")
    operator.send(f"{page}/remind")
    assert "今天已经提醒过了" in operator.see(page)
    road.visit(county.buyer).send(f"{page}/remind", 403)
    stranger = road.visit(county.stranger)
    stranger.see(f"{page}.csv", 404)
    stranger.send(f"{page}/remind", 404)
