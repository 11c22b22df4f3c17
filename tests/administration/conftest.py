"""The three administrators, for every claim about them."""

import pytest
from sqlalchemy.orm import Session

from tests.administration.people import Three, appoint
from tests.county import County


@pytest.fixture
def three(session: Session, county: County) -> Three:
    return appoint(session, county)
