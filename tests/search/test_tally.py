"""What people search for is counted once, however many workers a machine has."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from marketplace.search.local.tally import Tally

AT_ONCE = 6
ROUNDS = 40


def test_workers_of_one_machine_never_count_the_same_search_twice(tmp_path: Path) -> None:
    tallies = [Tally(tmp_path) for _ in range(AT_ONCE)]
    begin = Barrier(AT_ONCE)

    def take(tally: Tally) -> Counter[str]:
        begin.wait()
        return tally.take()

    total = Counter[str]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ROUNDS):
            tallies[0].note("香菇")
            for found in pool.map(take, tallies):
                total += found
    total += tallies[0].take()
    assert total == Counter({"香菇": ROUNDS})


def test_what_a_killed_worker_had_taken_is_counted_by_the_next(tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    tally.note("香菇")
    tally.path.rename(tally.taken)
    tally.note("木耳")
    assert tally.take() == Counter({"香菇": 1})
    assert tally.take() == Counter({"木耳": 1})
