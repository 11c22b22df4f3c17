"""The plainest engine: terms in a table of the shop's own database."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import (
    Facets,
    Hits,
    ProductDocument,
    ProductFilter,
    Sort,
    count_facets,
    list_documents,
    list_products,
    list_published_ids,
)
from marketplace.core.db import insert_into
from marketplace.core.paging import Page, PageRequest
from marketplace.search.index import Found, Tell
from marketplace.search.models import SearchTerm
from marketplace.search.rules import MAKER, NAME, PLACE, TEXT, SearchText, weigh

AT_ONCE = 200
NOTHING = Facets(0, (), (), (), ())


class SqlIndex:
    """Terms by product. Changes take effect with the transaction that writes them."""

    def search(
        self,
        session: Session,
        text: SearchText,
        wanted: ProductFilter,
        page: PageRequest,
        *,
        today: date,
    ) -> Found:
        if not text.terms and not text.is_blank:
            return Found(text, Page((), page.page, page.per_page, 0), NOTHING)
        hits = _hits(text.terms) if text.terms else None
        facets = count_facets(session, wanted, today, hits=hits)
        total = facets.total
        cards = list_products(session, wanted, page, today, hits=hits, total=total)
        return Found(text, cards, facets)

    def suggest(self, session: Session, text: SearchText, limit: int) -> list[str]:
        if not text.terms:
            return []
        # The day does not matter to names.
        wanted, page = ProductFilter(sort=Sort.SALES), PageRequest.of(1, limit)
        cards = list_products(session, wanted, page, date.min, hits=_hits(text.terms), total=limit)
        return list(dict.fromkeys(card.name for card in cards.items))

    def apply(self, session: Session, product_ids: Sequence[int]) -> None:
        session.execute(delete(SearchTerm).where(SearchTerm.product_id.in_(product_ids)))
        rows = [
            {"term": term, "product_id": document.product_id, "weight": weight}
            for document in list_documents(session, product_ids)
            for term, weight in _terms(document).items()
        ]
        if rows:
            # A worker and a rebuild may write the same product at once: both write the same.
            statement = insert_into(session, SearchTerm)
            weight = {"weight": statement.excluded.weight}
            key = ["term", "product_id"]
            session.execute(statement.on_conflict_do_update(index_elements=key, set_=weight), rows)

    def is_empty(self, session: Session) -> bool:
        return session.scalar(select(SearchTerm.product_id).limit(1)) is None

    def rebuild(self, session: Session, tell: Tell) -> int:
        session.execute(delete(SearchTerm))
        done, after = 0, 0
        while ids := list_published_ids(session, after, AT_ONCE):
            self.apply(session, ids)
            done, after = done + len(ids), ids[-1]
            tell(done)
        return done


def _terms(document: ProductDocument) -> dict[str, int]:
    places = " ".join((*document.villages, document.township))
    return weigh(
        (
            (document.name, NAME),
            (f"{document.producer} {document.workshop}", MAKER),
            (places, PLACE),
            (f"{document.category} {document.category_en}", PLACE),
            (document.description, TEXT),
        ),
        name=document.name,
    )


# (term, product) is the key of the table, so as many rows as terms means all of them.
_FOUND = (
    select(SearchTerm.product_id, func.sum(SearchTerm.weight).label("score"))
    .where(SearchTerm.term.in_(bindparam("terms", expanding=True)))
    .group_by(SearchTerm.product_id)
    .having(func.count() == bindparam("number_of_terms"))
    .subquery("hits")
)


def _hits(terms: Sequence[str]) -> Hits:
    return Hits(_FOUND, {"terms": list(terms), "number_of_terms": len(terms)})
