"""Papers are looked at again every six months; overdue, nothing new is published."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.catalogue.commands import publish, withdraw
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.entering import commands
from marketplace.entering.queries import CHECKS, find_latest
from marketplace.entering.rules.states import (
    ReasonMissing,
    VerificationElsewhere,
    VerificationWaits,
)
from marketplace.notices.models import Notice
from marketplace.notices.rules import OpenNotice
from marketplace.producers.commands import set_term
from marketplace.producers.queries import get_producer
from marketplace.producers.rules import Papers, ProducerUnverified, verified_until
from tests import county as made
from tests.county import START
from tests.entering.steps import LICENCE

DAY = timedelta(days=1)
PAPERS = Papers("FILING", "备案 1")


def confirmed(session, county, now=START, papers=PAPERS, scans=()):
    return commands.confirm_papers(session, county.clerk, county.producer_id, (papers, scans), now)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 11, 23), date(2027, 5, 23)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_papers_hold_for_six_months(day, until):
    assert verified_until(day) == until


def test_a_producer_is_due_six_months_after_it_was_taken_in(session, county):
    assert get_producer(session, county.producer_id).verify_by == date(2027, 5, 23)


def test_after_grace_nothing_new_is_published_and_what_is_on_sale_stays(session, county):
    fresh = made.goods(session, county.producer_id, "新木耳", 2_000)
    withdraw(session, fresh.product_id, START)
    late = START + timedelta(days=181 + 30)
    publish(session, fresh.product_id, late)
    withdraw(session, fresh.product_id, late)
    with pytest.raises(ProducerUnverified):
        publish(session, fresh.product_id, late + DAY)
    assert publish(session, county.mushrooms.product_id, late + DAY).state == "PUBLISHED"
    set_term(session, county.operator, ("grace", 40), late)
    publish(session, fresh.product_id, late + DAY)


def test_the_producer_confirms_and_the_centre_compares(session, county):
    late = START + timedelta(days=300)
    told = confirmed(session, county, late, scans=(("LICENCE", LICENCE),))
    with pytest.raises(VerificationWaits):
        confirmed(session, county, late)
    commands.verify_papers(session, county.operator, told.id, late)
    commands.verify_papers(session, county.operator, told.id, late)
    producer = get_producer(session, county.producer_id)
    assert (producer.food_licence, producer.food_kind) == ("备案 1", "FILING")
    assert producer.verify_by == date(2028, 3, 19)
    latest = find_latest(session, county.producer_id)
    assert latest is not None
    assert [kind for _upload, kind in latest.scans] == ["LICENCE"]
    with pytest.raises(VerificationElsewhere):
        commands.return_papers(session, county.operator, told.id, "不行", late)


def test_papers_come_back_with_the_reason(session, county):
    told = confirmed(session, county)
    with pytest.raises(ReasonMissing):
        commands.return_papers(session, county.operator, told.id, " ", START)
    commands.return_papers(session, county.operator, told.id, "备案号不对", START)
    assert confirmed(session, county).id != told.id
    assert get_producer(session, county.producer_id).food_licence == ""


def test_only_its_own_people_confirm_and_only_the_centre_compares(session, county):
    with pytest.raises(NotFound):
        commands.confirm_papers(
            session, county.other_clerk, county.producer_id, (PAPERS, ()), START
        )
    told = confirmed(session, county)
    with pytest.raises(NotFound):
        commands.verify_papers(session, county.clerk, told.id, START)
    with pytest.raises(Forbidden):
        commands.verify_papers(session, county.auditor, told.id, START)
    with pytest.raises(NotFound):
        commands.verify_papers(session, county.operator, 10**9, START)


def test_papers_that_have_ended_are_refused_by_name(session, county):
    ended = Papers("LICENCE", "JY1", date(2026, 1, 1), date(2026, 11, 22))
    with pytest.raises(InvalidInput) as refusal:
        confirmed(session, county, papers=ended)
    assert {error.field for error in refusal.value.errors} == {
        "food_valid_until",
        "licence_valid_until",
    }


def test_reminders_come_once_at_each_stage_and_end_with_the_answer(session, county):
    soon, late = START + timedelta(days=151), START + timedelta(days=190)
    assert commands.remind_to_verify(session, soon - DAY) == 0
    assert commands.remind_to_verify(session, soon) == 2
    assert commands.remind_to_verify(session, soon) == 0
    assert commands.remind_to_verify(session, late) == 2
    rows = session.scalars(select(Notice).where(Notice.person_id == county.clerk.person_id)).all()
    assert [row.kind for row in rows] == ["verify_soon", "verify_late"]
    about = f"{county.producer_id}:2027-05-23:{county.clerk.person_id}"
    assert [row.effect_key for row in rows] == [f"verify_soon:{about}", f"verify_late:{about}"]
    asked = [OpenNotice(row.id, row.person_id, row.kind, row.object_id, row.params) for row in rows]
    assert CHECKS["verify_soon"](session, asked, late) == {row.id for row in rows}
    confirmed(session, county, late)
    assert CHECKS["verify_soon"](session, asked, late) == set()
