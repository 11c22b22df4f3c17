"""What is carried where: an order goes to one address, or to as many as its staff list names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import OrderLine, Purchase, PurchaseRecipient, RecipientPack
from marketplace.producers.rules import Load

# Packs by line: of an order, or of one address of it.
Packs = dict[int, int]


def loads_of(
    session: Session, purchase: Purchase, lines: Sequence[OrderLine]
) -> dict[int, list[Load]]:
    """Per order what goes to each address. Freight is asked for each of them."""
    own = purchase.consignee_address
    by_variant = {line.variant_id: line for line in lines}
    packs: dict[tuple[int, str], Packs] = defaultdict(lambda: defaultdict(int))
    rows = session.execute(
        select(PurchaseRecipient.address, RecipientPack.variant_id, RecipientPack.quantity)
        .join(RecipientPack, RecipientPack.recipient_id == PurchaseRecipient.id)
        .where(PurchaseRecipient.purchase_id == purchase.id)
    )
    for address, variant_id, quantity in rows:
        line = by_variant[variant_id]
        packs[line.order_id, address or own][line.id] += quantity
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
