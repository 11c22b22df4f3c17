"""The packs that the rows of a shopping list may mean."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import variants_for
from marketplace.catalogue.queries.named import find_by_names
from marketplace.core.heads import fold
from marketplace.core.ids import number_of
from marketplace.ordering.rules.lists import ListRow, OfferedPack, Verdict, judge
from marketplace.producers.queries import names_of


def judge_rows(session: Session, rows: Sequence[ListRow], today: date) -> list[Verdict]:
    """A verdict on every row, in the order of the rows. A handful of queries for any number."""
    names = sorted({row.product for row in rows if row.product and not row.code})
    codes = {code for row in rows if (code := number_of(row.code)) is not None}
    ids = [*find_by_names(session, names), *codes]
    by_id = offer(session, ids, today)
    by_name: dict[str, list[OfferedPack]] = defaultdict(list)
    for pack in by_id.values():
        by_name[fold(pack.product_name)].append(pack)
    return [judge(row, by_name, by_id) for row in rows]


def offer(session: Session, ids: Collection[int], today: date) -> dict[int, OfferedPack]:
    """The packs with these ids as a list may mean them."""
    facts = variants_for(session, ids, today)
    producers = names_of(session, {one.producer_id for one in facts.values()})
    return {
        variant_id: OfferedPack(
            variant_id=variant_id,
            product_name=one.product_name,
            pack_name=one.variant_name,
            producer_name=producers[one.producer_id],
            price_fen=one.price_fen,
            minimum_quantity=one.minimum_quantity,
            available=one.available,
            is_on_sale=one.is_on_sale,
            tiers=one.tiers,
        )
        for variant_id, one in facts.items()
    }
