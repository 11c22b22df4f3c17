"""People are reminded of what waits, once, and of nothing that is done meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as database_event
from sqlalchemy import select

from marketplace.catalogue.commands import certify, withdraw, withdraw_certificate
from marketplace.catalogue.rules import Certificate
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.filings.commands import set_filing_due, submit_filing, write_filing
from marketplace.filings.rules import GivenFiling
from marketplace.notices.models import Notice
from marketplace.notices.rules import KINDS, TOPICS, Mail, Topic
from marketplace.notices.rules.words import title_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.letters import LETTERS
from marketplace.ordering.rules import LineVerdict, Parcel, RefundWish
from marketplace.ordering.rules.approval import Step
from marketplace.ordering.rules.waits import working_days_ago
from marketplace.reminders import CHECKS
from marketplace.reports.commands import begin_course, tell_off_course
from marketplace.reports.rules import course_period
from tests.county import START, County, person
from tests.notices.telling import chosen, letters, notices, reached
from tests.ordering.steps import accepted, completed, delivered, lines_of, paid, placed

A_DAY = timedelta(days=1)


def submitted(session, county: County, *, terms: str = "POSTPAY"):
    wish = county.wish((county.mushrooms, 2), terms=terms)
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    session.commit()
    return purchase


def test_a_purchase_that_waits_is_reminded_of_after_two_working_days(session, county, shop, clock):
    submitted(session, county)
    shop()
    clock.now = START + timedelta(days=1, hours=23)
    shop()
    assert reached(session, "approval_reminder") == []
    clock.advance(hours=2)
    shop()
    clock.advance(days=10)
    shop()
    assert reached(session, "approval_waiting") == ["approver@test"]
    assert reached(session, "approval_reminder") == ["approver@test"]
    mailed = [one.effect_key for one in letters(session) if "approval" in one.effect_key]
    assert [key.partition(":")[0] for key in mailed] == ["approval_waiting", "approval_reminder"]


def test_a_purchase_decided_meanwhile_is_not_reminded_of(session, county, shop, clock):
    purchase = submitted(session, county)
    # The mail would leave in the morning; by then it is decided.
    clock.now = START + timedelta(hours=10)
    shop()
    assert reached(session, "approval_waiting") == ["approver@test"]
    ordering.approve(session, county.approver, purchase.id, clock.now)
    session.commit()
    clock.now = START + timedelta(days=4)
    shop()
    assert reached(session, "approval_reminder") == []
    (waited,) = notices(session, "approval_waiting")
    assert waited.done_at is not None
    assert waited.mailed_at is None
    assert [one for one in letters(session) if "approval" in one.effect_key] == []


def test_a_step_left_lying_falls_to_the_others_who_hear_of_it(session, county, shop, clock):
    unit = (OrganisationKind.UNIT, county.unit_id)
    head = person(session, "head@test", (*unit, Role.APPROVER))
    admin = person(session, "admin@test", (*unit, Role.ADMIN))
    ordering.set_steps(
        session, admin, county.unit_id, [Step(0, None, county.approver.person_id)], START
    )
    purchase = submitted(session, county)
    shop()
    assert reached(session, "approval_waiting") == ["approver@test"]
    clock.now = START + timedelta(days=2, minutes=30)
    shop()
    assert reached(session, "approval_reminder") == ["approver@test"]
    assert reached(session, "approval_fallback") == []
    clock.now = START + timedelta(days=3, minutes=30)
    shop()
    clock.advance(days=1)
    shop()
    assert reached(session, "approval_fallback") == ["head@test"]
    ordering.approve(session, head, purchase.id, clock.now)
    session.commit()
    shop()
    assert all(one.done_at for one in notices(session) if one.kind.startswith("approval"))


def test_a_step_that_is_decided_settles_for_one_and_opens_for_the_next(
    session, county, shop, clock
):
    unit = (OrganisationKind.UNIT, county.unit_id)
    head = person(session, "head@test", (*unit, Role.APPROVER))
    admin = person(session, "admin@test", (*unit, Role.ADMIN))
    steps = [Step(0, None, county.approver.person_id), Step(0, None, head.person_id)]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    purchase = submitted(session, county)
    shop()
    ordering.approve(session, county.approver, purchase.id, clock.now)
    session.commit()
    shop()
    first, second = notices(session, "approval_waiting")
    assert (first.person_id, second.person_id) == (county.approver.person_id, head.person_id)
    assert first.done_at is not None
    assert second.done_at is None


def reminded_after(session, shop, clock, kind: str, since: datetime, days: float) -> list[str]:
    clock.now = since + timedelta(days=days)
    shop()
    return reached(session, kind)


def test_goods_that_never_arrive_are_asked_about_after_ten_days(session, county, shop, clock):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "EMS1"), START)
    session.commit()
    assert reminded_after(session, shop, clock, "receipt_due", START, 9.9) == []
    assert reminded_after(session, shop, clock, "receipt_due", START, 10.1) == ["buyer@test"]
    ordering.receive(session, county.buyer, order.id, clock.now)
    session.commit()
    clock.advance(minutes=11)
    shop()
    assert all(one.done_at for one in notices(session, "receipt_due"))


def test_what_arrived_is_to_be_accepted_and_late_its_approvers_hear_too(
    session, county, shop, clock
):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    delivered(session, county, order)
    session.commit()
    assert reminded_after(session, shop, clock, "acceptance_due", START, 2.9) == []
    assert reminded_after(session, shop, clock, "acceptance_due", START, 3.1) == ["buyer@test"]
    assert reached(session, "acceptance_late") == []
    late = reminded_after(session, shop, clock, "acceptance_late", START, 7.1)
    assert late == ["approver@test", "buyer@test"]
    accepted_now(session, county, order, clock.now)
    clock.advance(minutes=1)
    shop()
    assert all(one.done_at for one in notices(session, "acceptance_due", "acceptance_late"))


def accepted_now(session, county, order, now):
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id))
    ordering.accept(session, county.approver, order.id, verdicts, now)
    session.commit()


def test_what_is_to_be_paid_first_is_reminded_of_before_it_closes(session, county, shop, clock):
    wish = county.wish((county.mushrooms, 2), terms="PREPAY")
    _purchase, (order,) = placed(session, county, wish)
    ordering.confirm(session, county.clerk, order.id, None, START)
    session.commit()
    both = ["buyer@test", "finance@test"]
    assert reminded_after(session, shop, clock, "prepay_soon", START, 24.9) == []
    assert reminded_after(session, shop, clock, "prepay_soon", START, 25.1) == both
    assert reminded_after(session, shop, clock, "prepay_last", START, 28.9) == []
    assert reminded_after(session, shop, clock, "prepay_last", START, 29.1) == both
    clock.advance(days=2)
    shop()
    assert all(one.done_at for one in notices(session, "prepay_soon", "prepay_last"))
    assert reached(session, "order_expired") == ["buyer@test"]


def test_what_was_paid_first_is_not_reminded_of(session, county, shop, clock):
    wish = county.wish((county.mushrooms, 2), terms="PREPAY")
    purchase, (order,) = placed(session, county, wish)
    ordering.confirm(session, county.clerk, order.id, None, START)
    paid(session, county, purchase)
    session.commit()
    clock.now = START + timedelta(days=26)
    shop()
    assert notices(session, "prepay_soon", "prepay_last") == []


def test_a_debt_paid_meanwhile_is_settled(session, county, shop, clock):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    session.commit()
    clock.now = START + timedelta(days=24)
    shop()
    assert reached(session, "pay_soon") == ["finance@test"]
    paid(session, county, purchase, clock.now)
    session.commit()
    shop()
    assert [one.done_at is not None for one in notices(session, "pay_soon")] == [True]


def test_a_filing_handed_in_is_settled(session, county, shop, clock):
    set_filing_due(session, county.operator, 2026, date(2026, 11, 27), START)
    session.commit()
    shop()
    assert reached(session, "filing_soon") == ["finance@test"]
    given = GivenFiling(100, "NONE", "", 0, 6_000_000)
    filing = write_filing(session, county.finance, county.unit_id, 2026, given, now=START)
    submit_filing(session, county.finance, filing.id, START)
    session.commit()
    clock.advance(hours=2)
    shop()
    (one,) = notices(session, "filing_soon")
    assert one.done_at is not None
    assert title_of(one.kind, one.params, "en") == (
        "The yearly filing of 2026 is due on 27 November 2026"
    )


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
    ],
)
def test_weekends_are_no_working_days(now, ago):
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
