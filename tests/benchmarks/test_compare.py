"""What got worse is said, and nothing else is."""

from benchmarks.compare import committed_before, what_got_worse
from benchmarks.measure import Figures

BEFORE = {
    "figures": [
        {"name": "home", "cpu_ms": 0.5, "ratio": 2.0, "statements": 1},
        {"name": "place", "cpu_ms": 20.0, "ratio": None, "statements": 50},
    ]
}


def figures(name: str, cpu_ms: float, ceiling_ms: float, statements: int) -> Figures:
    return Figures(
        name, 3, cpu_ms, 100.0, 1.0, 2.0, ceiling_cpu_ms=ceiling_ms, statements=statements
    )


def test_a_fifth_more_beside_the_ceiling_is_worse():
    assert what_got_worse(BEFORE, [figures("home", 0.5, 0.2, 1)]) == [
        "home: 2.0 → 2.5 × the ceiling"
    ]


def test_a_slower_machine_makes_no_page_worse():
    assert what_got_worse(BEFORE, [figures("home", 5.0, 2.3, 1)]) == []


def test_what_has_no_ceiling_is_compared_by_its_processor_time():
    assert what_got_worse(BEFORE, [figures("place", 23.9, 0, 50)]) == []
    assert what_got_worse(BEFORE, [figures("place", 24.1, 0, 50)]) == [
        "place: 20.0 → 24.1 ms of CPU"
    ]


def test_one_statement_more_is_worse():
    assert what_got_worse(BEFORE, [figures("place", 20.0, 0, 51)]) == ["place: 50 → 51 statements"]


def test_what_is_new_is_not_worse():
    assert what_got_worse(BEFORE, [figures("unit", 99.0, 1, 99)]) == []
    assert what_got_worse(None, [figures("home", 99.0, 1, 99)]) == []


def test_results_of_another_name_are_not_compared():
    assert committed_before("no such measurement") is None
