"""Versions are written by one, published by another, and never change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.audit.models import AuditEntry
from marketplace.core.clock import day_of
from marketplace.texts.commands import (
    GivenText,
    drop_draft,
    load_first,
    publish_draft,
    save_draft,
)
from marketplace.texts.models import LegalText
from marketplace.texts.queries import find_draft, get_body, list_coming, shelf_of
from marketplace.texts.rules import (
    DraftChanged,
    DraftGone,
    Kind,
    OwnDraft,
    SameText,
    TooSoon,
)
from tests.county import START

NEW = GivenText("服务协议", "## 一\n新的条文", "改了第一条", None, 0)


@pytest.fixture
def first(session, county):
    load_first(session, START - timedelta(days=30), demonstration=False)
    session.commit()


def in_force(session, today, kind=Kind.TERMS):
    found = shelf_of(session, kind, today).in_force
    assert found is not None
    return found


def published(session, county, given=NEW, now=START):
    save_draft(session, county.operator, Kind.TERMS, given, now)
    text = publish_draft(session, county.cashier, Kind.TERMS, 1, now)
    session.commit()
    return text


def test_a_change_waits_for_its_day(session, county, first):
    made = published(session, county)
    assert (made.version, made.in_force_from) == (2, date(2026, 12, 1))
    for today, version in ((date(2026, 11, 30), 1), (date(2026, 12, 1), 2)):
        assert in_force(session, today).version == version
    assert [one.version for one in list_coming(session, day_of(START))] == [2]
    assert list_coming(session, date(2026, 12, 1)) == []
    assert get_body(session, Kind.TERMS, 2) == "## 一\n新的条文"


def test_whoever_wrote_it_last_does_not_publish_it(session, county, first):
    save_draft(session, county.operator, Kind.TERMS, NEW, START)
    with pytest.raises(OwnDraft):
        publish_draft(session, county.operator, Kind.TERMS, 1, START)
    save_draft(session, county.cashier, Kind.TERMS, replace(NEW, edition=1), START)
    with pytest.raises(OwnDraft):
        publish_draft(session, county.cashier, Kind.TERMS, 2, START)
    publish_draft(session, county.operator, Kind.TERMS, 2, START)


def test_the_database_itself_wants_two_people(session, county):
    row = LegalText(
        kind="TERMS", version=9, title="x", body="x", reason="x", published_at=START,
        written_by=county.operator.person_id, published_by=county.operator.person_id,
        in_force_from=day_of(START),
    )  # fmt: skip
    session.add(row)
    with pytest.raises(DatabaseError):
        session.flush()


def test_nobody_publishes_what_they_have_not_read(session, county, first):
    save_draft(session, county.operator, Kind.TERMS, NEW, START)
    save_draft(session, county.operator, Kind.TERMS, replace(NEW, edition=1), START)
    with pytest.raises(DraftChanged):
        publish_draft(session, county.cashier, Kind.TERMS, 1, START)
    with pytest.raises(DraftChanged):
        save_draft(session, county.cashier, Kind.TERMS, replace(NEW, edition=1), START)
    # Two who begin at the same moment: the second sees that there is a draft now.
    with pytest.raises(DraftChanged):
        save_draft(session, county.cashier, Kind.TERMS, NEW, START)


def test_a_second_click_is_told_that_it_is_published(session, county, first):
    published(session, county)
    with pytest.raises(DraftGone):
        publish_draft(session, county.cashier, Kind.TERMS, 1, START)
    with pytest.raises(DraftGone):
        drop_draft(session, county.cashier, Kind.TERMS, 1, START)


def test_a_day_within_the_notice_is_refused(session, county, first):
    soon = replace(NEW, in_force_from=date(2026, 11, 30))
    save_draft(session, county.operator, Kind.TERMS, soon, START)
    with pytest.raises(TooSoon) as refused:
        publish_draft(session, county.cashier, Kind.TERMS, 1, START)
    assert refused.value.params == {"earliest": date(2026, 12, 1)}
    later = replace(NEW, in_force_from=date(2027, 1, 1), edition=1)
    save_draft(session, county.operator, Kind.TERMS, later, START)
    made = publish_draft(session, county.cashier, Kind.TERMS, 2, START)
    assert made.in_force_from == date(2027, 1, 1)


def test_a_draft_that_changes_nothing_is_not_published(session, county, first):
    title = in_force(session, day_of(START)).title
    body = get_body(session, Kind.TERMS, 1)
    same = GivenText(title, body, "无", None, 0)
    save_draft(session, county.operator, Kind.TERMS, same, START)
    with pytest.raises(SameText):
        publish_draft(session, county.cashier, Kind.TERMS, 1, START)


def test_a_dropped_draft_leaves_what_is_published(session, county, first):
    save_draft(session, county.operator, Kind.TERMS, NEW, START)
    drop_draft(session, county.operator, Kind.TERMS, 1, START)
    assert find_draft(session, Kind.TERMS) is None
    assert in_force(session, day_of(START)).version == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE legal_text SET body = 'x'", "DELETE FROM legal_text"]
)
def test_versions_never_change(session, county, first, statement):
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))


def test_first_texts_are_put_once_and_licences_wait_for_people(session, county):
    put = load_first(session, START, demonstration=False)
    assert put == list(Kind)
    assert shelf_of(session, Kind.QUALIFICATION, day_of(START)).newest is None
    draft = find_draft(session, Kind.QUALIFICATION)
    assert draft is not None
    assert "(请填写" in draft.body
    assert load_first(session, START, demonstration=False) == []
    # It came from nobody, so one person who completes it and another are needed.
    filled = replace(NEW, body="名称:运营中心", edition=1)
    save_draft(session, county.operator, Kind.QUALIFICATION, filled, START)
    made = publish_draft(session, county.cashier, Kind.QUALIFICATION, 2, START)
    assert made.in_force_from == day_of(START)


def test_the_demonstration_shows_every_text(session, county):
    load_first(session, START, demonstration=True)
    today = day_of(START)
    assert all(shelf_of(session, kind, today).in_force for kind in Kind)


def test_every_step_leaves_a_trail(session, county, first):
    published(session, county)
    wanted = select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.object_id)
    rows = session.execute(wanted.where(AuditEntry.object_kind == "legal_text")).all()
    assert [tuple(row) for row in rows][-2:] == [
        ("text.drafted", county.operator.person_id, "TERMS"),
        ("text.published", county.cashier.person_id, "TERMS"),
    ]
