"""Budget units: the county's tree by name, and made-up ones for larger loads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from marketplace.core.clock import day_of
from marketplace.core.closed import seal_words
from marketplace.demonstration.dice import dice
from marketplace.demonstration.places import COUNTY, Places, read_rows
from marketplace.demonstration.rows import Rows
from marketplace.units.rules import EVER

SUPERVISOR = "郧阳区教育局"
BUYER = "郧阳区财政局"
STREETS = ("民主路", "解放路", "汉江大道", "郧阳路", "沿江路", "兴郧路", "政府街", "中岭街")


@dataclass(frozen=True)
class Office:
    """A unit as far as its purchases need to know it."""

    unit_id: int
    name: str
    level: int
    headcount: int
    division_code: str
    address: str


@dataclass(frozen=True)
class Plan:
    """A unit that is to be made."""

    name: str
    parent: str
    staff: tuple[int, int]
    canteen: str
    division_code: str


def county_plans(places: Places) -> list[Plan]:
    """The 273 units of the list; a line with {镇} stands for one unit in each town."""
    town_codes = {place.township_name: place.township_code for place in places.all}
    plans = []
    for row in read_rows("units.csv"):
        least, most = map(int, row["staff"].split("-"))
        for town in places.towns if "{镇}" in row["name"] else [""]:
            plans.append(
                Plan(
                    row["name"].replace("{镇}", town),
                    row["parent"].replace("{镇}", town),
                    (least, most),
                    row["canteen"],
                    town_codes.get(town, f"{COUNTY}000000"),
                )
            )
    return plans


def made_up_plans(count: int, places: Places, first_number: int) -> list[Plan]:
    """So many units, every tenth of them supervising the nine that follow it."""
    townships = list(places.by_township)
    plans = []
    for number in range(first_number, first_number + count):
        head = number - number % 10
        parent = f"第 {head} 号虚拟单位" if number % 10 and head >= first_number else ""
        staff = (6, 60) if parent else (40, 400)
        township = townships[number % len(townships)]
        plans.append(Plan(f"第 {number} 号虚拟单位", parent, staff, "NONE", township))
    return plans


def open_offices(rows: Rows, plans: Iterable[Plan], seed: int, now: datetime) -> list[Office]:
    """Writes units with their headcounts; about one in nine has changed it this year."""
    offices: dict[str, Office] = {}
    chance = dice(seed, "offices")
    today = day_of(now)
    for plan in sorted(plans, key=lambda plan: plan.parent != ""):
        above = offices.get(plan.parent)
        level = min(3, above.level + 1) if above else 1
        office = Office(
            unit_id=rows.new_id("budget_unit"),
            name=plan.name,
            level=level,
            headcount=chance.randint(*plan.staff),
            division_code=plan.division_code,
            address=_address(chance),
        )
        _write(rows, office, above, plan.canteen)
        _write_headcounts(rows, office, chance, today)
        offices[plan.name] = office
    return list(offices.values())


def _address(chance: Random) -> str:
    return f"湖北省十堰市郧阳区{chance.choice(STREETS)}{chance.randint(1, 180)}号"


def _write(rows: Rows, office: Office, above: Office | None, canteen: str) -> None:
    rows.add(
        "budget_unit",
        id=office.unit_id,
        name=office.name,
        level=office.level,
        parent_id=above.unit_id if above else None,
        division_code=office.division_code,
        canteen_status=canteen,
        address=office.address,
    )
    rows.add_with_id(
        "unit_placement",
        unit_id=office.unit_id,
        parent_id=above.unit_id if above else None,
        name=office.name,
        from_on=EVER,
        reason="",
    )


def _write_headcounts(rows: Rows, office: Office, chance: Random, today: date) -> None:
    changed_on = date(today.year, 1, 1) + timedelta(days=chance.randint(30, 240))
    changes = office.name != BUYER and chance.random() < 0.11 and changed_on <= today
    before = max(6, office.headcount + chance.choice((-6, -4, -3, 2, 5))) if changes else None
    history = [(date(today.year - 1, 1, 1), before or office.headcount, "年初填报")]
    if before is not None:
        reason = "人员调入" if before < office.headcount else "人员退休与调出"
        history.append((changed_on, office.headcount, reason))
    for effective_on, headcount, reason in history:
        rows.add_with_id(
            "headcount_revision",
            unit_id=office.unit_id,
            effective_on=effective_on,
            headcount=headcount,
            reason=reason,
            approved_at=datetime.fromisoformat(f"{effective_on.isoformat()}T02:00:00+00:00"),
        )


def open_centre(rows: Rows) -> int:
    """The county's operations centre, which holds the money."""
    return rows.add_with_id(
        "operations_centre",
        name="郧阳区消费帮扶运营中心",
        county_code=COUNTY,
        bank_account_name="郧阳区消费帮扶运营中心(演示)",
        bank_account_number=seal_words(rows.session, "0000 0000 0000 0000 000"),
        bank_name="演示银行郧阳支行",
    )
