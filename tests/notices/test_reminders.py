"""People are reminded of what waits, once, and of nothing that is done meanwhile."""

from datetime import date, datetime, timedelta

from marketplace.core.identity import OrganisationKind, Role
from marketplace.filings.commands import set_filing_due, submit_filing, write_filing
from marketplace.filings.rules import GivenFiling
from marketplace.notices.rules.words import CHINESE, title_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.ordering.rules.approval import Step
from tests.county import START, person
from tests.notices.telling import letters, notices, reached, submitted
from tests.ordering.steps import accepted, delivered, lines_of, paid, placed

A_DAY = timedelta(days=1)


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


def test_letters_about_money_say_between_whom_and_how_much(session, county, shop, clock):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    session.commit()
    clock.now = START + timedelta(days=24)
    shop()
    paid(session, county, purchase, clock.now)
    session.commit()
    shop()
    told = [title_of(one.kind, one.params, CHINESE) for one in notices(session, "pay_soon")]
    words = f"区财政局 订单 {order.number} 要付给会沟村食用菌合作社的 128.06 元一周内到期"
    assert told == [words]
    told = [title_of(one.kind, one.params, CHINESE) for one in notices(session, "order_paid")]
    assert told == [f"区财政局 订单 {order.number} 货款 128.06 元已到账"]
    assert title_of("order_paid", {"number": "1", "sum_fen": 5, "unit": ""}, CHINESE)[0] == "订"


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
        "The quota filing of 2026 is due on 27 November 2026: please submit it soon"
    )
