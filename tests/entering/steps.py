"""Applications in a few words, for tests."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, Role
from marketplace.entering import commands
from marketplace.entering.models import EntryApplication
from marketplace.entering.queries import get_entry
from marketplace.entering.rules.application import Benefit, GivenEntry
from marketplace.entering.rules.requirements import ATTESTED, By, Settled
from marketplace.producers.rules import Papers, make_uscc
from marketplace.uploads.rules import GivenFile
from tests.county import HUIGOU, START, YUNCAI, County, person

USCC = make_uscc("420304", 77)
LICENCE = GivenFile("licence", "执照.png", b"\x89PNG\r\n\x1a\n licence")
FOOD = GivenFile("food_paper", "食品.pdf", b"%PDF-1.7 food")


@dataclass(frozen=True)
class Officers:
    """Three of the county, each for one step."""

    township: Identity
    recommender: Identity
    decider: Identity


def officers(session: Session, county: County) -> Officers:
    centre = next(one.organisation_id for one in county.auditor.standings)
    decider = person(session, "decider@test", ("CENTRE", centre, Role.CERTIFIER))
    session.commit()
    return Officers(county.operator, county.cashier, decider)


def given(**changes: object) -> GivenEntry:
    """A cooperative with everything in order."""
    plain = GivenEntry(
        name="龙韵村菌业合作社",
        kind="COOPERATIVE",
        uscc=USCC,
        village_code=HUIGOU,
        phone="0719-7220000",
        story="种香菇",
        papers=Papers("LICENCE", "JY14203040000001", date(2028, 1, 1)),
        legal_name="李明",
        legal_tail="123X",
        bank="农商行",
        bank_number="6222 0000 1111 2222",
        benefits=(Benefit(HUIGOU, "WAGE", 12), Benefit(YUNCAI, "ASSET", 5, row=2)),
        licence=LICENCE,
        food_paper=FOOD,
        attested=frozenset(ATTESTED),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def submitted(
    session: Session, county: County, now: datetime = START, **changes: object
) -> EntryApplication:
    return commands.submit_entry(session, county.shopper, given(**changes), now)


def settle_all(session: Session, who: Identity, application_id: int, now: datetime) -> None:
    for one in get_entry(session, who, application_id).requirements:
        if one.by == By.PERSON and one.state == Settled.OPEN:
            answer = (one.code, Settled.VERIFIED, "")
            commands.settle_requirement(session, who, application_id, answer, now)


def shown(
    session: Session, county: County, three: Officers, now: datetime = START, **changes: object
) -> EntryApplication:
    """Applied for, pre-checked, recommended, decided: shown in public."""
    application = submitted(session, county, now, **changes)
    settle_all(session, three.township, application.id, now)
    for who, words in ((three.township, "属实"), (three.recommender, ""), (three.decider, "")):
        application = commands.pass_entry(session, who, application.id, words, now)
    return application
