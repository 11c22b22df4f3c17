"""Building the index of a test: in the folder where the test's application looks for it."""

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.search.engines import choose_engine
from marketplace.search.local.build import rebuild
from marketplace.search.local.folder import Folder
from tests.catalogue.shelf import TODAY


def index(session: Session, instance: Path, engine: str = "auto", day: date = TODAY) -> int:
    """Everything published so far can be found. Returns how many products that is."""
    chosen = choose_engine(engine)
    return rebuild(session, Folder(instance / "search" / chosen.name), chosen, day)
