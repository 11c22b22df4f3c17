"""Months, ranks and tiles keep the sums they show."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from marketplace.storefront.rules import as_bar, lay_out_months, lay_out_tiles, rank

MONTH = st.builds("{}-{:02d}".format, st.integers(2025, 2026), st.integers(1, 12))
FEN = st.integers(-(10**12), 10**12)


@given(st.dictionaries(MONTH, st.tuples(FEN, st.integers(0, 99))))
def test_months_sum_to_the_year_and_bars_stay_in_the_picture(sums):
    months = lay_out_months(sums, 2026)
    this_year = [amount for key, (amount, _) in sums.items() if key.startswith("2026")]
    assert months.amount_fen == sum(this_year)
    assert len(months.figures) == 12
    for month in months.figures:
        assert 0 <= month.height <= 100
        assert month.top + month.height == 100


def test_a_year_without_sales_has_no_best_month():
    assert lay_out_months({"2026-01": (-5, 1)}, 2026).best is None
    best = lay_out_months({"2026-03": (5, 1), "2026-04": (7, 1)}, 2026).best
    assert best is not None
    assert best.month == 4


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), FEN, st.integers(0, 9))))
def test_a_rank_keeps_every_row_and_the_biggest_first(parts):
    rows = rank(parts)
    assert sum(row.amount_fen for row in rows) == sum(part[3] for part in parts)
    assert all(a.amount_fen >= b.amount_fen for a, b in pairwise(rows))
    assert all(0 <= row.bar <= 100 for row in rows)


def test_little_is_still_seen_and_nothing_is_not():
    assert (as_bar(1, 10**9), as_bar(0, 10**9), as_bar(-4, 9), as_bar(9, 9)) == (1, 0, 0, 100)


def test_tiles_are_shaded_by_what_was_sold():
    places = [("a", 0, 0), ("b", 1, 0), ("c", 2, 0), ("gone", 3, 0)]
    names = {"a": "青曲镇", "b": "大柳乡", "c": "沧浪山林场"}
    tiles = lay_out_tiles(places, names, {"a": 100, "b": 1})
    assert [(tile.short_name, tile.shade) for tile in tiles] == [
        ("青曲", 4),
        ("大柳", 1),
        ("沧浪山", 0),
    ]
