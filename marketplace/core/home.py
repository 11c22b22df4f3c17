"""The county that a deployment is for in the first place: everybody pays into its account."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

_OPTION = "own_county"


def give_home(engine: Engine, county_code: str) -> None:
    """What is read from this database is read in the deployment of this county."""
    engine.update_execution_options(**{_OPTION: county_code})


def home_of(session: Session) -> str:
    """Its code; nothing where nobody told."""
    return str(session.get_bind().get_execution_options().get(_OPTION, ""))
