"""Reminders of certificates, of a year off its course, and how reminders are made."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as database_event
from sqlalchemy import select

from marketplace.catalogue.commands import certify, withdraw, withdraw_certificate
from marketplace.catalogue.rules import Certificate
from marketplace.core.clock import day_of
from marketplace.notices.models import Notice
from marketplace.notices.rules import KINDS, TOPICS, Mail, Topic
from marketplace.notices.rules.words import title_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.letters import LETTERS
from marketplace.ordering.rules import RefundWish
from marketplace.ordering.rules.waits import working_days_ago
from marketplace.reminders import CHECKS
from marketplace.reports.commands import begin_course, tell_off_course
from marketplace.reports.rules import course_period
from tests.county import START
from tests.notices.telling import chosen, letters, notices, reached, submitted
from tests.ordering.steps import completed

A_DAY = timedelta(days=1)


def certified_until(session, county, days: int, number: str = "到期 1") -> None:
    paper = Certificate(number, "郧阳区", date(2025, 1, 1), day_of(START) + timedelta(days=days))
    withdraw_certificate(session, f"鄂扶 {county.noodles.product_id}", START)
    certify(session, county.noodles.product_id, paper, START)
    session.commit()


def test_a_certificate_that_ends_is_told_at_sixty_thirty_and_seven_days(
    session, county, shop, clock
):
    certified_until(session, county, 61)
    told = []
    for days in (0, 1, 2, 30, 31, 32, 53, 54, 61, 62):
        clock.now = START + timedelta(days=days)
        shop()
        told.append(len(notices(session, "certificate_expiring")))
    # The producer's clerk and two officers of the centre, each time.
    assert told == [0, 3, 3, 3, 6, 6, 6, 9, 9, 9]
    people = {"cashier@test", "clerk2@test", "second@test"}
    assert set(reached(session, "certificate_expiring")) == people
    # Under other keys everyone would be told anew after an upgrade.
    keys = [one.effect_key for one in notices(session, "certificate_expiring")]
    stages = {key.rpartition(":")[0] for key in keys}
    assert stages == {"certificate:到期 1:60", "certificate:到期 1:30", "certificate:到期 1:7"}


def test_a_certificate_renewed_or_withdrawn_is_not_told_of(session, county, shop, clock):
    certified_until(session, county, 20)
    shop()
    assert len(notices(session, "certificate_expiring")) == 3
    certified_until(session, county, 600, number="续 1")
    clock.advance(days=15)
    shop()
    settled = [one.done_at is not None for one in notices(session, "certificate_expiring")]
    assert settled == [True] * 3
    assert [one for one in letters(session) if "到期 1" in one.body] == []


def test_goods_no_longer_for_sale_need_no_certificate(session, county, shop, clock):
    certified_until(session, county, 20)
    withdraw(session, county.noodles.product_id, START)
    session.commit()
    shop()
    assert notices(session, "certificate_expiring") == []


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 5, 31), None),
        (date(2026, 6, 1), "2026-06"),
        (date(2026, 9, 30), "2026-09"),
        (date(2026, 10, 1), "2026-W40"),
        (date(2026, 10, 5), "2026-W41"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2029, 12, 31), "2030-W01"),
        (date(2027, 1, 1), None),
    ],
)
def test_units_are_told_monthly_from_june_and_weekly_from_october(day, period):
    assert course_period(day) == period


def test_a_unit_off_its_course_hears_once_a_week_what_is_missing(session, county, shop, clock):
    shop()
    clock.advance(days=4)
    shop()
    assert reached(session, "off_course") == ["buyer@test", "finance@test", "stranger@test"]
    clock.advance(days=3)
    shop()
    first, again = notices(session, "off_course")[0], notices(session, "off_course")[-1]
    assert (first.params["period"], again.params["period"]) == ("2026-W48", "2026-W49")
    assert first.effect_key == f"course:2026-W48:{first.object_id}:{first.person_id}"
    # What was told last week is no longer asked for: the new figures are.
    clock.advance(days=1)
    shop()
    states = [(one.params["period"], one.done_at is None) for one in notices(session, "off_course")]
    assert set(states) == {("2026-W48", False), ("2026-W49", True)}
    assert title_of(first.kind, first.params, "zh_Hans_CN") == (
        "区财政局:2026 年还差 50,000.00 元,其中在途 0.00 元,"
        "2026年11月23日 起全年还剩 38 天,请看采购方案"
    )
    assert first.address == f"/unit/{county.unit_id}/plan"


def test_a_unit_on_its_course_is_left_alone(session, county):
    completed(session, county, county.wish((county.mushrooms, 800)))
    assert begin_course(session, START)
    assert not begin_course(session, START)
    payload = {"period": "2026-W48", "after_id": 0}
    assert tell_off_course(session, payload, START) == 1
    assert set(session.scalars(select(Notice.object_id))) == {county.other_unit_id}
    assert tell_off_course(session, {**payload, "period": "2026-W47"}, START) == 0


def test_a_request_after_the_sale_is_settled_by_its_answer(session, county, shop, clock):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)))
    wish = RefundWish(amount_fen=1_000, reason="发霉", ground="QUALITY")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    session.commit()
    shop()
    assert [one.done_at for one in notices(session, "refund_requested")] == [None]
    ordering.approve_refund(session, county.clerk, asked.id, START)
    session.commit()
    shop()
    assert [one.done_at is not None for one in notices(session, "refund_requested")] == [True]
    assert reached(session, "refund_done") == ["buyer@test"]


def test_a_producer_hears_nothing_of_what_was_never_placed(session, county, shop):
    purchase = submitted(session, county)
    ordering.cancel_purchase(session, county.buyer, purchase.id, "不买了", START)
    session.commit()
    shop()
    assert notices(session, "order_cancelled") == []


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "ago"),
    [
        ("2026-11-25 12:00", "2026-11-23 12:00"),
        ("2026-11-24 12:00", "2026-11-20 12:00"),
        ("2026-11-23 12:00", "2026-11-19 12:00"),
        ("2026-11-28 12:00", "2026-11-26 00:00"),
        ("2026-11-29 23:59", "2026-11-26 00:00"),
        ("2026-11-30 00:00", "2026-11-26 00:00"),
        ("2026-11-28 00:00", "2026-11-26 00:00"),
        ("2026-10-08 12:00", "2026-09-29 12:00"),
    ],
)
def test_weekends_and_holidays_are_no_working_days(now, ago):
    assert working_days_ago(2, china(now)) == china(ago)


def test_every_kind_has_its_topic_and_whoever_asks_is_looked_at():
    assert {kind.topic for kind in KINDS.values()} == set(Topic) == set(TOPICS)
    assert {name for name, kind in KINDS.items() if kind.looked_at} == set(CHECKS)
    assert set(LETTERS) <= set(KINDS)
    assert max(len(name) for name in KINDS) <= 40


def test_a_crowd_is_told_in_as_many_statements_as_a_few(engine, session, county, shop, clock):
    """Each reminder is a bounded batch, whatever waits."""
    for _ in range(12):
        submitted(session, county)
    clock.now = START + timedelta(days=2, minutes=30)
    statements: list[str] = []
    database_event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert ordering.remind_approvers(session, clock.now) == 12
    asked = len([one for one in statements if one.startswith("SELECT")])
    session.commit()
    assert asked <= 3
    assert ordering.remind_approvers(session, clock.now) == 0


def test_a_digest_by_choice_reaches_reminders_too(session, county, shop, clock):
    chosen(session, county.approver, START, mails={Topic.APPROVAL: Mail.DAILY})
    purchase = submitted(session, county)
    shop()
    ordering.approve(session, county.approver, purchase.id, START)
    session.commit()
    clock.advance(days=1)
    shop()
    assert [one for one in letters(session) if one.recipient == "approver@test"] == []
