"""A form that was sent twice makes one account, and the second is told so."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import NewPerson, create_person
from marketplace.accounts.models import Person
from tests.county import START
from tests.races.crowd import all_at_once

MANY = 8


def test_of_many_accounts_of_one_login_one_is_made(session: Session, crowded: Engine) -> None:
    new = NewPerson("li@example.org", "李秀英", "no-password")

    def join(mine: Session, _place: int) -> None:
        create_person(mine, new, START)

    outcomes = all_at_once(crowded, MANY, join)
    assert sorted(outcomes) == ["done"] + ["person.login_taken"] * (MANY - 1)
    made = select(func.count()).where(Person.login == new.login)
    assert session.scalar(made) == 1
