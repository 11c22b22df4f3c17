"""Which finder looks for which kind."""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy.orm import Session

from marketplace.oversight.queries.exact_gap import find_exact_gap
from marketplace.oversight.queries.just_under import find_just_under
from marketplace.oversight.queries.other_seller import find_other_seller
from marketplace.oversight.queries.over_capacity import find_over_capacity
from marketplace.oversight.queries.over_median import find_over_median
from marketplace.oversight.queries.over_own_price import find_over_own_price
from marketplace.oversight.queries.quick_review import find_quick_review
from marketplace.oversight.queries.refunded import find_refunded
from marketplace.oversight.queries.same_photo import find_same_photo
from marketplace.oversight.queries.shared import find_shared
from marketplace.oversight.queries.year_end import find_year_end
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Kind, Thresholds

Finder = Callable[[Session, Thresholds, Span], Iterator[Flag]]
FINDERS: Mapping[Kind, Finder] = {
    Kind.YEAR_END: find_year_end,
    Kind.JUST_UNDER: find_just_under,
    Kind.EXACT_GAP: find_exact_gap,
    Kind.REFUNDED: find_refunded,
    Kind.OVER_MEDIAN: find_over_median,
    Kind.OVER_OWN_PRICE: find_over_own_price,
    Kind.OVER_CAPACITY: find_over_capacity,
    Kind.SHARED: find_shared,
    Kind.SAME_PHOTO: find_same_photo,
    Kind.QUICK_REVIEW: find_quick_review,
    Kind.OTHER_SELLER: find_other_seller,
}


def find(session: Session, kind: Kind, thresholds: Thresholds, span: Span) -> list[Flag]:
    """What is found in these days, each subject once."""
    found: dict[str, Flag] = {}
    for flag in FINDERS[kind](session, thresholds, span):
        found.setdefault(flag.key, flag)
    return list(found.values())
