"""The calls of version 1, one module a resource."""

from marketplace.api.routes import (
    boards,
    books,
    imports,
    listing,
    orders,
    papers,
    payments,
    products,
    purchases,
    reviews,
    sessions,
    statements,
    tokens,
    units,
    villages,
    webhooks,
)

DOORS = (
    tokens.door,
    products.door,
    listing.door,
    imports.door,
    purchases.door,
    orders.door,
    reviews.door,
    sessions.door,
    boards.door,
    statements.door,
    payments.door,
    units.door,
    villages.door,
    papers.door,
    books.door,
    webhooks.door,
)
