"""Announcements at the desk, on the first page and above desks."""

from datetime import timedelta

import pytest

from marketplace.core.clock import day_of
from tests.county import START, County
from tests.pages.conftest import Visit

TODAY = day_of(START)
FORM = {
    "audience": "ALL",
    "title": "年底截止",
    "words": "12 月 20 日前下单。",
    "from_on": TODAY.isoformat(),
    "until_on": (TODAY + timedelta(days=9)).isoformat(),
}


def test_what_is_announced_to_all_stands_on_the_first_page_at_once(
    county: County, visit: Visit
) -> None:
    public = visit(None)
    assert "年底截止" not in public.see("/")
    desk = visit(county.operator)
    desk.send("/desk/announcements", **FORM)
    assert "年底截止" in public.see("/")
    assert "12 月 20 日前下单" in public.see("/announcements/1")
    desk.send("/desk/announcements/1/take-down", reason="写错了")
    assert "年底截止" not in public.see("/")
    assert "年底截止" not in public.see("/announcements")
    public.see("/announcements/1", 404)


def test_what_is_for_units_is_read_by_units_alone(county: County, visit: Visit) -> None:
    visit(county.operator).send("/desk/announcements", **{**FORM, "audience": "UNITS"})
    assert "年底截止" in visit(county.buyer).see(f"/unit/{county.unit_id}")
    assert "年底截止" in visit(county.buyer).see("/announcements")
    clerk = visit(county.clerk)
    assert "年底截止" not in clerk.see(f"/producer/{county.producer_id}")
    clerk.see("/announcements/1", 404)
    visit(None).see("/announcements/1", 404)


def test_another_wording_is_read_at_once(county: County, visit: Visit) -> None:
    desk = visit(county.operator)
    desk.send("/desk/announcements", **FORM)
    desk.send("/desk/announcements/1", **{**FORM, "title": "改期到 25 日", "is_pinned": "1"})
    assert "改期到 25 日" in visit(None).see("/")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("audience", "NOBODY"),
        ("title", ""),
        ("title", "长" * 81),
        ("words", "长" * 10_000),
        ("words", "a\0b"),
        ("from_on", "昨天"),
        ("until_on", "2020-01-01"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_stays(
    county: County, visit: Visit, field: str, typed: str
) -> None:
    answer = visit(county.operator).send("/desk/announcements", 422, **{**FORM, field: typed})
    assert f"{field}-error" in answer.text
    kept = "年底截止" if field != "title" else "12 月 20 日前下单。"
    assert kept in answer.text


def test_nothing_is_taken_down_without_a_reason_or_twice(county: County, visit: Visit) -> None:
    desk = visit(county.operator)
    desk.send("/desk/announcements", **FORM)
    assert "reason-error" in desk.send("/desk/announcements/1/take-down", 422, reason=" ").text
    desk.send("/desk/announcements/1/take-down", reason="写错了")
    desk.send("/desk/announcements/1/take-down", reason="再撤一次")
    assert "写错了" in desk.see("/desk/announcements/1")
    assert "撤下" in desk.send("/desk/announcements/1", 409, **FORM).text
    desk.see("/desk/announcements/99", 404)


def test_the_auditor_reads_and_changes_nothing(county: County, visit: Visit) -> None:
    auditor = visit(county.auditor)
    auditor.see("/desk/announcements")
    for path in ("announcements", "announcements/1", "announcements/1/take-down"):
        auditor.send(f"/desk/{path}", 403)


def test_a_pin_that_was_taken_off_stays_off_after_an_error(county: County, visit: Visit) -> None:
    desk = visit(county.operator)
    desk.send("/desk/announcements", **FORM, is_pinned="1")

    def box(page: str) -> str:
        return page.partition('id="is_pinned"')[0].rpartition("<input")[2]

    page = "/desk/announcements/1"
    assert "checked" in box(desk.see(page))
    assert "checked" not in box(desk.send(page, 422, **{**FORM, "title": ""}).text)
    assert "checked" in box(desk.send(f"{page}/take-down", 422, reason="").text)
