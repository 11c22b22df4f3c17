"""Money: parsed once, printed once, split without losing a fen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.ids import new_code, read_code
from marketplace.core.money import (
    Fen,
    capital_yuan,
    format_money,
    format_yuan,
    parse_yuan,
    plain_yuan,
    split,
)

WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [
        (140_950, "壹仟肆佰零玖元伍角"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (2_000_000_000, "贰仟万元整"),
        (42_000_000_000, "肆亿贰仟万元整"),
        (0, "零元整"),
        (1, "壹分"),
        (10_001_000, "壹拾万零壹拾元整"),
        (10**14, "壹万亿元整"),
        (-105, "负壹元零伍分"),
    ],
)
def test_capital_numerals_are_those_of_the_papers(amount_fen: int, words: str) -> None:
    assert capital_yuan(amount_fen) == words


@pytest.mark.parametrize(
    ("typed", "amount_fen"),
    [("1,234.5", 123_450), ("¥12", 1_200), ("１２．３０", 1_230), ("0.07元", 7), (" 5 ", 500)],
)
def test_yuan_are_understood_as_people_type_them(typed: str, amount_fen: int) -> None:
    assert parse_yuan(typed) == amount_fen


@pytest.mark.parametrize("typed", ["", "1.234", "abc", "1e9", "--1", "1.2.3", "\0", "9" * 10_000])
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(typed) + "$"):
        parse_yuan(typed)


@given(st.integers(-(10**13), 10**13))
def test_what_is_printed_is_read_back(amount_fen: int) -> None:
    assert parse_yuan(plain_yuan(amount_fen)) == amount_fen
    assert parse_yuan(format_yuan(amount_fen).replace("−", "-")) == amount_fen


@pytest.mark.parametrize(
    ("amount_fen", "shown"),
    [(0, "¥0.00"), (123_450, "¥1,234.50"), (-1_500, "−¥15.00"), (-820_513_572, "−¥8,205,135.72")],
)
def test_a_minus_stands_before_the_sign_of_the_currency(amount_fen: int, shown: str):
    assert format_money(amount_fen) == shown


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_parts_always_sum_to_the_whole(amount_fen: int, weights: list[int]) -> None:
    parts = split(amount_fen, weights)
    assert sum(parts) == amount_fen
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(st.integers(1, 10**9), WEIGHTS, st.lists(st.integers(1, 10**9), max_size=8))
def test_every_sequence_of_refunds_ends_at_nothing(
    sold: int, weights: list[int], refunds: list[int]
) -> None:
    left = list(split(sold, weights))
    for wanted in [*refunds, sold]:
        refund = min(wanted, sum(left))
        if refund:
            back = split(refund, left)
            assert all(0 <= given <= had for given, had in zip(back, left, strict=True))
            left = [Fen(had - given) for given, had in zip(back, left, strict=True)]
    assert left == [0] * len(weights)


@given(st.integers(0, 1000), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXY"))
def test_a_slip_in_a_code_is_caught(place: int, wrong: str) -> None:
    code = new_code(8)
    at = place % len(code)
    slipped = code[:at] + wrong + code[at + 1 :]
    assert read_code(slipped) == (code if slipped == code else None)


def test_a_code_is_read_as_it_was_meant() -> None:
    code = "7" * 3 + "01"
    assert read_code("o1") == read_code("01")
    assert read_code(f" {code[:2]}-{code[2:]} ") == read_code(code)
