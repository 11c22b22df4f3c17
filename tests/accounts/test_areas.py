"""The area of an official is a fact of their identity, read with it in one statement."""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.core.errors import InvalidInput
from marketplace.core.identity import NO_AREA, Identity
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.models import OperationsCentre
from tests.county import County, person

Official = Callable[[str], Identity]


@pytest.fixture
def official(session: Session) -> Official:
    def make(area: str) -> Identity:
        centre = create_centre(session, NewCentre(f"{area} 中心", area, "", "", ""))
        return person(session, f"of{area}@test", ("CENTRE", centre.id, "OPERATOR"))

    return make


def again(session: Session, identity: Identity) -> Identity:
    found = load_identity(session, identity.person_id)
    assert found is not None
    return found


def test_a_centre_that_is_alone_looks_after_everything(session: Session, county: County) -> None:
    assert again(session, county.operator).area == ""


def test_with_a_second_county_each_sees_its_own(
    session: Session, county: County, official: Official
) -> None:
    other = official("420305")
    assert (again(session, other).area, again(session, county.operator).area) == (
        "420305",
        "420304",
    )


@pytest.mark.parametrize("area", ["", "42", "4203"])
def test_a_wider_area_takes_in_the_counties_within(
    session: Session, county: County, official: Official, area: str
) -> None:
    official("990101")
    wide = again(session, official(area))
    assert wide.area == area
    assert wide.looks_after("420304000000")
    assert wide.looks_after("990101000000") == (area == "")


def test_whoever_works_in_no_centre_looks_after_nothing(session: Session, county: County) -> None:
    assert county.buyer.area == NO_AREA
    assert not county.buyer.looks_after("420304000000", "")


def test_whoever_works_in_two_centres_is_an_official_of_the_first(
    session: Session, county: County
) -> None:
    second = create_centre(session, NewCentre("第二中心", "420305", "", "", ""))
    first = create_centre(session, NewCentre("第一中心", "420304", "", "", ""))
    both = person(
        session,
        "both@test",
        ("CENTRE", first.id, "OPERATOR"),
        ("CENTRE", second.id, "CASHIER"),
    )
    assert both.area == "420304"
    assert both.is_in_centre("OPERATOR")
    assert not both.is_in_centre("CASHIER")


def test_identity_and_area_take_one_statement(session: Session, county: County) -> None:
    counted: list[str] = []
    bind = session.get_bind()

    def note(*parts: object) -> None:
        if str(parts[2]).startswith("SELECT"):
            counted.append(str(parts[2]))

    event.listen(bind, "before_cursor_execute", note)
    try:
        again(session, county.cashier)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert len(counted) == 1


@pytest.mark.parametrize("area", ["4", "42030", "４２", "42a4", "4203\x00"])
def test_an_area_of_another_shape_is_refused(session: Session, county: County, area: str) -> None:
    with pytest.raises(InvalidInput):
        create_centre(session, NewCentre("中心", area, "", "", ""))


def test_the_database_knows_the_shapes_too(session: Session, county: County) -> None:
    session.add(
        OperationsCentre(
            name="中心",
            county_code="42030",
            bank_account_name="",
            bank_account_number_sealed="",
            bank_name="",
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
