"""What people choose holds, and what they read and keep is theirs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.core.errors import NotFound
from marketplace.core.paging import PageRequest
from marketplace.notices.commands import (
    Post,
    drop_old,
    look_again,
    mark_all_read,
    mark_read,
)
from marketplace.notices.models import Notice, NoticePreference
from marketplace.notices.queries import count_by_topic, habits_of, list_notices, newest_id
from marketplace.notices.rules import Habits, Mail, QuietHours, Topic
from tests.conftest import NOON
from tests.notices.telling import (
    HOME,
    bell,
    chosen,
    daily,
    letters,
    notices,
    tiding,
    told,
)

EVENING = NOON + timedelta(hours=10)
POST = Post({}, HOME)
A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("mail", "left"),
    [(Mail.AT_ONCE, 1), (Mail.DAILY, 0), (Mail.WEEKLY, 0), (Mail.NEVER, 0)],
)
def test_a_topic_is_mailed_as_the_person_chose(session, county, postman, clock, mail, left):
    chosen(session, county.buyer, NOON, mails={Topic.WORK: mail})
    told(session, NOON, tiding(county.buyer))
    postman()
    assert len(letters(session)) == left
    clock.now = NOON + timedelta(hours=20)
    postman()
    assert len(letters(session)) == (1 if mail in (Mail.AT_ONCE, Mail.DAILY) else 0)
    clock.now = NOON + timedelta(days=7)
    postman()
    assert len(letters(session)) == (0 if mail == Mail.NEVER else 1)
    assert bell(session, county.buyer) == 1


def test_what_a_job_requires_is_shown_whatever_one_chooses(session, county):
    everything = frozenset(Topic)
    never = dict.fromkeys(Topic, Mail.NEVER)
    chosen(session, county.approver, NOON, mails=never, hidden=everything)
    kinds = ("approval_waiting", "pay_due", "order_placed", "filing_late", "order_shipped")
    told(session, NOON, *(tiding(county.approver, kind) for kind in kinds))
    assert [one.kind for one in notices(session)] == ["approval_waiting", "order_placed", "pay_due"]
    assert bell(session, county.approver) == 3


def test_what_is_only_mailed_is_not_in_the_inbox(session, county, postman):
    chosen(session, county.buyer, NOON, hidden=frozenset({Topic.AFTER_SALE}))
    told(session, NOON, tiding(county.buyer, "refund_done"))
    postman()
    assert len(letters(session)) == 1
    assert bell(session, county.buyer) == 0


def test_a_choice_holds_for_what_was_collected_before_it(session, county, postman, clock):
    chosen(session, county.buyer, NOON, mails=daily(Topic.WORK))
    told(session, NOON, tiding(county.buyer))
    chosen(session, county.buyer, NOON, mails={Topic.WORK: Mail.NEVER})
    clock.now = NOON + A_DAY
    postman()
    assert letters(session) == []
    chosen(session, county.buyer, clock.now, mails={Topic.WORK: Mail.WEEKLY})
    told(session, clock.now, tiding(county.buyer, number=2))
    chosen(session, county.buyer, clock.now, mails={Topic.WORK: Mail.AT_ONCE})
    clock.advance(minutes=1)
    postman()
    assert len(letters(session)) == 1


def test_a_choice_for_digests_holds_for_a_letter_that_has_not_left(session, county, postman, clock):
    told(session, EVENING, tiding(county.buyer))
    chosen(session, county.buyer, EVENING, mails=daily(Topic.WORK))
    clock.now = NOON + timedelta(hours=19, minutes=30)
    postman()
    assert letters(session) == []
    clock.now = NOON + timedelta(hours=20)
    postman()
    assert len(letters(session)) == 1


def test_choices_are_kept_and_the_rest_follows_the_defaults(session, county):
    mails = {Topic.ORDERS: Mail.NEVER}
    hours = QuietHours(0, 60, weekends=True)
    chosen(session, county.buyer, NOON, mails=mails, hidden=frozenset({Topic.ORDERS}), hours=hours)
    people = [county.buyer.person_id, county.finance.person_id]
    mine, others = (habits_of(session, people)[one] for one in people)
    assert (mine.mail_of(Topic.ORDERS), mine.shows(Topic.ORDERS), mine.hours) == (
        Mail.NEVER,
        False,
        hours,
    )
    assert others == Habits()
    assert (others.mail_of(Topic.ORDERS), others.mail_of(Topic.PAYMENT)) == (
        Mail.DAILY,
        Mail.AT_ONCE,
    )


def test_a_topic_that_only_tomorrows_program_knows_stops_nobody_from_being_told(session, county):
    """While a version is brought in, both run: the new one may keep a choice for a new topic."""
    person_id = county.buyer.person_id
    for topic in ("tomorrow", Topic.ORDERS):
        row = NoticePreference(person_id=person_id, topic=topic, mail="never", in_inbox=False)
        session.add(row)
    session.flush()
    habits = habits_of(session, [person_id])[person_id]
    assert habits.mail_of(Topic.ORDERS) == Mail.NEVER
    assert set(habits.mails) == set(habits.hidden) == {Topic.ORDERS}


def test_notices_of_a_kind_that_this_version_lacks_stand_under_the_topic_that_counts_them(
    session, county
):
    told(session, NOON, tiding(county.buyer, kind="tomorrow"), tiding(county.buyer, number=2))
    person_id, first = county.buyer.person_id, PageRequest(1, 20)
    for topic, (total, _new) in count_by_topic(session, person_id).items():
        assert list_notices(session, person_id, topic, first).total == total == 1
    seen = newest_id(session, person_id)
    assert mark_all_read(session, county.buyer, Topic.OTHER, seen, NOON) == 1


def test_what_this_version_cannot_settle_is_left_for_the_one_that_can(session, county):
    told(session, NOON, tiding(county.buyer, kind="tomorrow"))
    due = NOON + timedelta(minutes=10)
    session.execute(update(Notice).values(look_at=due))
    assert look_again(session, {}, due) == 1
    (notice,) = notices(session)
    assert notice.look_at is not None
    assert notice.look_at > due


def test_a_letter_is_in_the_readers_language_or_in_both(session, county, postman):
    wanted = {county.buyer: None, county.finance: "en", county.approver: "zh_Hans_CN"}
    for identity, locale in wanted.items():
        chosen_row = update(Person).where(Person.id == identity.person_id)
        session.execute(chosen_row.values(locale=locale))
    told(session, NOON, *(tiding(person) for person in wanted))
    postman()
    subjects = {one.recipient: one.subject for one in letters(session)}
    chinese, english = "订单 N1 未能接单", "The producer declined order N1"
    assert subjects == {
        "buyer@test": f"{chinese} · {english}",
        "finance@test": english,
        "approver@test": chinese,
    }
    bodies = {one.recipient: one.body for one in letters(session)}
    assert f"查看:{HOME}/orders/1\n" in bodies["approver@test"]
    assert f"{HOME}/me/notices/settings" in bodies["finance@test"]


def test_somebody_who_left_is_not_written_to(session, county, postman, clock):
    chosen(session, county.finance, NOON, mails=daily(Topic.WORK))
    told(session, NOON, tiding(county.buyer), tiding(county.finance))
    session.execute(update(Person).values(deactivated_at=NOON))
    session.commit()
    postman()
    clock.now = NOON + A_DAY
    postman()
    assert letters(session) == []


def test_a_notice_is_read_by_its_own_person_only(session, county):
    told(session, NOON, tiding(county.buyer))
    (one,) = notices(session)
    for other in (county.approver, county.auditor, county.operator):
        with pytest.raises(NotFound):
            mark_read(session, other, one.id, NOON)
    with pytest.raises(NotFound):
        mark_read(session, county.buyer, one.id + 1, NOON)
    mark_read(session, county.buyer, one.id, NOON)
    mark_read(session, county.buyer, one.id, NOON + A_DAY)
    session.commit()
    (one,) = notices(session)
    assert (one.read_at, one.is_new) == (NOON, False)


def test_all_that_was_seen_is_read_and_what_came_meanwhile_stays_new(session, county):
    told(session, NOON, tiding(county.buyer), tiding(county.buyer, "refund_done"))
    told(session, NOON, tiding(county.finance))
    seen = max(one.id for one in notices(session))
    told(session, NOON, tiding(county.buyer, number=2))
    assert mark_all_read(session, county.buyer, Topic.AFTER_SALE, seen, NOON) == 1
    assert mark_all_read(session, county.buyer, None, seen, NOON) == 1
    assert mark_all_read(session, county.buyer, None, seen, NOON) == 0
    session.commit()
    assert bell(session, county.buyer) == 1
    assert bell(session, county.finance) == 1


def test_read_notices_are_kept_a_year_and_unread_ones_two(session, county):
    told(session, NOON, tiding(county.buyer), tiding(county.buyer, number=2))
    mark_read(session, county.buyer, notices(session)[0].id, NOON)
    session.commit()
    left = [
        drop_old(session, NOON + timedelta(days=days)) for days in (365, 366, 367, 731, 732, 733)
    ]
    assert left == [0, 0, 1, 0, 0, 1]


def test_a_read_notice_cannot_count_as_new(session, county):
    told(session, NOON, tiding(county.buyer))
    with pytest.raises(IntegrityError):
        session.execute(update(Notice).values(read_at=NOON))


def test_a_notice_leads_nowhere_but_to_our_own_pages(session, county):
    for address in ("https://evil.example", "//evil.example", "/\\evil.example", ""):
        with pytest.raises(AssertionError):
            told(session, NOON, replace(tiding(county.buyer), address=address))
        session.rollback()
    assert session.scalars(select(Notice.id)).all() == []
