"""The blueprint of the cockpit, and the area that somebody works in."""

from flask import Blueprint

from marketplace.core.edition import Topic
from marketplace.reports.queries.area import county_of
from marketplace.web import current_identity, session
from marketplace.web.database import this_minute
from marketplace.web.kept import editions, kept

blueprint = Blueprint("cockpit", __name__)


def my_area() -> str:
    """The counties that the person who asks is to see: by the digits they begin with."""
    identity = current_identity()
    key = ("area", identity, this_minute())
    return kept((Topic.PEOPLE,), key, lambda: county_of(session(), identity))


def what_is_counted() -> str:
    """What pages of the cockpit are drawn anew for, besides sales: figures, proofs, quotas, and
    each minute, because ages and jobs that are late change by themselves."""
    known = editions()
    counted = (known.get(topic, 0) for topic in (Topic.COCKPIT, Topic.QUOTA))
    return " ".join(map(str, (my_area(), *counted, this_minute())))
