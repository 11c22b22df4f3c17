"""Engines of tests: they behave as the application's own, and share what they compiled."""

from typing import Any

from sqlalchemy import Dialect, Engine, create_engine

from marketplace.core.db import prepare_engine
from marketplace.core.edition import follow
from marketplace.core.sealing import Sealer
from marketplace.tables import TOPICS

# What tests give an application as its secret, and how it seals with that.
SECRET = "not-secret-" * 4
SEALER = Sealer(SECRET)

# By kind of database; statements compiled for a dialect are found again with that dialect alone.
SPOKEN: dict[str, Dialect] = {}
COMPILED: dict[Any, Any] = {}


def speak_alike(made: Engine) -> None:
    """Compiles no statement that an engine of another test compiled."""
    if made.name not in SPOKEN:
        made.connect().close()
        SPOKEN[made.name] = made.dialect
    made.dialect = SPOKEN[made.name]
    made.update_execution_options(compiled_cache=COMPILED)


def open_engine(url: str) -> Engine:
    """An engine that behaves as the application's own."""
    made = create_engine(url)
    prepare_engine(made, SEALER)
    follow(made, TOPICS)
    speak_alike(made)
    return made
