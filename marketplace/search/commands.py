"""Keeping the index true to the catalogue."""

from sqlalchemy.orm import Session

from marketplace.search.index import Tell
from marketplace.search.queries import INDEX


def index_product(session: Session, product_id: int) -> None:
    """Brings the index up to date with one product, whatever it is now: repeating is harmless."""
    INDEX.apply(session, [product_id])


def rebuild(session: Session, tell: Tell = lambda _done: None) -> int:
    """Writes the index anew and returns how many products it holds."""
    return INDEX.rebuild(session, tell)
