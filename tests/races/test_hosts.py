"""Two answers, two applications and two admissions at one instant follow each other."""

from datetime import date, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind, Role
from marketplace.hosts.commands import admit, agree_to_contract, apply, propose_contract
from marketplace.hosts.models import Agency, AgencyContract, Host, HostApplication
from marketplace.hosts.rules.contracts import GivenContract
from tests.county import START, County, person
from tests.hosts.applying import SEALER, agency_given, applied, given
from tests.races.crowd import all_at_once

MANY = 8


def test_of_many_contracts_agreed_to_at_once_one_holds(
    session: Session, crowded: Engine, county: County
) -> None:
    host = Host(name="云霞说山货", code="YUNXIA", joined_at=START)
    agencies = [
        Agency(name=f"机构{place}", uscc=f"91420304MA0000000{place}", joined_at=START)
        for place in range(MANY)
    ]
    session.add_all([host, *agencies])
    session.flush()
    one = person(session, "host@test", (OrganisationKind.HOST, host.id, Role.HOST))
    terms = GivenContract("YUNXIA", 200_000, date(2026, 11, 23), date(2027, 11, 22))
    contracts = []
    for place, agency in enumerate(agencies):
        role = (OrganisationKind.AGENCY, agency.id, Role.CLERK)
        agent = person(session, f"agent{place}@test", role)
        contracts.append(propose_contract(session, agent, agency.id, terms, START).id)
    session.commit()

    def agree(mine: Session, place: int) -> None:
        agree_to_contract(mine, one, contracts[place], START)

    outcomes = all_at_once(crowded, MANY, agree)
    assert sorted(outcomes) == ["done"] + ["host.contracts_overlap"] * (MANY - 1)
    agreed = select(func.count()).where(AgencyContract.state == "AGREED")
    assert session.scalar(agreed) == 1


def test_of_many_clicks_one_application_waits(
    session: Session, crowded: Engine, county: County
) -> None:
    def hand_in(mine: Session, place: int) -> None:
        apply(mine, county.shopper, given(code=f"CODE{place}"), SEALER, START)

    outcomes = all_at_once(crowded, MANY, hand_in)
    assert sorted(outcomes) == ["done"] + ["host.application_waits"] * (MANY - 1)
    assert session.scalar(select(func.count()).select_from(HostApplication)) == 1


def test_of_many_admissions_with_one_licence_one_makes_the_agency(
    session: Session, crowded: Engine, county: County
) -> None:
    who = [person(session, f"person{place}@test") for place in range(MANY)]
    waiting = [applied(session, one, agency_given()).id for one in who]
    session.commit()

    def decide(mine: Session, place: int) -> None:
        admit(mine, county.operator, waiting[place], START + timedelta(seconds=place))

    outcomes = all_at_once(crowded, MANY, decide)
    assert sorted(outcomes) == ["done"] + ["host.agency_admitted"] * (MANY - 1)
    assert session.scalar(select(func.count()).select_from(Agency)) == 1
