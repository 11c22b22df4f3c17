"""Who stands in the county's stories, once its people and goods are settled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.demonstration.deals import Buyer
from marketplace.demonstration.goods import Goods
from marketplace.demonstration.makers import Maker
from marketplace.demonstration.money import MoneyCast
from marketplace.demonstration.offices import BUYER, SUPERVISOR
from marketplace.demonstration.places import Places
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.sessions import SessionCast
from marketplace.demonstration.stories import Cast, Party, by_part

SEED = 20_261_123
PRODUCER, PRODUCER2 = "郧阳会沟香菇产业有限公司", "郧阳汉江橄榄产业有限公司"
PARTS = {PRODUCER: "producer", PRODUCER2: "producer2"}
SCHOOL, HOSPITAL, SUPERVISED = "郧阳区第一中学", "郧阳区人民医院", SUPERVISOR

NAMES = {
    "buyer": "李文静", "approver": "王国庆", "finance": "陈秀兰", "staff": "周晓明",
    "supervisor": "刘建华", "producer": "张永红", "producer2": "赵海燕", "host": "杨云霞",
    "official": "何志强", "cashier": "孙素芬", "auditor": "郑新民", "shopper": "林小军",
    "township": "田秀梅", "host2": "冯春梅", "agency": "周海波",
    "colleague": "吴丽华",
}  # fmt: skip


@dataclass
class County:
    """What the parts of the county need of one another while it is being built."""

    session: Session
    seed: int
    now: datetime
    rows: Rows
    places: Places
    makers: list[Maker]
    goods: list[Goods]
    units: dict[str, Buyer]
    logins: dict[str, int]
    clerks: dict[int, int]
    host_id: int


def buyer_of_the_story(county: County) -> Buyer:
    """The unit of buyer@demo, with its own people in place of the ones made up for it."""
    unit = county.units[BUYER]
    return Buyer(
        county.logins["buyer"], NAMES["buyer"], unit.address, unit.unit_id,
        county.logins["approver"], unit.division_code, unit.headcount,
    )  # fmt: skip


def sessions_of(county: County, link_key: str) -> SessionCast:
    return SessionCast(
        official_id=county.logins["official"],
        host_login=county.logins["host"],
        host_id=county.host_id,
        clerks={maker.producer_id: county.clerks[maker.producer_id] for maker in county.makers},
        goods=by_part(county.goods, PARTS),
        key=link_key,
        seed=SEED,
    )


def cast_of(county: County) -> Cast:
    shopper = county.logins["shopper"]
    parties = {
        "buyer": _party(buyer_of_the_story(county)),
        "school": _party(county.units[SCHOOL]),
        "supervised": _party(county.units[SUPERVISED]),
        "hospital": _party(county.units[HOSPITAL]),
        "shopper": Party(shopper, shopper, None, 2_000_000, "湖北省武汉市洪山区珞喻路 1 号"),
    }
    goods = by_part(county.goods, PARTS)
    return Cast(parties, county.logins["official"], county.clerks, county.host_id, goods)


def money_of(county: County) -> MoneyCast:
    return MoneyCast(
        official_id=county.logins["official"],
        colleague_id=county.logins["cashier"],
        finance_id=county.logins["finance"],
        unit_id=county.units[BUYER].unit_id or 0,
        clerks={maker.producer_id: county.clerks[maker.producer_id] for maker in county.makers},
        names={maker.producer_id: maker.name for maker in county.makers},
    )


def _party(buyer: Buyer) -> Party:
    assert buyer.approver_id is not None
    target_fen = buyer.headcount * 50_000
    return Party(buyer.person_id, buyer.approver_id, buyer.unit_id, target_fen, buyer.address)


def clerks_of_the_story(county: County) -> dict[int, int]:
    """The producer of producer@demo, and who works there."""
    clerk = county.logins["producer"]
    return {producer: one for producer, one in county.clerks.items() if one == clerk}
