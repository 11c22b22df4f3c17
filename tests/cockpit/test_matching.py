"""Who is brought together with whom: a pure rule, explained on the page."""

from datetime import date

from marketplace.cockpit.rules.matching import MOST_MATCHES, ROUNDS, Known, Offer, Seeker, suggest

NOBODY = Known({}, {})


def offer(
    code: str, value_fen: int = 100_000, sold_fen: int = 0, ends: date | None = None
) -> Offer:
    return Offer(code, "香菇", 10, value_fen, ends, sold_fen)


def told(matches) -> list[tuple[int, str]]:
    return [(one.seeker.unit_id, one.offer.village_code) for one in matches]


def test_the_paired_village_comes_before_earlier_purchases_and_strangers():
    offers = [offer("a"), offer("b", sold_fen=9), offer("c", sold_fen=99)]
    known = Known({1: {"c"}}, {1: {"b": 500}})
    found = suggest([Seeker(1, 300_000)], offers, known)
    assert told(found) == [(1, "c"), (1, "b"), (1, "a")]
    assert [(one.is_paired, one.bought_fen) for one in found] == [
        (True, 0),
        (False, 500),
        (False, 0),
    ]


def test_the_village_that_sold_least_is_favoured_and_of_equals_what_expires_first():
    soon, later = date(2027, 1, 1), date(2027, 6, 1)
    offers = [offer("a", sold_fen=5), offer("b", ends=later), offer("c", ends=soon), offer("d")]
    found = suggest([Seeker(1, 10**6)], offers, NOBODY)
    assert told(found) == [(1, "c"), (1, "b"), (1, "d")]


def test_a_village_is_not_promised_to_everybody():
    seekers = [Seeker(1, 100_000), Seeker(2, 60_000), Seeker(3, 50_000)]
    found = suggest(seekers, [offer("a", 100_000), offer("b", 60_000, sold_fen=1)], NOBODY)
    assert told(found) == [(1, "a"), (2, "b")]


def test_the_order_does_not_depend_on_the_order_of_what_is_given():
    seekers = [Seeker(number, 1_000 * number) for number in range(1, 9)]
    offers = [offer(f"v{number}", 2_000, sold_fen=number % 3) for number in range(9)]
    known = Known({3: {"v5"}}, {4: {"v2": 7}})
    there = suggest(seekers, offers, known)
    assert there == suggest(seekers[::-1], offers[::-1], known)
    assert told(there)[:2] == [(3, "v5"), (4, "v2")]


def test_a_unit_gets_a_choice_and_a_county_a_list_that_ends():
    many = [offer(f"v{number:03d}") for number in range(500)]
    assert len(suggest([Seeker(1, 10**9)], many, NOBODY)) == ROUNDS
    seekers = [Seeker(number, 100_000) for number in range(1, 400)]
    assert len(suggest(seekers, many, NOBODY)) == MOST_MATCHES


def test_nothing_is_suggested_where_nobody_has_goods_or_a_gap():
    assert suggest([], [offer("a")], NOBODY) == []
    assert suggest([Seeker(1, 5)], [], NOBODY) == []
