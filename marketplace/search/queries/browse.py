"""Browsing without words: lists from the database, and their counts from this machine's copy."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import (
    Facets,
    ProductCard,
    ProductFilter,
    count_facets,
    list_products,
    name_facets,
)
from marketplace.core.paging import Page, PageRequest
from marketplace.search.index import Answer, IndexBroken
from marketplace.search.local.copy import LocalCopy
from marketplace.search.rules.matching import EVERYTHING, Match


def browse(
    session: Session, copy: LocalCopy, wanted: ProductFilter, page: PageRequest, today: date
) -> tuple[Page[ProductCard], Facets]:
    """One page of published products and the counts of all of them, in two queries."""
    facets = count_products(session, copy, wanted, today)
    return list_products(session, wanted, page, today, total=facets.total), facets


def count_products(session: Session, copy: LocalCopy, wanted: ProductFilter, today: date) -> Facets:
    """Exact counts: columns of the copy are quicker to count than rows of any database."""
    answer = _count(copy, wanted)
    if answer is None:
        return count_facets(session, wanted, today)
    return name_facets(session, answer.facets, answer.total)


def count_by_category(session: Session, copy: LocalCopy, today: date) -> Mapping[str, int]:
    """How many products each category holds, by its code."""
    answer = _count(copy, ProductFilter())
    if answer is None:
        facets = count_facets(session, ProductFilter(), today)
        return {count.key: count.products for count in facets.category}
    return dict(answer.facets["category"])


def _count(copy: LocalCopy, wanted: ProductFilter) -> Answer | None:
    """What the copy counts; None where there is none to ask."""
    snapshot = copy.snapshot()
    if snapshot is None:
        return None
    try:
        return snapshot.reader.find(Match((EVERYTHING,)), wanted, 0, 0)
    except IndexBroken as trouble:
        copy.give_up(snapshot, trouble)
        return None
