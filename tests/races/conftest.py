"""A database that many meet at."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from marketplace.core.db import prepare_engine
from tests.engines import SEALER

# The largest crowd, and a few who look afterwards.
CONNECTIONS = 50


@pytest.fixture
def crowded(database_url: str) -> Iterator[Engine]:
    """An engine with a connection for everyone."""
    engine = create_engine(database_url, pool_size=CONNECTIONS)
    prepare_engine(engine, SEALER)
    yield engine
    engine.dispose()
