"""What a search over a copy found, given the names that only the database knows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import String, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Category, Product
from marketplace.catalogue.queries.counts import FacetCount, Facets
from marketplace.catalogue.queries.filters import Hits
from marketplace.geography.queries import TOWNSHIP_NAMES
from marketplace.producers.queries import PRODUCER_NAMES

Counts = Sequence[tuple[str, int]]

_NAMES = union_all(
    select(literal("category"), Category.code, Category.name, Category.name_en).where(
        Category.code.in_(bindparam("category", expanding=True))
    ),
    select(literal("township"), TOWNSHIP_NAMES.c.code, TOWNSHIP_NAMES.c.name, null()).where(
        TOWNSHIP_NAMES.c.code.in_(bindparam("township", expanding=True))
    ),
    select(
        literal("producer"), cast(PRODUCER_NAMES.c.id, String), PRODUCER_NAMES.c.name, null()
    ).where(PRODUCER_NAMES.c.id.in_(bindparam("producer", expanding=True))),
)


def name_facets(session: Session, counts: Mapping[str, Counts], total: int) -> Facets:
    """The counts of an index under the names of their keys; one query."""
    values: dict[str, Any] = {
        side: [key for key, _ in counts.get(side, ())] for side in ("category", "township")
    }
    values["producer"] = [int(key) for key, _ in counts.get("producer", ())]
    names = {}
    if any(values.values()):
        names = {(side, key): (name, en) for side, key, name, en in session.execute(_NAMES, values)}

    def named(side: str) -> list[FacetCount]:
        return [
            FacetCount(key, *names[side, key], count)
            for key, count in counts.get(side, ())
            if (side, key) in names
        ]

    certified = [FacetCount(key, key, None, count) for key, count in counts.get("certified", ())]
    return Facets(total, named("category"), named("township"), named("producer"), certified)


def names_containing(words: Iterable[str]) -> Hits:
    """Products whose own name, or whose producer's, contains every word. A scan: for hard times."""
    wanted = select(Product.id.label("product_id"), literal(0).label("score")).join(
        PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id
    )
    for word in words:
        inside = (
            column.icontains(word, autoescape=True)
            for column in (Product.name, PRODUCER_NAMES.c.name)
        )
        wanted = wanted.where(or_(*inside))
    return Hits(wanted.subquery("hits"))
