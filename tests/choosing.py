"""Which tests run on which database, and which are not for each change."""

from pathlib import Path

import pytest

DATABASE_FIXTURES = frozenset({"databases", "database_kind"})
# What is told here is told of one database: that PostgreSQL draws, finds and prints as well is seen
# by the walk over every page, the plans of hot pages, and whatever else asks.
TOLD_OF_ONE = frozenset({"documents", "pages", "search"})
TOLD_OF_BOTH = frozenset({"test_plans.py"})
# Those and whatever starts processes, walks through weeks or asks for crowds: not for each change.
# Nor are those that build an application of their own.
SLOW = TOLD_OF_ONE | {
    *("browser", "cli", "demonstration", "deploy", "isolation", "nodes", "notices", "races"),
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is left out anyway need not be read first."""
    wanted = config.getoption("markexpr")
    if "not slow" in wanted and collection_path.name in SLOW:
        return True
    of_one = collection_path.parent.name in TOLD_OF_ONE and collection_path.name[:5] == "test_"
    if "not one_database" in wanted and of_one and collection_path.name not in TOLD_OF_BOTH:
        return True
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run those tests that ask for a database; all others say the same on any, and
    run with SQLite's. pytest counts them as deselected."""
    for item in items:
        if item.path.parent.name in TOLD_OF_ONE and item.path.name not in TOLD_OF_BOTH:
            item.add_marker(pytest.mark.one_database)
        if item.path.parent.name in SLOW or "make_app" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    if config.getoption("--database") == "sqlite":
        return
    asking = [
        one
        for one in items
        if DATABASE_FIXTURES & set(getattr(one, "fixturenames", ()))
        and one.get_closest_marker("sqlites_own") is None
    ]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(asking)])
    items[:] = asking
