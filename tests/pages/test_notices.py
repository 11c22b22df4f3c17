"""The bell on every page, the inbox, and the page on which people choose how to be told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, insert, select

from marketplace.notices.models import Notice, NoticePreference
from marketplace.notices.queries import habits_of
from marketplace.notices.rules import Mail, QuietHours, Topic
from tests.conftest import NOON
from tests.notices.telling import tiding, told

INBOX, SETTINGS = "/me/notices", "/me/notices/settings"
CHOICES = {
    **{f"mail-{topic}": "at_once" for topic in Topic},
    **{f"inbox-{topic}": "1" for topic in Topic},
    "quiet": "1",
    "begins": "21:00",
    "ends": "07:30",
}


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def counting(*args: object) -> None:
        if not str(args[2]).startswith("BEGIN"):
            statements.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", counting)
    yield statements
    event.remove(Engine, "before_cursor_execute", counting)


def fill(session, person, number: int) -> None:
    """So many notices, every other one read."""
    rows = [
        {
            "person_id": person.person_id,
            "kind": "order_shipped",
            "params": {"number": f"N{place}"},
            "object_kind": "order",
            "object_id": place,
            "address": f"/orders/{place}",
            "effect_key": f"order_shipped:{place}:{person.person_id}",
            "created_at": NOON,
            "in_inbox": True,
            "is_new": place % 2 == 0,
            "read_at": NOON if place % 2 else None,
        }
        for place in range(number)
    ]
    session.execute(insert(Notice), rows)
    session.commit()


def test_an_inbox_shows_what_is_new_first_and_leads_there(road, county, session):
    told(
        session,
        NOON,
        tiding(county.buyer, "order_shipped", 7),
        tiding(county.buyer, "refund_done", 8),
        tiding(county.finance, "pay_due", 9),
    )
    buyer = road.visit(county.buyer)
    page = buyer.see(INBOX)
    assert page.index("订单 N8 已退款") < page.index("订单 N7 已发货")
    assert "订单 N9" not in page
    newest = road.look(select(Notice.id).where(Notice.kind == "refund_done"))[0]
    answer = buyer.send(f"{INBOX}/{newest}/open")
    assert answer.location == "/orders/8"
    page = buyer.see(INBOX)
    assert page.index("订单 N7 已发货") < page.index("订单 N8 已退款")


def test_a_notice_leads_to_a_page_that_asks_for_itself_who_may_open_it(road, county, session):
    order_id = road.place((county.mushrooms, 2))
    told(session, NOON, tiding(county.stranger, "order_shipped", order_id))
    stranger = road.visit(county.stranger)
    answer = stranger.send(f"{INBOX}/1/open")
    stranger.see(answer.location, 404)


def test_the_bell_tells_how_much_is_new_on_every_page(road, county, session):
    shopper = road.visit(county.shopper)
    assert "条新消息" not in shopper.see("/")
    told(session, NOON, *(tiding(county.shopper, number=number) for number in range(3)))
    assert '3<span class="visually-hidden">条新消息' in shopper.see("/basket")
    shopper.send(f"{INBOX}/read", until=str(2**40))
    assert "条新消息</span>" not in shopper.see("/basket")
    fill(session, county.buyer, 400)
    assert "99+" in road.visit(county.buyer).see("/basket")
    assert INBOX not in road.visit(None).see("/")


def test_the_bell_costs_one_statement_along_an_index(road, county, session):
    fill(session, county.shopper, 5000)
    shopper = road.visit(county.shopper)
    with counted() as statements:
        shopper.see("/basket")
    assert len([one for one in statements if "notice" in one]) == 1
    if session.get_bind().dialect.name == "sqlite":
        query = "SELECT id FROM notice WHERE person_id = 1 AND in_inbox IS 1 AND is_new IS 1"
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
        assert "USING COVERING INDEX ix_notice_person_id_in_inbox_is_new_id" in str(plan)


def test_an_inbox_of_thousands_opens_with_the_statements_of_a_small_one(road, county, session):
    told(session, NOON, tiding(county.finance))
    with counted() as few:
        road.visit(county.finance).see(INBOX)
    fill(session, county.shopper, 5000)
    shopper = road.visit(county.shopper)
    with counted() as many:
        page = shopper.see(INBOX)
    own = [one for one in many if "FROM notice" in one]
    assert len(own) == len([one for one in few if "FROM notice" in one]) <= 5
    assert page.count('<li class="notice-line notice-new">') == 24
    assert "第 1 / 209 页" in page
    assert "notice-new" not in shopper.see(f"{INBOX}?page=209")
    for page_number in ("0", "-1", "1.5", "1000000000", "９", "\x00", "x" * 10_000):
        shopper.client.get(INBOX, query_string={"page": page_number}).get_data()
        shopper.see(f"{INBOX}?topic={'x' * 100}")


def test_a_topic_is_looked_at_and_read_by_itself(road, county, session):
    told(session, NOON, tiding(county.buyer), tiding(county.buyer, "refund_done", 8))
    buyer = road.visit(county.buyer)
    page = buyer.see(f"{INBOX}?topic=after_sale")
    assert "订单 N8" in page
    assert "订单 N1" not in page
    assert "订单 N1" in buyer.see(f"{INBOX}?topic=palace")
    answer = buyer.send(f"{INBOX}/read", topic="after_sale", until="100")
    assert answer.location == f"{INBOX}?topic=after_sale"
    assert road.look(select(Notice.kind).where(Notice.is_new.is_(True))) == ["order_declined"]
    buyer.send(f"{INBOX}/1/read", topic="")
    assert road.look(select(func.count()).where(Notice.is_new.is_(True))) == [0]


def test_what_is_settled_says_so_and_does_not_nag(road, county, session):
    told(session, NOON, tiding(county.approver, "approval_waiting"))
    row = session.scalars(select(Notice)).one()
    row.done_at, row.is_new, row.look_at = NOON, False, None
    session.commit()
    page = road.visit(county.approver).see(INBOX)
    assert "无需再处理" in page
    assert "没有新消息" in page
    assert "notice-new" not in page


@pytest.mark.parametrize("until", ["", "-1", "1.5", "zwei", "9" * 30, "\x00", "9" * 10_000])
def test_nonsense_marks_nothing_read(road, county, session, until):
    told(session, NOON, tiding(county.buyer))
    road.visit(county.buyer).send(f"{INBOX}/read", 422, until=until)
    assert road.look(select(Notice.is_new)) == [True]


def test_nobody_opens_what_is_anothers_and_the_public_logs_in_first(road, county, session):
    told(session, NOON, tiding(county.buyer))
    for other in (county.approver, county.auditor, county.operator):
        road.visit(other).send(f"{INBOX}/1/open", 404)
        road.visit(other).send(f"{INBOX}/1/read", 404)
    road.visit(county.buyer).send(f"{INBOX}/999/open", 404)
    road.visit(county.buyer).send(f"{INBOX}/{'9' * 30}/open", 404)
    public = road.visit(None)
    assert "/login" in public.client.get(INBOX).location
    assert "/login" in public.send(f"{INBOX}/1/open").location
    assert road.look(select(Notice.is_new)) == [True]


def test_an_inbox_speaks_the_readers_language(road, county, session):
    told(session, NOON, tiding(county.buyer, "order_shipped"))
    buyer = road.visit(county.buyer)
    assert "订单 N1 已发货" in buyer.see(INBOX)
    buyer.send("/language", locale="en", next=INBOX)
    assert "Order N1 has been shipped" in buyer.see(INBOX)


def test_what_was_chosen_is_kept_and_shown(road, county, session):
    buyer = road.visit(county.buyer)
    assert 'value="21:00"' in buyer.see(SETTINGS)
    changes = {"mail-orders": "weekly", "weekends": "1", "begins": "２０：３０", "ends": "8:00"}
    fields = {**CHOICES, **changes}
    del fields["inbox-orders"], fields["inbox-approval"]
    buyer.send(SETTINGS, **fields)
    buyer.send(SETTINGS, **fields)
    habits = habits_of(session, [county.buyer.person_id])[county.buyer.person_id]
    session.rollback()
    assert habits.mail_of(Topic.ORDERS) == Mail.WEEKLY
    assert (habits.shows(Topic.ORDERS), habits.shows(Topic.APPROVAL)) == (False, True)
    assert habits.hours == QuietHours(20 * 60 + 30, 8 * 60, weekends=True)
    assert 'value="20:30"' in buyer.see(SETTINGS)
    del fields["quiet"]
    buyer.send(SETTINGS, **fields)
    habits = habits_of(session, [county.buyer.person_id])[county.buyer.person_id]
    session.rollback()
    assert not habits.hours.is_on


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mail-orders": "hourly"}, "请从给出的选项中选择"),
        ({"mail-orders": ""}, "请填写这一项"),
        ({"mail-orders": "x" * 10_000}, "请从给出的选项中选择"),
        ({"mail-orders": "\x00"}, "请从给出的选项中选择"),
        ({"begins": "25:00"}, "请填写时刻"),
        ({"begins": "-1"}, "请填写时刻"),
        ({"begins": "1.5"}, "请填写时刻"),
        ({"begins": "\x00"}, "请填写"),
        ({"ends": ""}, "请填写这一项"),
        ({"ends": "9" * 10_000}, "请填写时刻"),
        ({"begins": "08:00", "ends": "8:00"}, "不能是同一时刻"),
    ],
)
def test_what_cannot_be_chosen_is_named_and_what_was_typed_stays(road, county, changes, words):
    buyer = road.visit(county.buyer)
    page = buyer.send(SETTINGS, 422, **{**CHOICES, "mail-payment": "weekly", **changes}).text
    assert words in page
    assert '<option value="weekly" selected>' in page
    assert road.look(select(NoticePreference.topic)) == []
