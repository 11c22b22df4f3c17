"""A process that notes clicks, as web processes do: `python -m tests.livestream.clicker …`.

Says after each thousand how many it has noted; after every one where asked to.
"""

import sys
from pathlib import Path

from marketplace.livestream.local.spool import ClickSpool
from marketplace.livestream.rules.visits import Visit

HOURS = (494_000, 494_001)
# Every tenth is a program's; the rest are of so many visitors.
VISITORS = 9_000


def line_of(place: int, number: int) -> tuple[int, str, Visit]:
    """(hour, visitor, what kind) of one of the clicks of a process."""
    hour = HOURS[place * 2 // number]
    if place % 10 == 0:
        return hour, "", Visit.AGENT
    return hour, f"visitor{place * 7 % VISITORS}", Visit.PERSON


def main(home: str, link_id: str, number: str, each: str = "1000") -> None:
    spool = ClickSpool(Path(home))
    for place in range(int(number)):
        hour, visitor, visit = line_of(place, int(number))
        spool.note(hour, int(link_id), visitor, "", visit)
        if (place + 1) % int(each) == 0:
            sys.stdout.write(f"{place + 1}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
