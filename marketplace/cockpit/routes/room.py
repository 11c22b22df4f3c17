"""The blueprint of the cockpit, and the area that somebody works in."""

from flask import Blueprint, request

from marketplace.reports.queries.area import county_of
from marketplace.web import current_identity, session

blueprint = Blueprint("cockpit", __name__)


def my_area() -> str:
    """The counties that the person who asks is to see: by the digits they begin with."""
    return county_of(session(), current_identity())


def read_words() -> str:
    """Part of a name, from the address; what no name holds is left out."""
    return request.args.get("q", "").replace("\x00", "").strip()[:60]
