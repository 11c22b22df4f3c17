"""What changed between two versions, when one may hold, and the parts of a text."""

from datetime import UTC, date, datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import NotFound
from marketplace.texts.rules import Kind, earliest_day, kind_named
from marketplace.texts.rules.compare import NEW, OLD, SAME, compare
from marketplace.texts.rules.first import first_text
from marketplace.texts.rules.parts import sections_of

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)


def read(lines, *marks):
    return ["".join(one.words for one in line.pieces if one.mark in marks) for line in lines]


def test_a_changed_word_stands_beside_the_one_it_replaced():
    (line,) = compare("供应商 3 天内答复。", "供应商 2 天内答复。")
    assert [(one.mark, one.words) for one in line.pieces] == [
        (SAME, "供应商 "),
        (OLD, "3"),
        (NEW, "2"),
        (SAME, " 天内答复。"),
    ]


def test_lines_that_stayed_are_counted_and_not_repeated():
    old = "\n".join(f"第 {number} 条" for number in range(10))
    lines = compare(old, old.replace("第 5 条", "第五条"))
    assert [line.left_out for line in lines] == [4, 0, 0, 0, 3]
    assert lines[2].pieces
    assert not lines[2].is_same


def test_added_and_removed_lines_are_whole():
    lines = compare("甲\n乙", "甲\n丙丁\n乙")
    assert read(lines, NEW) == ["", "丙丁", ""]
    lines = compare("甲\n丙丁\n乙", "甲\n乙")
    assert read(lines, OLD) == ["", "丙丁", ""]


def test_the_same_text_has_no_changes():
    assert compare("甲\n乙", "甲\n\n乙  ") == []


@given(st.text("甲乙丙a1,。\n", max_size=60), st.text("甲乙丙a1,。\n", max_size=60))
def test_what_stayed_and_came_is_the_new_text(old, new):
    lines = compare(old, new)
    if any(line.left_out for line in lines):
        return
    wanted = [line.strip() for line in new.splitlines() if line.strip()]
    told = [words for words in read(lines, SAME, NEW) if words]
    assert told == (wanted if lines else [])


@pytest.mark.parametrize("body", ["字" * 20_000, "字\n" * 10_000, "字," * 10_000])
def test_the_longest_texts_are_compared_quickly(body):
    started = perf_counter()
    assert compare(body, body[::-1] + "末")
    assert perf_counter() - started < 5


@pytest.mark.parametrize(
    ("kind", "now", "newest", "day"),
    [
        (Kind.TERMS, NOON, None, date(2026, 11, 23)),
        # Seven whole days: from noon on the 23rd until the first midnight after noon on the 30th.
        (Kind.TERMS, NOON, date(2026, 1, 1), date(2026, 12, 1)),
        (Kind.TERMS, MIDNIGHT, date(2026, 1, 1), date(2026, 11, 30)),
        # Never before one that is already on its way.
        (Kind.TERMS, NOON, date(2026, 12, 20), date(2026, 12, 20)),
        (Kind.QUALIFICATION, NOON, date(2026, 1, 1), date(2026, 11, 23)),
    ],
)
def test_changes_are_on_notice_for_seven_whole_days(kind, now, newest, day):
    assert earliest_day(kind, now, newest) == day


def test_a_text_falls_into_its_sections():
    parts = sections_of("前言\n\n## 一、账号\n- 甲\n- 乙\n## 二、退款\n丙")
    assert [(one.mark, one.heading, one.words) for one in parts] == [
        ("part-1", "", "前言"),
        ("part-2", "一、账号", "- 甲\n- 乙"),
        ("part-3", "二、退款", "丙"),
    ]
    assert sections_of("") == []


def test_each_kind_has_an_address_and_a_first_text():
    for kind in Kind:
        assert kind_named(kind.slug) is kind
        written = first_text(kind)
        assert written.title
        assert len(written.body) > 200
    for slug in ("TERMS", "platform_rules", "x", ""):
        with pytest.raises(NotFound):
            kind_named(slug)


def test_no_licence_is_made_up():
    assert "(请填写" in first_text(Kind.QUALIFICATION).body
    shown = first_text(Kind.QUALIFICATION, demonstration=True).body
    assert "(请填写" not in shown
    assert "演示" in shown
    for kind in set(Kind) - {Kind.QUALIFICATION}:
        assert "请填写" not in first_text(kind).body
