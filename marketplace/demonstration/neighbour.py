"""A second, small county beside the first: invented, named so, and with an office of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.rules.passwords import hash_password
from marketplace.demonstration.floor import publish_rules
from marketplace.demonstration.goods import stock
from marketplace.demonstration.makers import Founding, found
from marketplace.demonstration.offices import Office, Plan, open_offices
from marketplace.demonstration.people import PASSWORD, Registrar
from marketplace.demonstration.places import Place, Places
from marketplace.demonstration.rows import Rows
from marketplace.demonstration.stories import Cast, Party, Story
from marketplace.units.commands import NewCentre, create_centre

# No county has this code, and no load makes it up.
COUNTY = "999901"
NAME = "示例县"
UNIT, PRODUCER = "示例县财政局", "示例县青石岭合作社(演示)"
TOWNSHIP = Place(f"{COUNTY}101201", "青石岭村", f"{COUNTY}101000", "示例镇")
DOMAIN = "shili.example"
YEARLY_FEN = 2_000_000
# Told as the other stories are; the last two go from one county to the other.
STORIES = (
    "here,here,9,CANTEEN,PREPAY,40,submit approve confirm ask pay ship receive accept",
    "here,here,5,UNION,POSTPAY,9,submit approve confirm ship receive",
    "shopper,here,1,INDIVIDUAL,PREPAY,6,submit pay_now confirm ship",
    "here,other:tea,8,UNION,PREPAY,20,submit approve confirm ask pay ship receive accept",
    "hospital,here,1,CANTEEN,POSTPAY,5,submit approve confirm ship",
)


def tell_of_the_neighbour(session: Session, cast: Cast, seed: int, now: datetime) -> None:
    """Entered after everybody else, who keep their numbers."""
    rows = Rows(session)
    _divisions(rows)
    office = _office(rows, seed, now)
    maker = _maker()
    (made,) = found(rows, [maker], Places([maker.home]), seed, now)
    goods = stock(rows, [made], 3, seed, now)
    registrar = Registrar(rows, seed + 9, now)
    (buyer,) = registrar.staff_offices([office], DOMAIN)
    clerks = registrar.staff_makers([made], DOMAIN)
    rows.write()
    publish_rules(session, [now.year - 1, now.year], now, area=COUNTY)
    cashier_id = _appoint(session, seed, now)
    assert buyer.approver_id is not None
    party = Party(buyer.person_id, buyer.approver_id, office.unit_id, YEARLY_FEN, office.address)
    both = replace(
        cast,
        parties={**cast.parties, "here": party},
        clerks={**cast.clerks, **clerks},
        goods={**cast.goods, "here": goods},
    )
    for number, words in enumerate(STORIES):
        # Whoever's money it is, their cashier says that it came.
        row = _row(words)
        cashier = cashier_id if row["who"] == "here" else cast.cashier_id
        Story(session, replace(both, cashier_id=cashier), row, now).tell(number)


def _row(words: str) -> Mapping[str, str]:
    names = ("who", "producer", "share_percent", "fund", "terms", "days_ago", "steps")
    return {**dict(zip(names, words.split(","), strict=True)), "certified": "1"}


def _divisions(rows: Rows) -> None:
    rows.add(
        "township",
        code=TOWNSHIP.township_code,
        name=TOWNSHIP.township_name,
        county_code=f"{COUNTY}000000",
    )
    rows.add(
        "village",
        code=TOWNSHIP.code,
        name=TOWNSHIP.name,
        official_name=f"{TOWNSHIP.name}村民委员会(示例)",
        township_code=TOWNSHIP.township_code,
        kind="village",
    )


def _office(rows: Rows, seed: int, now: datetime) -> Office:
    (office,) = open_offices(rows, [Plan(UNIT, "", (40, 40), "OWN", f"{COUNTY}000000")], seed, now)
    return replace(office, address="示例县示例镇民主路 1 号")


def _maker() -> Founding:
    return Founding(PRODUCER, "COOPERATIVE", TOWNSHIP, "mushroom", "青石岭香菇车间", "WAGE", 12)


def _appoint(session: Session, seed: int, now: datetime) -> int:
    """The county's centre, and the official who does everything in it."""
    centre = create_centre(
        session,
        NewCentre(
            f"{NAME}消费帮扶运营中心",
            COUNTY,
            f"{NAME}消费帮扶运营中心(演示)",
            "0000 0000 0000 0000 001",
            "演示银行示例支行",
        ),
    )
    rows = Rows(session)
    registrar = Registrar(rows, seed + 10, now)
    roles = [("CENTRE", centre.id, role) for role in ("OPERATOR", "CERTIFIER", "CASHIER")]
    secret = hash_password(PASSWORD)
    official_id, _ = registrar.enter("official2@demo", roles, name="马春光", secret=secret)
    rows.write()
    return official_id
