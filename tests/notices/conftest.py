"""A small county whose people are told things."""

from collections.abc import Callable

import pytest

from tests.notices.telling import make_postman

MAIL_JOBS = ("notices.mail", "notices.digest", "notices.look", "mail.send")


@pytest.fixture
def postman(engine, clock, tmp_path) -> Callable[[], None]:
    """Brings mail, and nothing else happens."""
    return make_postman(engine, clock, tmp_path, *MAIL_JOBS)


@pytest.fixture
def shop(app, engine, clock, tmp_path) -> Callable[[], None]:
    """A worker of the whole shop."""
    work = make_postman(engine, clock, tmp_path)

    def inside() -> None:
        with app.app_context():
            work()

    return inside
