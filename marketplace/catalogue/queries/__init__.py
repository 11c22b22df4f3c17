"""Reads of the catalogue."""

from marketplace.catalogue.queries.details import (
    BatchFacts,
    Origin,
    Pack,
    ProductFacts,
    TracedBatch,
    batches_of,
    get_product,
    get_traced_batch,
    list_names,
)
from marketplace.catalogue.queries.lists import (
    CategoryCount,
    PlaceCount,
    ProductCard,
    ProductFilter,
    Sort,
    count_by_township,
    list_cards_of,
    list_categories,
    list_products,
)
from marketplace.catalogue.queries.variants import VariantFacts, variants_for, variants_of

__all__ = [
    "BatchFacts",
    "CategoryCount",
    "Origin",
    "Pack",
    "PlaceCount",
    "ProductCard",
    "ProductFacts",
    "ProductFilter",
    "Sort",
    "TracedBatch",
    "VariantFacts",
    "batches_of",
    "count_by_township",
    "get_product",
    "get_traced_batch",
    "list_cards_of",
    "list_categories",
    "list_names",
    "list_products",
    "variants_for",
    "variants_of",
]
