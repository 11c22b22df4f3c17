"""The demonstration, for each test anew, and how much a test may send to it."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases


@pytest.fixture
def database_url(databases: Databases, demonstrated: str) -> Iterator[str]:
    """A copy of the demonstration: it has things of every kind, in every state."""
    url = databases.create(demonstrated)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def attempts(request: pytest.FixtureRequest) -> int:
    """How much more than usual is sent."""
    return int(request.config.getoption("--attempts"))
