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

__all__ = [
    "BoardPage",
    "CategoryPage",
    "HomePage",
    "ProducerPage",
    "ProductPage",
    "VillagePage",
    "VillagesPage",
    "get_board",
    "get_category_page",
    "get_home",
    "get_producer_page",
    "get_product_page",
    "get_village_page",
    "list_village_rows",
]
