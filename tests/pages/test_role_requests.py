"""At which organisation somebody is to have a role: typed by its name, of whatever kind it is."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.administration.models import RoleRequest
from marketplace.contractors.models import Contractor
from marketplace.core.identity import ROLES_OF
from marketplace.hosts.models import Agency, Host
from tests.administration.people import Three, appoint
from tests.conftest import NOON
from tests.county import County
from tests.pages.conftest import Visit

ASK = {"ask": "GIVE", "organisation_kind": "UNIT", "role": "BUYER", "reason": "新同事"}
LICENCE = "91420304MA0000000X"
CALLED = [
    ("UNIT", "区财政局"),
    ("PRODUCER", "云彩山粉条工坊"),
    ("CONTRACTOR", "老灶团餐"),
    ("HOST", "云霞说山货"),
    ("HOST", "yunxia"),
    ("AGENCY", "郧山传媒"),
    ("AGENCY", LICENCE.lower()),
]


@pytest.fixture
def three(session: Session, county: County) -> Three:
    session.add_all(
        (
            Host(name="云霞说山货", code="YUNXIA", joined_at=NOON),
            Agency(name="郧山传媒", uscc=LICENCE, joined_at=NOON),
            Contractor(name="老灶团餐", uscc=LICENCE, phone="13800000000", registered_at=NOON),
        )
    )
    return appoint(session, county)


@pytest.mark.parametrize(("kind", "typed"), CALLED)
def test_a_role_is_asked_for_by_the_name_of_the_organisation(
    session: Session, county: County, three: Three, visit: Visit, kind: str, typed: str
) -> None:
    wanted = {"organisation_kind": kind, "organisation": typed, "role": ROLES_OF[kind][0]}
    page = f"/desk/people/{county.shopper.person_id}"
    visit(three.system).send(f"{page}/roles", **{**ASK, **wanted})
    asked = session.scalars(select(RoleRequest)).one()
    ids = {"UNIT": county.unit_id, "PRODUCER": county.other_producer_id}
    assert (asked.organisation_kind, asked.organisation_id) == (kind, ids.get(kind, 1))


@pytest.mark.parametrize(("kind", "typed"), [("UNIT", "云霞说山货"), ("HOST", "区财政局")])
def test_a_name_that_no_organisation_of_the_kind_bears_is_said_to_be_unknown(
    county: County, three: Three, visit: Visit, kind: str, typed: str
) -> None:
    wanted = {"organisation_kind": kind, "organisation": typed, "role": ROLES_OF[kind][0]}
    page = f"/desk/people/{county.shopper.person_id}"
    answer = visit(three.system).send(f"{page}/roles", 422, **{**ASK, **wanted})
    assert "没有叫这个名称的机构" in answer.text
    assert f'value="{typed}"' in answer.text


def test_of_two_hosts_of_one_name_the_code_is_asked_for(
    session: Session, county: County, three: Three, visit: Visit
) -> None:
    session.add(Host(name="云霞说山货", code="YUNXIA2", joined_at=NOON))
    session.commit()
    wanted = {"organisation_kind": "HOST", "role": ROLES_OF["HOST"][0]}
    path = f"/desk/people/{county.shopper.person_id}/roles"
    answer = visit(three.system).send(path, 422, **{**ASK, **wanted, "organisation": "云霞说山货"})
    assert "不止一个机构叫这个名称" in answer.text
    visit(three.system).send(path, **{**ASK, **wanted, "organisation": "YUNXIA2"})


@pytest.mark.parametrize(
    ("typed", "status"),
    [("999", 404), ("0", 422), ("-1", 422), ("1.5", 422), ("9" * 30, 422), ("９９９", 404)],
)
def test_a_role_that_is_to_end_is_one_that_there_is(
    county: County, three: Three, visit: Visit, typed: str, status: int
) -> None:
    ended = {**ASK, "ask": "END", "organisation_id": typed}
    visit(three.system).send(f"/desk/people/{county.shopper.person_id}/roles", status, **ended)
