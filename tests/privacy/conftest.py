"""Somebody who shops for themselves, for tests of what they may ask of their data."""

import pytest

from marketplace.accounts.commands import NewPerson as New
from marketplace.accounts.commands import create_person
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.passwords import fit_and_hash
from tests.county import START
from tests.privacy.steps import PASSWORD, Shopper


@pytest.fixture
def shopper(session, county):
    made = create_person(
        session,
        New("wang@example.org", "王小芳", fit_and_hash(PASSWORD, "wang"), "13911112222"),
        START,
    )
    session.commit()
    identity = load_identity(session, made.id)
    assert identity is not None
    return Shopper(identity)
