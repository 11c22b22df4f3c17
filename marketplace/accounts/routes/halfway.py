"""Between the two steps of logging in: the password was right, the code is still to come."""

from datetime import datetime, timedelta

from flask import session as cookie

from marketplace.accounts.models import Person
from marketplace.accounts.rules.second_step import HalfwayLost
from marketplace.web import now, session

HALFWAY_FOR = timedelta(minutes=10)


def keep_halfway(person: Person, *, stays: bool) -> None:
    """Notes in the signed cookie who proved the first step, and when."""
    cookie["halfway"] = {
        "person": person.id,
        "epoch": person.session_epoch,
        "at": now().isoformat(),
        "stays": stays,
    }


def get_halfway() -> tuple[Person, bool]:
    """Who stands between the two steps, and whether they mean to stay. Raises HalfwayLost where
    nobody does, or the password was changed since."""
    kept = cookie.get("halfway")
    if not kept or now() - datetime.fromisoformat(kept["at"]) >= HALFWAY_FOR:
        raise HalfwayLost
    person = session().get(Person, kept["person"])
    gone = person is None or person.deactivated_at is not None
    if person is None or gone or person.session_epoch != kept["epoch"]:
        raise HalfwayLost
    return person, bool(kept["stays"])
