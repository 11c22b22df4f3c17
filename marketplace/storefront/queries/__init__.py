"""What the public pages show, each page as one frozen record."""

from marketplace.storefront.queries.board import BoardPage, get_board
from marketplace.storefront.queries.places import (
    VillagePage,
    VillagesPage,
    get_village_page,
    list_village_rows,
)
from marketplace.storefront.queries.shop import (
    CategoryPage,
    HomePage,
    ProducerPage,
    ProductPage,
    get_category_page,
    get_home,
    get_producer_page,
    get_product_page,
)
from marketplace.storefront.queries.trace import TraceCard, get_report, get_trace_card

__all__ = [
    "BoardPage",
    "CategoryPage",
    "HomePage",
    "ProducerPage",
    "ProductPage",
    "TraceCard",
    "VillagePage",
    "VillagesPage",
    "get_board",
    "get_category_page",
    "get_home",
    "get_producer_page",
    "get_product_page",
    "get_report",
    "get_trace_card",
    "get_village_page",
    "list_village_rows",
]
