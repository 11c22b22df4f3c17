"""Two who administer, a role and a setting that went from one to the other, and one that waits."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.passwords import hash_password
from marketplace.administration.commands import (
    WantedRole,
    ask_for_role,
    ask_for_setting,
    decide_role,
    decide_setting,
)
from marketplace.administration.rules import Ask, Decision
from marketplace.administration.rules.settings import Name
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.demonstration.people import PASSWORD
from marketplace.demonstration.places import COUNTY
from marketplace.units.queries import get_centre

YES = Decision(is_granted=True, answer="")


def tell_of_administration(session: Session, unit_id: int, shopper_id: int, now: datetime) -> None:
    """Entered after everybody else, who keep their numbers."""
    system = _appoint(session, "system", "郭立新", Role.SYSTEM, now)
    security = _appoint(session, "security", "许春华", Role.SECURITY, now)
    asking, deciding = (system, COUNTY), (security, COUNTY)
    earlier = now - timedelta(days=20)
    wish = (Name.LOW_STOCK_PACKS, 15, "小作坊每批不到 20 件,天天提示反而没人看")
    asked = ask_for_setting(session, asking, wish, earlier)
    decide_setting(session, deciding, asked, YES, earlier + timedelta(hours=3))
    role = Grant(shopper_id, OrganisationKind.UNIT, unit_id, Role.STAFF)
    wanted = WantedRole(Ask.GIVE, role, "新录用的职工,参加年节慰问选品")
    asked = ask_for_role(session, asking, wanted, earlier)
    no = Decision(is_granted=False, answer="还没有报到,报到后再提")
    decide_role(session, deciding, asked, no, earlier + timedelta(hours=4))
    ask_for_role(session, asking, wanted, now - timedelta(hours=5))


def _appoint(session: Session, login: str, name: str, role: str, now: datetime) -> Identity:
    new = NewPerson(f"{login}@demo", name, hash_password(PASSWORD))
    person = create_person(session, new, now)
    centre = get_centre(session, COUNTY)
    held = Grant(person.id, OrganisationKind.CENTRE, centre.id, role)
    grant(session, held, now, actor_id=None)
    identity = load_identity(session, person.id)
    assert identity is not None
    return identity
