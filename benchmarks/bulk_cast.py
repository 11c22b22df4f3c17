"""Who buys ten goods from twenty villages: units and producers of the small county of the tests."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.rules import OriginShare
from marketplace.core.db import Base
from marketplace.core.identity import OrganisationKind, Role
from marketplace.ordering.rules import Consignee, PurchaseWish, WishedLine
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.units.commands import NewUnit, create_unit
from tests.county import START, County, build, goods, person

LINES, VILLAGES, PACKS = 10, 20, 2


@dataclass(frozen=True)
class Cast:
    """Who buys, approves and delivers, and what is bought."""

    unit_id: int
    buyer: int
    approver: int
    clerk: int
    cashier: int
    variants: tuple[int, ...]

    @property
    def wish(self) -> PurchaseWish:
        lines = tuple(WishedLine(one, PACKS) for one in self.variants)
        there = Consignee("测量员", "13800000000", "政府街 1 号")
        return PurchaseWish(self.unit_id, "CANTEEN", "PREPAY", lines, there)


def engage(session: Session, count: int) -> list[Cast]:
    """So many units, each with people and a producer of its own, in one county."""
    county = build(session)
    village = Base.metadata.tables["village"]
    ranked = select(village.c.code).order_by(village.c.code).limit(VILLAGES)
    codes = list(session.scalars(ranked))
    return [_cast(session, county, number, codes) for number in range(count)]


def _cast(session: Session, county: County, number: int, villages: list[str]) -> Cast:
    wanted = NewUnit(f"第{number}单位", 1, "420304000000", 100, date(2024, 1, 1))
    unit_id = create_unit(session, wanted, START).id
    uscc = make_uscc("420304", 100 + number)
    named = NewProducer(f"第{number}合作社", "COOPERATIVE", uscc, villages[0], "0719-7221234")
    producer_id = create_producer(session, named, START).id
    who = partial(_person, session, number)
    unit, producer = OrganisationKind.UNIT, OrganisationKind.PRODUCER
    return Cast(
        unit_id=unit_id,
        buyer=who("buyer", (unit, unit_id, Role.BUYER)),
        approver=who("approver", (unit, unit_id, Role.APPROVER)),
        clerk=who("clerk", (producer, producer_id, Role.CLERK)),
        cashier=county.cashier.person_id,
        variants=_shelf(session, producer_id, villages),
    )


def _person(session: Session, number: int, name: str, role: tuple[str, int, str]) -> int:
    return person(session, f"{name}{number}@bulk", role).person_id


def _shelf(session: Session, producer_id: int, villages: list[str]) -> tuple[int, ...]:
    """Goods that each come from two villages of their own."""
    made = []
    for place in range(LINES):
        first, second = villages[2 * place : 2 * place + 2]
        origin = (OriginShare(first, 300_000), OriginShare(second, 700_000))
        named = (producer_id, f"香菇 {place}", 2_000)
        made.append(goods(session, *named, stock=1_000_000, origin=origin).variant_id)
    return tuple(made)
