"""Each person is told each thing once, as they like it, and what is settled is not mailed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import (
    Post,
    look_again,
    mark_read,
    send_digests,
    tell_each,
    tell_people,
    tell_readers,
)
from marketplace.notices.rules import Matter, QuietHours, Topic
from tests.conftest import NOON
from tests.notices.telling import (
    HOME,
    bell,
    chosen,
    daily,
    letters,
    never_quiet,
    notices,
    tiding,
    told,
    waiting,
)

EVENING = NOON + timedelta(hours=10)
POST = Post({}, HOME)
A_DAY = timedelta(days=1)


def test_the_same_thing_told_twice_is_one_notice_and_one_letter(session, county, postman):
    twice = tiding(county.buyer)
    assert told(session, NOON, twice, twice) == 1
    assert told(session, NOON, twice) == 0
    postman()
    postman()
    (letter,) = letters(session)
    assert (letter.recipient, letter.effect_key) == ("buyer@test", twice.effect_key)
    assert bell(session, county.buyer) == 1


def test_each_of_several_people_is_told_once_of_a_matter(session, county):
    people = [county.finance.person_id, county.buyer.person_id, county.buyer.person_id]
    matter = Matter("order", 7, {"number": "N7"}, "/orders/7")
    assert tell_each(session, "order_declined", matter, people, NOON) == 2
    assert tell_each(session, "order_declined", matter, people, NOON) == 0
    again = replace(matter, once="again")
    assert tell_each(session, "order_declined", again, people[:1], NOON) == 1
    session.commit()
    assert {(one.person_id, one.effect_key) for one in notices(session)} == {
        (people[0], f"order_declined:7:{people[0]}"),
        (people[1], f"order_declined:7:{people[1]}"),
        (people[0], f"order_declined:7:again:{people[0]}"),
    }
    assert {(one.object_id, one.address) for one in notices(session)} == {(7, "/orders/7")}


def test_a_matter_may_keep_a_key_of_old(session, county):
    person_id = county.buyer.person_id
    matter = Matter("unit", 7, {}, "/unit/7", "not in the key", key="behind:2026-06-01:7")
    tell_each(session, "behind", matter, [person_id], NOON)
    session.commit()
    (notice,) = notices(session)
    assert (notice.kind, notice.effect_key) == ("behind", f"behind:2026-06-01:7:{person_id}")


def test_the_members_of_an_organisation_are_told_save_one_who_knows(session, county):
    matter = Matter("order", 7, {"number": "N7"}, "/orders/7")
    office = (OrganisationKind.UNIT, county.unit_id, (Role.BUYER, Role.FINANCE))
    knows = county.buyer.person_id
    assert tell_readers(session, "order_declined", matter, office, NOON, but={knows}) == 1
    session.commit()
    (notice,) = notices(session)
    assert notice.person_id == county.finance.person_id
    assert notice.params == {"number": "N7", "organisation_id": county.unit_id}


def test_ten_who_tell_the_same_at_once_tell_it_once(engine, session, county):
    people = (county.buyer, county.approver, county.finance)
    tidings = [tiding(person, number=number) for number in range(5) for person in people]

    def tell(turn: int) -> int:
        with Session(engine) as mine:
            number = tell_people(mine, tidings[turn:] + tidings[:turn], NOON)
            mine.commit()
            return number

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(tell, range(10))) == 15
    assert len(notices(session)) == 15


def test_a_mail_in_quiet_hours_is_sent_in_the_morning_once(session, county, postman, clock):
    clock.now = EVENING
    told(session, EVENING, tiding(county.buyer))
    postman()
    assert letters(session) == []
    assert bell(session, county.buyer) == 1
    clock.now = NOON + timedelta(hours=19, minutes=29)
    postman()
    assert letters(session) == []
    clock.advance(minutes=1)
    postman()
    postman()
    clock.advance(days=1)
    postman()
    (letter,) = letters(session)
    assert letter.sent_at == NOON + timedelta(hours=19, minutes=30)


def test_a_worker_that_was_away_does_not_write_at_night(session, county, postman, clock):
    told(session, NOON, tiding(county.buyer))
    clock.now = EVENING
    postman()
    assert letters(session) == []
    assert waiting(session, "notices.mail") == [NOON + timedelta(hours=19, minutes=30)]
    clock.now = NOON + A_DAY
    postman()
    assert len(letters(session)) == 1


def test_quiet_hours_chosen_meanwhile_hold_and_nothing_is_lost(session, county, postman, clock):
    told(session, NOON, tiding(county.buyer))
    chosen(session, county.buyer, NOON, hours=QuietHours(11 * 60, 15 * 60))
    postman()
    assert letters(session) == []
    clock.advance(hours=3)
    postman()
    assert [one.sent_at for one in letters(session)] == [NOON + timedelta(hours=3)]


def test_weekends_are_quiet_for_whoever_wants_it(session, county, postman, clock):
    saturday = NOON + timedelta(days=5)
    chosen(session, county.buyer, NOON, hours=QuietHours(weekends=True))
    clock.now = saturday
    told(session, saturday, tiding(county.buyer), tiding(county.finance))
    postman()
    assert [one.recipient for one in letters(session)] == ["finance@test"]
    clock.now = NOON + timedelta(days=7)
    postman()
    assert [one.recipient for one in letters(session)] == ["finance@test", "buyer@test"]


def test_a_digest_says_each_thing_once(session, county, postman, clock):
    chosen(session, county.buyer, NOON, mails=daily(Topic.WORK))
    told(session, NOON, *(tiding(county.buyer, number=number) for number in range(3)))
    postman()
    assert letters(session) == []
    clock.now = NOON + timedelta(hours=20)
    told(session, clock.now - timedelta(minutes=1), tiding(county.buyer, number=3))
    postman()
    (first,) = letters(session)
    assert first.sent_at == NOON + timedelta(hours=20)
    assert all(first.body.count(f"/orders/{number}\n") == 1 for number in range(4))
    told(session, clock.now, tiding(county.buyer, number=4))
    clock.advance(days=1)
    postman()
    clock.advance(days=1)
    postman()
    _first, second = letters(session)
    assert "/orders/4" in second.body
    assert "/orders/3" not in second.body


def test_two_digest_workers_say_each_thing_once(engine, session, county):
    people = (county.buyer, county.approver, county.finance, county.clerk)
    for person in people:
        chosen(session, person, NOON, mails=daily(Topic.WORK), hours=never_quiet())
    told(session, NOON, *(tiding(one, number=n) for one in people for n in range(20)))
    later = NOON + A_DAY

    def work(_turn: int) -> int:
        with Session(engine) as mine:
            number = send_digests(mine, POST, later)
            mine.commit()
            return number

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == len(people)
    assert waiting(session, "mail.send") == [later] * len(people)
    assert all(one.digest_at is None and one.mailed_at == later for one in notices(session))


def test_a_digest_longer_than_a_letter_says_how_much_more_there_is(session, county, postman, clock):
    chosen(session, county.buyer, NOON, mails=daily(Topic.WORK))
    told(session, NOON, *(tiding(county.buyer, number=number) for number in range(250)))
    clock.now = NOON + A_DAY
    postman()
    (letter,) = letters(session)
    assert letter.body.count("· 订单") == 100
    assert "还有 150 条" in letter.body
    clock.advance(days=1)
    postman()
    assert len(letters(session)) == 1


def test_what_was_read_meanwhile_is_not_mailed(session, county, postman, clock):
    chosen(session, county.finance, NOON, mails=daily(Topic.WORK))
    told(session, NOON, tiding(county.buyer), tiding(county.finance))
    for one, person in zip(notices(session), (county.buyer, county.finance), strict=True):
        mark_read(session, person, one.id, NOON)
    session.commit()
    postman()
    clock.now = NOON + A_DAY
    postman()
    assert letters(session) == []


def test_what_is_settled_meanwhile_is_not_mailed(session, county):
    asking = tiding(county.approver, "approval_waiting")
    chosen(session, county.finance, NOON, mails=daily(Topic.APPROVAL))
    told(session, NOON, asking, tiding(county.finance, "approval_waiting"))
    settled = Post({"approval_waiting": lambda *_: set()}, HOME)
    assert send_digests(session, settled, NOON + A_DAY) == 0
    session.commit()
    assert [one.done_at for one in notices(session)] == [None, NOON + A_DAY]
    assert look_again(session, settled.checks, NOON + A_DAY) == 1
    session.commit()
    assert all(one.done_at and not one.is_new for one in notices(session))
    assert bell(session, county.approver) == 0


def test_what_still_waits_is_looked_at_again_later(session, county):
    told(session, NOON, tiding(county.approver, "approval_waiting"))
    checks = {"approval_waiting": lambda _session, open_ones, _now: {one.id for one in open_ones}}
    assert look_again(session, checks, NOON) == 0
    assert look_again(session, checks, NOON + timedelta(minutes=10)) == 1
    assert look_again(session, checks, NOON + timedelta(minutes=19)) == 0
    session.commit()
    (one,) = notices(session)
    assert (one.done_at, one.look_at) == (None, NOON + timedelta(minutes=20))
