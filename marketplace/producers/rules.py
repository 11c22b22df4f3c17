"""Freight of an order, by its producer's terms."""

from marketplace.core.money import Fen


def freight_of(goods_fen: int, freight_fen: int, free_from_fen: int) -> Fen:
    """A flat amount, free from a value of goods on; 0 there means that it is never free."""
    is_free = 0 < free_from_fen <= goods_fen
    return Fen(0 if is_free else freight_fen)
