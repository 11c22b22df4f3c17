"""A small county whose people are told things."""

from collections.abc import Callable

import pytest

from tests.notices.telling import make_postman

MAIL_JOBS = ("notices.mail", "notices.digest", "notices.look", "mail.send")
# Seals, proofs and figures: half of all work, and nobody is told of it.
TELL_NOBODY = ("audit.", "books.", "cockpit.", "search.")


@pytest.fixture
def postman(engine, clock, tmp_path) -> Callable[[], None]:
    """Brings mail, and nothing else happens."""
    return make_postman(engine, clock, tmp_path, MAIL_JOBS.__contains__)


@pytest.fixture
def shop(app, engine, clock, tmp_path) -> Callable[[], None]:
    """A worker of the whole shop, as far as people hear of it."""
    work = make_postman(engine, clock, tmp_path, lambda name: not name.startswith(TELL_NOBODY))

    def inside() -> None:
        with app.app_context():
            work()

    return inside
