"""What is carried where: an order goes to one address, or to as many as its staff list names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from marketplace.ordering.commands.people import Packed
from marketplace.ordering.models import OrderLine, Purchase
from marketplace.producers.rules import Load

# Packs by line: of an order, or of one address of it.
Packs = dict[int, int]


def loads_of(
    purchase: Purchase, lines: Sequence[OrderLine], packed: Iterable[Packed]
) -> dict[int, list[Load]]:
    """Per order what goes to each address: the packs of its people, or all to one. Freight is
    asked for each of them."""
    own = purchase.consignee_address
    by_variant = {line.variant_id: line for line in lines}
    packs: dict[tuple[int, str], Packs] = defaultdict(lambda: defaultdict(int))
    for pack in packed:
        line = by_variant[pack.variant_id]
        packs[line.order_id, pack.address or own][line.id] += pack.quantity
    if not packs:
        for line in lines:
            packs[line.order_id, own][line.id] = line.quantity
    by_id = {line.id: line for line in lines}
    loads: dict[int, list[Load]] = defaultdict(list)
    for (order_id, address), carried in packs.items():
        loads[order_id].append(_load(((by_id[key], n) for key, n in carried.items()), address))
    return loads


def _load(packed: Iterable[tuple[OrderLine, int]], address: str) -> Load:
    goods_fen = pieces = weight_g = 0
    for line, quantity in packed:
        goods_fen += line.unit_price_fen * quantity
        pieces += quantity
        weight_g += line.pack_grams * quantity
    return Load(goods_fen, pieces, weight_g, address)
