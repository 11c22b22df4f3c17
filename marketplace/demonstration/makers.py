"""Producers and their workshops."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stdnum.cn import uscc

from marketplace.core.clock import day_of
from marketplace.demonstration.dice import dice, some
from marketplace.demonstration.places import Place, Places, read_rows
from marketplace.demonstration.rows import Rows
from marketplace.producers.rules import verified_until

TRADES = (
    "mushroom", "mushroom", "mushroom", "noodles", "grain", "rice", "olive", "tea", "honey",
    "vegetables", "herbs", "eggs", "fruit", "forestry", "meat", "fish", "beverage", "socks",
)  # fmt: skip
TRADE_NAMES = {
    "mushroom": "食用菌", "olive": "橄榄油", "noodles": "红薯粉条", "grain": "杂粮", "rice": "大米",
    "tea": "茶叶", "honey": "蜂蜜", "vegetables": "蔬菜", "herbs": "中药材", "eggs": "禽蛋",
    "fruit": "水果", "forestry": "林果", "meat": "肉品", "fish": "水产", "beverage": "饮品",
    "socks": "针织", "gift": "礼盒分装",
}  # fmt: skip
KINDS = ("COOPERATIVE", "COOPERATIVE", "WORKSHOP", "FAMILY_FARM", "LEADING_FIRM")
BENEFITS = ("WAGE", "ASSET", "BUSINESS")


@dataclass(frozen=True)
class Maker:
    """A producer with its workshop, and the places whose goods it sells."""

    producer_id: int
    workshop_id: int
    name: str
    trade: str
    home: Place
    sources: tuple[Place, ...]
    freight_fen: int
    free_freight_from_fen: int


@dataclass(frozen=True)
class Founding:
    """A producer that is to be made."""

    name: str
    kind: str
    home: Place
    trade: str
    workshop: str
    benefit_kind: str
    workers: int


def county_foundings(places: Places) -> list[Founding]:
    return [
        Founding(
            row["name"],
            row["kind"],
            places.by_name[row["township"], row["village"]],
            row["trade"],
            row["workshop"],
            row["benefit_kind"],
            int(row["workers"]),
        )
        for row in read_rows("producers.csv")
    ]


def made_up_foundings(count: int, places: Places, first_number: int) -> list[Founding]:
    """So many cooperatives, spread evenly over all places and trades."""
    foundings = []
    for number in range(first_number, first_number + count):
        home = places.all[number * places.stride % len(places.all)]
        trade = TRADES[number % len(TRADES)]
        name = f"{home.name}{TRADE_NAMES[trade]}第 {number} 合作社"
        benefit = BENEFITS[number % 3]
        kind = KINDS[number % len(KINDS)]
        foundings.append(Founding(name, kind, home, trade, f"{name}车间", benefit, 8 + number % 60))
    return foundings


def found(
    rows: Rows, foundings: list[Founding], places: Places, seed: int, now: datetime
) -> list[Maker]:
    """Writes producers, each with one workshop and up to three neighbouring villages."""
    return [
        _found(rows, founding, places, dice(seed, "maker", founding.name), now)
        for founding in foundings
    ]


def _found(rows: Rows, founding: Founding, places: Places, chance: Random, now: datetime) -> Maker:
    home = founding.home
    freight_fen = chance.choice((0, 600, 800, 1000, 1500))
    free_from_fen = chance.choice((9900, 19900, 29900)) if freight_fen else 0
    joined_at = now - timedelta(days=chance.randint(560, 1400), hours=chance.randint(0, 9))
    producer_id = rows.new_id("producer")
    rows.add(
        "producer",
        id=producer_id,
        name=founding.name,
        kind=founding.kind,
        uscc=_uscc(producer_id, founding.kind, home.county_code),
        village_code=home.code,
        township_code=home.township_code,
        phone=f"0719-72{producer_id % 100_000:05d}",
        story=_story(founding),
        **_papers(founding, producer_id, now),
        freight_fen=freight_fen,
        free_freight_from_fen=free_from_fen,
        joined_at=joined_at,
    )
    workshop_id = rows.add_with_id(
        "workshop",
        producer_id=producer_id,
        name=founding.workshop,
        village_code=home.code,
        benefit_kind=founding.benefit_kind,
        trade=TRADE_NAMES[founding.trade],
        workers=founding.workers,
    )
    sources = (home, *some(chance, places.neighbours(home), chance.randint(0, 3)))
    return Maker(
        producer_id, workshop_id, founding.name, founding.trade, home, sources,
        freight_fen, free_from_fen,
    )  # fmt: skip


def _papers(founding: Founding, producer_id: int, now: datetime) -> dict[str, Any]:
    """Its food licence, and when somebody last looked: half a year ago at most."""
    verified_on = day_of(now) - timedelta(days=producer_id * 7 % 170)
    is_food = founding.trade != "socks"
    return {
        "food_licence": f"SC101{founding.home.county_code}{producer_id:05d}" if is_food else "",
        "food_kind": "LICENCE" if is_food else "",
        "food_valid_until": verified_on + timedelta(days=900) if is_food else None,
        "licence_valid_until": None,
        "verified_on": verified_on,
        "verify_by": verified_until(verified_on),
    }


def _uscc(number: int, kind: str, county_code: str) -> str:
    """A made-up credit code with a check character that holds (GB 32100)."""
    body = f"{'93' if kind == 'COOPERATIVE' else '91'}{county_code}MA{number:07d}"
    return body + str(uscc.calc_check_digit(body))


BENEFIT_WORDS = {
    "WAGE": "村民在车间务工,按月领工资",
    "ASSET": "村集体以大棚等资产入股,年底分红",
    "BUSINESS": "农户自己种、自己采,按保底价交售",
}


def _story(founding: Founding) -> str:
    home = founding.home
    return (
        f"位于{home.township_name}{home.name},主营{TRADE_NAMES[founding.trade]}。"
        f"车间现有 {founding.workers} 人,{BENEFIT_WORDS[founding.benefit_kind]}。"
    )
