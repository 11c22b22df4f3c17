"""Finding products by words."""

from marketplace.search.queries.find import Found, search, suggest
from marketplace.search.queries.popular import list_popular
from marketplace.search.queries.reasons import Reason, explain
from marketplace.search.queries.synonyms import Group, list_synonyms

__all__ = [
    "Found",
    "Group",
    "Reason",
    "explain",
    "list_popular",
    "list_synonyms",
    "search",
    "suggest",
]
