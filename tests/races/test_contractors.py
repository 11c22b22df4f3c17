"""A contractor that two register at once is registered once, and the other is told so."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.contractors.commands import register_contractor
from marketplace.contractors.models import Contractor
from marketplace.contractors.rules import NewContractor
from tests.county import START, County
from tests.races.crowd import all_at_once

MANY = 8


def test_of_many_who_register_a_contractor_one_does(
    session: Session, crowded: Engine, county: County
) -> None:
    new = NewContractor("十堰团餐服务有限公司", "91420304MA48XXXX12", "0719-8888888")

    def register(mine: Session, _place: int) -> None:
        register_contractor(mine, county.operator, new, START)

    outcomes = all_at_once(crowded, MANY, register)
    assert sorted(outcomes) == ["contractor.known"] * (MANY - 1) + ["done"]
    assert session.scalar(select(func.count()).select_from(Contractor)) == 1
