"""Where everything happens: the county's divisions, and made-up counties beside it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.db import Base
from marketplace.demonstration.dice import dice, some
from marketplace.demonstration.rows import Rows
from marketplace.geography import commands, queries

DATA = Path(__file__).parent / "data"
COUNTY = "420304"
# Codes of provinces end at 82, so that nobody is ever given these.
MADE_UP = "99"
LISTED_VILLAGES = 85
LISTED_FROM, LISTED_UNTIL = date(2014, 1, 1), date(2020, 12, 31)
LISTING_SOURCE = "演示数据:随机选取 85 个村,不代表实际名单"


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demonstration's own tables."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Place:
    """A village or community with its township."""

    code: str
    name: str
    township_code: str
    township_name: str

    @property
    def county_code(self) -> str:
        return self.code[:6]


class Places:
    """All places that goods can come from, found by township and name."""

    def __init__(self, places: list[Place], stride: int = 7) -> None:
        self.all = places
        # How far one maker's home is from the next one's.
        self.stride = stride
        self.by_name = {(place.township_name, place.name): place for place in places}
        self.by_township: dict[str, list[Place]] = {}
        for place in places:
            self.by_township.setdefault(place.township_code, []).append(place)

    @property
    def towns(self) -> list[str]:
        """Names of townships that have a town government, which a forest farm has not."""
        names = dict.fromkeys(place.township_name for place in self.all)
        return [name for name in names if not name.endswith("林场")]

    def neighbours(self, place: Place) -> list[Place]:
        return [other for other in self.by_township[place.township_code] if other != place]


def load_county(session: Session, seed: int) -> Places:
    """The twenty townships with their villages; 85 of them listed as poor, by lot."""
    commands.load_divisions(session)
    villages = [v for v in queries.list_villages(session) if v.code.startswith(COUNTY)]
    if not queries.list_poor_codes(session, LISTED_UNTIL):
        rows = Rows(session)
        rural = [village.code for village in villages if village.kind == "village"]
        for code in sorted(some(dice(seed, "listed"), rural, LISTED_VILLAGES)):
            rows.add_with_id(
                "poor_village_listing",
                village_code=code,
                listed_from=LISTED_FROM,
                listed_until=LISTED_UNTIL,
                source=LISTING_SOURCE,
            )
        rows.write()
    found = queries.places_of(session, [village.code for village in villages])
    return Places([Place(p.code, p.name, p.township_code, p.township_name) for p in found.values()])


def made_up_counties(rows: Rows, count: int) -> list[Place]:
    """Counties that exist nowhere (codes beginning with 99), for loads beyond the real one.

    Those that an earlier load has made up are used again.
    """
    known = rows.session.execute(select(Base.metadata.tables["township"].c.code))
    there = {code for (code,) in known}
    places = []
    for code, name in _made_up_townships(count):
        villages = [
            Place(f"{code[:9]}{200 + number}", f"虚拟{number}村", code, name)
            for number in range(1, 18)
        ]
        places += villages
        if code not in there:
            rows.add("township", code=code, name=name, county_code=f"{code[:6]}000000")
            for village in villages:
                _write_village(rows, village)
    return places


def county_by_county(places: list[Place]) -> list[Place]:
    """The same places, one of each county in turn, so that a few of them reach every county."""
    return sorted(places, key=lambda place: (place.code[6:], place.code[:6]))


def _write_village(rows: Rows, village: Place) -> None:
    rows.add(
        "village",
        code=village.code,
        name=village.name,
        official_name=f"{village.name}村民委员会",
        township_code=village.township_code,
        kind="village",
    )


def _made_up_townships(counties: int) -> Iterator[tuple[str, str]]:
    for county in range(1, counties + 1):
        for township in range(1, 21):
            yield f"{MADE_UP}{county:04d}{100 + township}000", f"虚拟{county}县{township}镇"
