"""A demonstration county that several claims look at, copied once per module."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.engines import open_engine


@pytest.fixture(scope="module")
def county_engine(databases: Databases, demonstrated: str) -> Iterator[Engine]:
    """An engine on a database that holds the county and nothing else."""
    url = databases.create(demonstrated)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def shown(county_engine: Engine) -> Iterator[Session]:
    """A session on the county; what a test changes is undone."""
    with Session(county_engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
