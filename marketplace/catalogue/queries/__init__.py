"""Reads of the catalogue."""

from marketplace.catalogue.queries.changes import (
    Changes,
    Log,
    get_log,
    list_changes,
    read_position,
)
from marketplace.catalogue.queries.counts import (
    CategoryName,
    FacetCount,
    Facets,
    count_facets,
    get_category,
    list_categories,
)
from marketplace.catalogue.queries.details import (
    BatchFacts,
    Origin,
    Pack,
    ProductFacts,
    ProductName,
    TracedBatch,
    batches_of,
    get_product,
    get_traced_batch,
    list_names,
)
from marketplace.catalogue.queries.documents import (
    list_documents,
    list_published_ids,
    list_turned,
)
from marketplace.catalogue.queries.filters import Hits, ProductFilter, Sort
from marketplace.catalogue.queries.found import name_facets, names_containing
from marketplace.catalogue.queries.lists import DEEPEST, ProductCard, list_cards_of, list_products
from marketplace.catalogue.queries.origins import (
    ProductOnDay,
    list_ever_offered,
    products_on,
)
from marketplace.catalogue.queries.proof import stock_that_disagrees
from marketplace.catalogue.queries.stock import (
    SubmittedProduct,
    fresh_products,
    last_days,
    list_low_stock,
    list_packs_of_producer,
    list_submitted,
)
from marketplace.catalogue.queries.variants import VariantFacts, variants_for, variants_of

__all__ = [
    "DEEPEST",
    "BatchFacts",
    "CategoryName",
    "Changes",
    "FacetCount",
    "Facets",
    "Hits",
    "Log",
    "Origin",
    "Pack",
    "ProductCard",
    "ProductFacts",
    "ProductFilter",
    "ProductName",
    "ProductOnDay",
    "Sort",
    "SubmittedProduct",
    "TracedBatch",
    "VariantFacts",
    "batches_of",
    "count_facets",
    "fresh_products",
    "get_category",
    "get_log",
    "get_product",
    "get_traced_batch",
    "last_days",
    "list_cards_of",
    "list_categories",
    "list_changes",
    "list_documents",
    "list_ever_offered",
    "list_low_stock",
    "list_names",
    "list_packs_of_producer",
    "list_products",
    "list_published_ids",
    "list_submitted",
    "list_turned",
    "name_facets",
    "names_containing",
    "products_on",
    "read_position",
    "stock_that_disagrees",
    "variants_for",
    "variants_of",
]
