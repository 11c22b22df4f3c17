"""A shop with one completed order, and a terminal to run its commands in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.web import db
from tests.conftest import FrozenClock, settings_for
from tests.county import County
from tests.ordering.steps import completed

Run = Callable[..., Result]


def terminal(app: Flask) -> Run:
    """Runs a command of an application, as the terminal would."""

    def invoke(*words: object, **options: str) -> Result:
        result = app.test_cli_runner().invoke(args=[str(word) for word in words], **options)
        # A traceback helps nobody at a terminal: whatever happens is told in words.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


@pytest.fixture
def run(app: Flask) -> Run:
    return terminal(app)


@pytest.fixture
def run_on(clock: FrozenClock, tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    """A terminal of a shop for real trade, on another database."""
    made: list[Flask] = []

    def open_terminal(url: str) -> Run:
        made.append(create_app(settings_for(url, tmp_path, production=True), clock=clock))
        return terminal(made[-1])

    yield open_terminal
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def county(session: Session, county: County) -> County:
    """A small county in which one order is completed."""
    completed(session, county, county.wish((county.mushrooms, 20), (county.noodles, 7)))
    session.commit()
    return county
