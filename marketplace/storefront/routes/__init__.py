"""Pages anyone may open: the shop, the villages, the board, the card of a parcel."""

from marketplace.storefront.routes import areas, board, shop
from marketplace.storefront.routes.room import blueprint

__all__ = ["areas", "blueprint", "board", "shop"]
