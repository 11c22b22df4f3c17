"""Sending less than was ordered, on the pages of both sides."""

from html import unescape

import pytest
from sqlalchemy import select

from marketplace.ordering.models import ShortRequest
from tests.walk.markup import faults


@pytest.fixture
def order_id(road, county):
    placed = road.place((county.mushrooms, 5))
    road.visit(county.clerk).send(f"/orders/{placed}/confirm")
    return placed


def test_both_sides_see_what_it_changes_and_the_buyer_agrees(road, county, order_id):
    clerk, buyer = road.visit(county.clerk), road.visit(county.buyer)
    page, (line,) = f"/orders/{order_id}", road.lines(order_id)
    assert "有货发不齐" in clerk.see(page)
    clerk.send(f"{page}/short", **{f"short-{line.id}": "２", "short_reason": "连阴雨"})
    for reader in (clerk, buyer):
        words = unescape(reader.see(page))
        assert "货款少 128.06 元" in words
        assert "可计入采购任务的金额少 128.06 元" in words
        assert "连阴雨" in words
    (request,) = road.look(select(ShortRequest.id))
    buyer.send(f"{page}/short/{request}/refuse", 422, reason=" ")
    buyer.send(f"{page}/short/{request}/agree")
    assert "同意缺 2 件" in unescape(clerk.see(page))
    road.visit(county.other_clerk).send(f"{page}/short/{request}/withdraw", 404)
    buyer.send(f"{page}/short/999/agree", 404)


def test_what_was_agreed_to_be_short_needs_no_reason_at_acceptance(road, county, order_id):
    clerk, buyer = road.visit(county.clerk), road.visit(county.buyer)
    page, (line,) = f"/orders/{order_id}", road.lines(order_id)
    clerk.send(f"{page}/short", **{f"short-{line.id}": "2", "short_reason": "连阴雨"})
    (request,) = road.look(select(ShortRequest.id))
    buyer.send(f"{page}/short/{request}/agree")
    clerk.send(f"{page}/ship", carrier="邮政", tracking="EMS1", **{f"ship-{line.id}": "3"})
    buyer.send(f"{page}/receive")
    form = unescape(buyer.see(page))
    assert f'name="accepted-{line.id}" value="3"' in form
    assert form.count("同意缺 2 件") == 2
    # One more is missing than was agreed: that needs a reason, and is counted alone.
    fewer = buyer.send(f"{page}/accept", 422, **{f"accepted-{line.id}": "2"})
    assert "少了 1 件" in fewer.text
    buyer.send(f"{page}/accept", **{f"accepted-{line.id}": "3"})
    (accepted,) = road.lines(order_id)
    assert (accepted.accepted_quantity, accepted.acceptance_reason) == (3, "")


@pytest.mark.parametrize("packs", ["-1", "1.5", "1e9", "6", "\x00", "９９９", "x" * 10_000])
def test_a_number_that_cannot_be_is_named_and_kept(road, county, order_id, packs):
    clerk, (line,) = road.visit(county.clerk), road.lines(order_id)
    fields = {f"short-{line.id}": packs, "short_reason": "连阴雨"}
    answer = clerk.send(f"/orders/{order_id}/short", 422, **fields)
    assert f'id="short-{line.id}-error"' in answer.text or "field-error" in answer.text
    assert "连阴雨" in answer.text


def test_answering_and_cancelling_on_one_page_are_two_fields(road, county, order_id):
    clerk, buyer = road.visit(county.clerk), road.visit(county.buyer)
    page, (line,) = f"/orders/{order_id}", road.lines(order_id)
    clerk.send(f"{page}/short", **{f"short-{line.id}": "2", "short_reason": "连阴雨"})
    (request,) = road.look(select(ShortRequest.id))
    assert list(faults(buyer.see(page), "zh-CN")) == []
    answer = buyer.send(f"{page}/short/{request}/refuse", 422, reason="x" * 501).text
    # What was typed stands in the form that was sent, and in no other.
    assert answer.count("x" * 501) == 1
    assert list(faults(answer, "zh-CN")) == []
    assert 'id="short-answer" name="reason"' in answer
    assert 'href="#short-answer"' in answer
    cancelled = buyer.send(f"{page}/cancel", 422, reason=" ").text
    assert 'href="#reason"' in cancelled
    assert cancelled.count("field-error") == 1
