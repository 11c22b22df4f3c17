"""How evenly villages sell: exact in whole numbers, and between nothing and everything."""

from hypothesis import given
from hypothesis import strategies as some

from marketplace.storefront.rules.fairness import SENTENCES, fairness_of


def test_where_all_sell_alike_the_coefficient_is_nothing():
    fair = fairness_of([500] * 20, 20)
    assert (fair.gini_ppm, fair.without_sales, fair.top_ppm) == (0, 0, 500_000)
    assert fair.sentence == SENTENCES[0][1]


def test_where_one_sells_everything_it_nears_one():
    fair = fairness_of([1_000], 340)
    assert (fair.gini_ppm, fair.without_sales, fair.top_ppm) == (997_058, 339, 1_000_000)
    assert (fair.gini, fair.sentence) == ("0.99", SENTENCES[-1][1])


def test_a_known_case():
    # 1, 2, 3, 4 over four villages: (2·30 − 5·10) / (4·10) = 0.25.
    assert fairness_of([4, 1, 3, 2], 4).gini_ppm == 250_000


def test_nothing_sold_says_nothing():
    fair = fairness_of([0, -300], 5)
    assert (fair.gini_ppm, fair.without_sales, fair.sentence) == (None, 5, "")


@given(some.lists(some.integers(-(10**6), 10**12), max_size=60), some.integers(0, 400))
def test_it_stays_between_nothing_and_one(amounts, villages):
    fair = fairness_of(amounts, villages)
    if fair.gini_ppm is not None:
        assert 0 <= fair.gini_ppm < 1_000_000
        assert fair.sentence
    assert fair.without_sales <= fair.villages
