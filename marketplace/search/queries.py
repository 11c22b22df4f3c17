"""Finding products by words."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import ProductFilter, list_published_ids
from marketplace.core.paging import PageRequest
from marketplace.search.engines.sql import SqlIndex
from marketplace.search.index import Found, SearchIndex
from marketplace.search.rules import read_query

INDEX: SearchIndex = SqlIndex()


def search(
    session: Session, typed: str, wanted: ProductFilter, page: PageRequest, *, today: date
) -> Found:
    """Published products that carry every word; without words the whole shop, best sold first."""
    return INDEX.search(session, read_query(typed), wanted, page, today=today)


def suggest(session: Session, typed: str, limit: int = 8) -> list[str]:
    """Names of products for what is being typed."""
    return INDEX.suggest(session, read_query(typed), limit)


def is_missing(session: Session) -> bool:
    """Whether the index was never built although the shop has something to find."""
    return INDEX.is_empty(session) and bool(list_published_ids(session, 0, 1))
