"""Finding products by words."""

from marketplace.search.queries.browse import browse, count_by_category, count_products
from marketplace.search.queries.find import Found, look_up, search, suggest
from marketplace.search.queries.popular import list_popular
from marketplace.search.queries.reasons import Reason, explain
from marketplace.search.queries.synonyms import Group, list_synonyms

__all__ = [
    "Found",
    "Group",
    "Reason",
    "browse",
    "count_by_category",
    "count_products",
    "explain",
    "list_popular",
    "list_synonyms",
    "look_up",
    "search",
    "suggest",
]
