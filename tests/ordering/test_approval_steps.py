"""Approval in steps: by amount and fund, with substitutes, and never stuck."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, end_membership, grant
from marketplace.accounts.queries import load_identity
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import MAIL_NOTICE_JOB, Post, mail_notice
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.letters import write_letters
from marketplace.ordering.models import OrderEvent, Purchase, PurchaseStep
from marketplace.ordering.queries import list_to_approve
from marketplace.ordering.queries.approval import list_substitutes, steps_of_purchase, whose_turn
from marketplace.ordering.rules import Consignee, PurchaseChange, WishedLine, WrongState
from marketplace.ordering.rules.approval import (
    AnotherApprover,
    DecidedAlready,
    NobodyApproves,
    Step,
)
from marketplace.outbox.models import OutboxMessage
from marketplace.units.commands import FourEyes, set_four_eyes
from tests.county import START, County, person

TODAY = date(2026, 11, 23)
LATER = START + timedelta(days=3)


@pytest.fixture
def head(session: Session, county: County) -> Identity:
    """A second approver of the unit: its head."""
    return person(session, "head@test", (OrganisationKind.UNIT, county.unit_id, Role.APPROVER))


@pytest.fixture
def admin(session: Session, county: County) -> Identity:
    return person(session, "admin@test", (OrganisationKind.UNIT, county.unit_id, Role.ADMIN))


@pytest.fixture
def in_steps(session: Session, county: County, head: Identity, admin: Identity) -> County:
    """First the approver, then from 100 yuan on the head."""
    steps = [
        Step(0, None, county.approver.person_id),
        Step(10_000, None, head.person_id),
    ]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    return county


def submitted(session: Session, county: County, packs: int) -> Purchase:
    wish = county.wish((county.mushrooms, packs))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    return ordering.submit(session, county.buyer, purchase.id, START)


def test_a_large_purchase_passes_every_step_and_a_small_one_the_first(session, in_steps, head):
    small = submitted(session, in_steps, 1)
    assert ordering.approve(session, in_steps.approver, small.id, START).state == "PLACED"
    large = submitted(session, in_steps, 2)
    assert ordering.approve(session, in_steps.approver, large.id, START).state == "IN_APPROVAL"
    assert ordering.approve(session, head, large.id, START).state == "PLACED"
    first, second = steps_of_purchase(session, large.id)
    assert (first.decided_name, second.decided_name) == ("approver", "head")


def test_steps_may_be_of_one_fund_only(session, county, head, admin):
    steps = [Step(0, "CANTEEN", head.person_id)]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    purchase = submitted(session, county, 5)
    assert steps_of_purchase(session, purchase.id) == []
    assert ordering.approve(session, county.approver, purchase.id, START).state == "PLACED"


def test_a_step_is_decided_by_whoever_it_belongs_to(session, in_steps, head):
    purchase = submitted(session, in_steps, 2)
    with pytest.raises(AnotherApprover) as refused:
        ordering.approve(session, head, purchase.id, START)
    assert refused.value.params["name"] == "approver"
    with pytest.raises(AnotherApprover):
        ordering.reject(session, head, purchase.id, "不合适", START)
    assert list_to_approve(session, head, START) == []
    assert len(list_to_approve(session, in_steps.approver, START)) == 1


def test_two_steps_are_two_pairs_of_eyes_and_a_second_click_changes_nothing(session, in_steps):
    purchase = submitted(session, in_steps, 2)
    ordering.approve(session, in_steps.approver, purchase.id, START)
    again = ordering.approve(session, in_steps.approver, purchase.id, LATER)
    assert again.state == "IN_APPROVAL"
    with pytest.raises(DecidedAlready):
        ordering.reject(session, in_steps.approver, purchase.id, "改主意了", START)
    events = session.scalars(select(OrderEvent.kind).where(OrderEvent.order_id.is_(None)))
    assert list(events) == ["SUBMITTED", "STEP_APPROVED"]


def test_after_three_days_any_other_approver_may_decide(session, in_steps, head):
    purchase = submitted(session, in_steps, 2)
    almost = LATER - timedelta(seconds=1)
    assert whose_turn(session, purchase, almost) == {in_steps.approver.person_id}
    ordering.approve(session, head, purchase.id, LATER)
    assert purchase.state == "IN_APPROVAL"
    # The head has decided the first step, so the second one falls to the approver.
    assert whose_turn(session, purchase, LATER) == {in_steps.approver.person_id}
    assert ordering.approve(session, in_steps.approver, purchase.id, LATER).state == "PLACED"


def test_a_substitute_decides_on_the_days_named_and_not_before(session, in_steps, head):
    deputy = person(session, "deputy@test", ("UNIT", in_steps.unit_id, Role.APPROVER))
    tomorrow = TODAY + timedelta(days=1)
    wish = (deputy.person_id, tomorrow, tomorrow)
    ordering.set_substitute(session, in_steps.approver, in_steps.unit_id, wish, START)
    purchase = submitted(session, in_steps, 1)
    with pytest.raises(AnotherApprover):
        ordering.approve(session, deputy, purchase.id, START)
    day = START + timedelta(days=1)
    assert ordering.approve(session, deputy, purchase.id, day).state == "PLACED"
    (row,) = list_substitutes(session, in_steps.unit_id, TODAY)
    ordering.end_substitute(session, in_steps.approver, in_steps.unit_id, row.id, START)
    assert list_substitutes(session, in_steps.unit_id, TODAY) == []
    with pytest.raises(NotFound):
        ordering.end_substitute(session, head, in_steps.unit_id, row.id, START)


def test_a_step_of_someone_who_left_falls_to_the_others(session, in_steps, head, engine):
    purchase = submitted(session, in_steps, 2)
    ordering.approve(session, in_steps.approver, purchase.id, START)
    deputy = person(session, "deputy@test", ("UNIT", in_steps.unit_id, Role.APPROVER))
    assert whose_turn(session, purchase, START) == {head.person_id}
    gone = Grant(head.person_id, "UNIT", in_steps.unit_id, Role.APPROVER)
    end_membership(session, gone, START, actor_id=None)
    assert whose_turn(session, purchase, START) == {deputy.person_id}


def test_there_are_never_more_steps_than_people_to_take_them(session, county, admin):
    steps = [Step(0, None, county.approver.person_id)]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    both = Grant(county.buyer.person_id, "UNIT", county.unit_id, Role.APPROVER)
    grant(session, both, START, actor_id=None)
    buyer = load_identity(session, county.buyer.person_id)
    assert buyer is not None
    steps = [Step(0, None, buyer.person_id), Step(0, None, county.approver.person_id)]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    purchase = submitted(session, county, 1)
    # The buyer's own step is left to the one who remains.
    assert len(steps_of_purchase(session, purchase.id)) == 1
    assert whose_turn(session, purchase, START) == {county.approver.person_id}
    assert ordering.approve(session, county.approver, purchase.id, START).state == "PLACED"


def test_what_nobody_could_decide_is_not_submitted(session, county):
    alone = person(session, "alone@test", ("UNIT", county.other_unit_id, Role.BUYER))
    wish = county.wish((county.mushrooms, 1))
    own = type(wish)(county.other_unit_id, *list(vars(wish).values())[1:])
    purchase = ordering.draft_purchase(session, alone, own, START)
    with pytest.raises(NobodyApproves):
        ordering.submit(session, alone, purchase.id, START)


def test_a_recalled_purchase_is_changed_and_begins_again(session, in_steps, head):
    purchase = submitted(session, in_steps, 2)
    ordering.approve(session, in_steps.approver, purchase.id, START)
    with pytest.raises(Forbidden):
        ordering.recall(session, in_steps.approver, purchase.id, START)
    ordering.recall(session, in_steps.buyer, purchase.id, START)
    assert purchase.state == "DRAFT"
    lines = (WishedLine(in_steps.mushrooms.variant_id, 3),)
    change = PurchaseChange(lines=lines, fund="OTHER", payment_terms="PREPAY")
    ordering.change_draft(session, in_steps.buyer, purchase.id, change, START)
    assert (purchase.fund, purchase.payment_terms) == ("OTHER", "PREPAY")
    ordering.submit(session, in_steps.buyer, purchase.id, LATER)
    assert [step.decided_at for step in steps_of_purchase(session, purchase.id)] == [None, None]
    ordering.approve(session, in_steps.approver, purchase.id, LATER)
    placed = ordering.approve(session, head, purchase.id, LATER)
    assert (placed.state, placed.goods_fen) == ("PLACED", 3 * 6_403)
    with pytest.raises(WrongState):
        ordering.recall(session, in_steps.buyer, purchase.id, LATER)


def test_a_purchase_sent_back_is_changed_and_handed_in_again(session, county):
    purchase = submitted(session, county, 2)
    ordering.reject(session, county.approver, purchase.id, "减半", START)
    ordering.recall(session, county.buyer, purchase.id, START)
    change = PurchaseChange(lines=(WishedLine(county.mushrooms.variant_id, 1),))
    ordering.change_draft(session, county.buyer, purchase.id, change, START)
    ordering.submit(session, county.buyer, purchase.id, LATER)
    assert ordering.approve(session, county.approver, purchase.id, LATER).state == "PLACED"


def test_another_consignee_after_a_step_begins_the_steps_again(session, in_steps):
    purchase = submitted(session, in_steps, 2)
    ordering.approve(session, in_steps.approver, purchase.id, START)
    change = PurchaseChange(consignee=Consignee("李静", "13800000001", "郧阳区茶店镇 1 号"))
    ordering.change_draft(session, in_steps.buyer, purchase.id, change, LATER)
    steps = session.scalars(select(PurchaseStep)).all()
    assert [step.decided_by for step in steps] == [None, None]
    assert whose_turn(session, purchase, LATER) == {in_steps.approver.person_id}


def test_another_consignee_of_a_placed_purchase_asks_nobody_again(session, in_steps):
    purchase = submitted(session, in_steps, 1)
    ordering.approve(session, in_steps.approver, purchase.id, START)
    change = PurchaseChange(consignee=Consignee("李静", "13800000001", "郧阳区茶店镇 1 号"))
    ordering.change_draft(session, in_steps.buyer, purchase.id, change, LATER)
    (step,) = steps_of_purchase(session, purchase.id)
    assert (purchase.state, step.decided_name) == ("PLACED", "approver")


def mails(session: Session, now) -> list[Any]:
    """The letters that wait; they are written first."""
    asked = select(OutboxMessage).where(
        OutboxMessage.job == "ordering.notify", OutboxMessage.done_at.is_(None)
    )
    for message in session.scalars(asked).all():
        write_letters(session, message.payload, now)
        message.done_at = now
    leaving = select(OutboxMessage).where(OutboxMessage.job == MAIL_NOTICE_JOB)
    for message in session.scalars(leaving).all():
        mail_notice(session, message.payload["notice_id"], Post({}, ""), now)
    sent = select(OutboxMessage.payload).where(OutboxMessage.job == "mail.send")
    return list(session.scalars(sent))


def letters(session: Session, now) -> list[str]:
    """Whom they are for."""
    return sorted(mail["recipient"] for mail in mails(session, now))


def test_each_step_is_told_to_whose_turn_it_is(session, in_steps, head):
    purchase = submitted(session, in_steps, 2)
    assert letters(session, START) == ["approver@test"]
    ordering.approve(session, in_steps.approver, purchase.id, START)
    assert letters(session, START) == ["approver@test", "head@test"]


def test_the_buyer_hears_that_the_last_step_is_passed(session, in_steps, head):
    purchase = submitted(session, in_steps, 2)
    for approver in (in_steps.approver, head):
        assert "buyer@test" not in letters(session, START)
        ordering.approve(session, approver, purchase.id, START)
    told = f"采购单 {purchase.number} 已审批通过"
    assert [o["recipient"] for o in mails(session, START) if told in o["body"]] == ["buyer@test"]


def test_letters_of_an_approval_and_an_order_give_unit_goods_and_sum(session, in_steps):
    wish = in_steps.wish((in_steps.mushrooms, 1), (in_steps.noodles, 1))
    purchase = ordering.draft_purchase(session, in_steps.buyer, wish, START)
    ordering.submit(session, in_steps.buyer, purchase.id, START)
    assert "区财政局 · 椴木香菇,共 2 种商品,84.02 元" in mails(session, START)[0]["body"]
    small = submitted(session, in_steps, 1)
    ordering.approve(session, in_steps.approver, small.id, START)
    order = next(one["body"] for one in mails(session, START) if "新订单" in one["body"])
    assert "区财政局 · 椴木香菇,共 1 种商品,64.03 元" in order


def test_only_approvers_of_the_unit_take_steps_and_each_once(session, county, admin):
    approver = county.approver.person_id
    for steps, field in (
        ([Step(0, None, county.finance.person_id)], "approver-1"),
        ([Step(0, None, approver), Step(0, None, approver)], "approver-2"),
        ([Step(0, None, approver)] * 7, "steps"),
    ):
        with pytest.raises(InvalidInput) as refused:
            ordering.set_steps(session, admin, county.unit_id, steps, START)
        assert refused.value.errors[0].field == field
    with pytest.raises(Forbidden):
        ordering.set_steps(session, county.buyer, county.unit_id, [], START)


def test_a_substitute_is_another_approver_on_days_that_run_forward(session, county, head):
    me, unit = county.approver, county.unit_id
    yesterday = TODAY - timedelta(days=1)
    for wish, field in (
        ((me.person_id, TODAY, TODAY), "substitute"),
        ((county.buyer.person_id, TODAY, TODAY), "substitute"),
        ((head.person_id, TODAY, yesterday), "until_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            ordering.set_substitute(session, me, unit, wish, START)
        assert refused.value.errors[0].field == field
    with pytest.raises(NotFound):
        ordering.set_substitute(session, county.buyer, unit, (head.person_id, TODAY, TODAY), START)


def test_with_four_eyes_switched_off_a_buyer_who_approves_may_decide(session, county, admin):
    both = Grant(county.buyer.person_id, "UNIT", county.unit_id, Role.APPROVER)
    grant(session, both, START, actor_id=None)
    buyer = load_identity(session, county.buyer.person_id)
    assert buyer is not None
    set_four_eyes(session, admin, county.unit_id, FourEyes(False, "只有一个人"), now=START)
    steps = [Step(0, None, buyer.person_id)]
    ordering.set_steps(session, admin, county.unit_id, steps, START)
    purchase = submitted(session, county, 1)
    assert ordering.approve(session, buyer, purchase.id, START).state == "PLACED"
