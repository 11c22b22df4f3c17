"""A demonstration county that several claims look at, built once per module."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from marketplace.core.db import prepare_engine
from marketplace.core.sealing import Sealer
from marketplace.demonstration.county import build
from tests.conftest import NOON
from tests.databases import Databases
from tests.engines import SEALER


@pytest.fixture(scope="module")
def county_engine(databases: Databases) -> Iterator[Engine]:
    """An engine on a database that holds the county and nothing else."""
    url = databases.create()
    engine = create_engine(url)
    prepare_engine(engine, SEALER)
    with Session(engine, expire_on_commit=False) as session:
        build(session, NOON, sealer=Sealer("demonstration " * 3))
        session.commit()
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def shown(county_engine: Engine) -> Iterator[Session]:
    """A session on the county; what a test changes is undone."""
    with Session(county_engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
