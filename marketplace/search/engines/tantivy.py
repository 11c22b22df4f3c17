"""Tantivy: the engine that carries a nation's catalogue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.search.index import (
    FACETS,
    Answer,
    Counts,
    Hit,
    IndexBroken,
    chosen_key,
    in_order,
    without_side,
)
from marketplace.search.rules.documents import Prepared
from marketplace.search.rules.matching import EVERYTHING, FIELDS, KIND, Expression, Match, Word
from marketplace.search.rules.ranking import ID_BITS, ID_MASK, product_of

HEAP_BYTES = 64 * 1024 * 1024
# Enough to choose the first from where many keys have as many products. Segments give all they
# have: counts made of their first keys alone would be wrong.
MANY_KEYS = 200
ALL_KEYS = 10_000_000
NUMBERS = ("rank", "by_sales", "by_price", "by_newest")
ORDERS = {
    Sort.RELEVANCE: ("rank", Order.Desc),
    Sort.SALES: ("by_sales", Order.Desc),
    Sort.PRICE: ("by_price", Order.Asc),
    Sort.PRICE_DOWN: ("by_price", Order.Desc),
    Sort.NEWEST: ("by_newest", Order.Desc),
}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Text and not a number: deleting by a number of this kind finds nothing (0.27).
    builder.add_text_field("product", tokenizer_name="raw", index_option="basic")
    builder.add_text_field(KIND, tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("category", "township", "producer", "certified"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("village", tokenizer_name="raw", index_option="basic")
    for field in NUMBERS:
        builder.add_unsigned_field(field, fast=True)
    return builder.build()


@contextmanager
def _trouble() -> Iterator[None]:
    """The library's ways of saying that files are missing or damaged, as one."""
    try:
        yield
    except (OSError, ValueError) as trouble:
        raise IndexBroken(str(trouble)) from trouble
    except BaseException as trouble:
        # A panic inside the library is no Exception, so that nobody catches it by accident.
        if type(trouble).__name__ != "PanicException":
            raise
        raise IndexBroken(str(trouble)) from trouble


class TantivyWriter:
    def __init__(self, index: tantivy.Index, schema: tantivy.Schema) -> None:
        self.schema = schema
        with _trouble():
            self.writer = index.writer(HEAP_BYTES, 1)

    def put(self, documents: Iterable[Prepared]) -> None:
        with _trouble():
            for document in documents:
                self.writer.delete_documents_by_term("product", str(document.product_id))
                self.writer.add_document(_as_document(document))

    def remove(self, product_ids: Iterable[int]) -> None:
        with _trouble():
            for product_id in product_ids:
                self.writer.delete_documents_by_term("product", str(product_id))

    def commit(self) -> None:
        with _trouble():
            self.writer.commit()

    def close(self) -> None:
        with _trouble():
            self.writer.wait_merging_threads()


def _as_document(prepared: Prepared) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("product", str(prepared.product_id))
    document.add_text(EVERYTHING.field, EVERYTHING.text)
    for field in FIELDS:
        for word in prepared.words[field]:
            document.add_text(field, word)
    document.add_text("category", prepared.category)
    document.add_text("township", prepared.township)
    document.add_text("producer", str(prepared.producer))
    document.add_text("certified", str(int(prepared.certified)))
    for village in prepared.villages:
        document.add_text("village", village)
    for number in NUMBERS:
        document.add_unsigned(number, getattr(prepared, number))
    return document


def _number_of(found: Any) -> int:
    """How many products a search counted: the library's types do not know of it."""
    return int(found.count or 0)


class TantivyReader:
    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self.searcher = searcher
        self.schema = schema

    @property
    def products(self) -> int:
        return int(self.searcher.num_docs)

    def frequency(self, word: Word) -> int:
        with _trouble():
            return int(self.searcher.doc_freq(word.field, word.text))

    def count(self, match: Match) -> int:
        with _trouble():
            query = self._all_of(self._matching(match.tiers[-1], match), [])
            return _number_of(self.searcher.search(query, 1, count=True))

    def find(self, match: Match, wanted: ProductFilter, offset: int, limit: int) -> Answer:
        with _trouble():
            matching = self._matching(match.tiers[-1], match)
            facets = self._facets(matching, wanted)
            total = self._total(matching, wanted, facets)
            hits = self._hits(match, wanted, offset, min(limit, max(0, total - offset)))
            shown = {
                side: in_order(facets[side], chosen_key(wanted, side), total) for side in FACETS
            }
            return Answer(hits, total, shown)

    def _total(
        self, matching: Sequence[Query], wanted: ProductFilter, facets: Mapping[str, Counts]
    ) -> int:
        if wanted.certified is None:
            # Every product is certified or not, and both were counted with all of the filter.
            return sum(count for _, count in facets["certified"])
        found = self.searcher.search(self._all_of(matching, self._filters(wanted)), 1, count=True)
        return _number_of(found)

    def _hits(self, match: Match, wanted: ProductFilter, offset: int, limit: int) -> list[Hit]:
        """The page, tier after tier; a later tier leaves out what an earlier one found."""
        field, order = ORDERS[wanted.sort]
        filters = self._filters(wanted)
        tiers = match.tiers if wanted.sort == Sort.RELEVANCE else match.tiers[-1:]
        hits: list[Hit] = []
        before: Expression | None = None
        for number, tier in enumerate(tiers):
            if len(hits) >= limit:
                break
            query = self._all_of(self._matching(tier, match), filters, before)
            found = self.searcher.search(
                query,
                limit - len(hits),
                # How many it holds matters only where it lies before the page.
                count=offset > 0,
                order_by_field=field,
                offset=offset,
                order=order,
            )
            hits.extend(self._as_hits(found.hits, number))
            offset = max(0, offset - _number_of(found)) if offset and not found.hits else 0
            before = tier
        return hits

    def _as_hits(self, found: Sequence[tuple[Any, Any]], tier: int) -> list[Hit]:
        if not found:
            return []
        ranks = self.searcher.fast_field_values("rank", [address for _, address in found])
        return [
            Hit(product_of(key), tier, int(rank or 0))
            for (key, _), rank in zip(found, ranks, strict=True)
        ]

    def _facets(self, matching: Sequence[Query], wanted: ProductFilter) -> dict[str, Counts]:
        chosen = [side for side in FACETS if getattr(wanted, side) is not None]
        open_sides = [side for side in FACETS if side not in chosen]
        counted = self._count_by(matching, wanted, open_sides)
        for side in chosen:
            counted |= self._count_by(matching, without_side(wanted, side), [side])
        return counted

    def _count_by(
        self, matching: Sequence[Query], wanted: ProductFilter, sides: Sequence[str]
    ) -> dict[str, Counts]:
        if not sides:
            return {}
        asked = {
            side: {"terms": {"field": side, "size": MANY_KEYS, "segment_size": ALL_KEYS}}
            for side in sides
        }
        query = self._all_of(matching, self._filters(wanted))
        found = self.searcher.aggregate(query, asked)
        return {
            side: [(row["key"], row["doc_count"]) for row in found[side]["buckets"]]
            for side in sides
        }

    def _term(self, field: str, value: str | int) -> Query:
        return Query.term_query(self.schema, field, value, "basic")

    def _expression(self, expression: Expression) -> Query:
        if isinstance(expression, Word):
            return self._term(expression.field, expression.text)
        parts = [self._expression(part) for part in expression.parts]
        if expression.count == len(parts):
            return Query.boolean_query([(Occur.Must, part) for part in parts])
        should = [(Occur.Should, part) for part in parts]
        return Query.boolean_query(should, minimum_number_should_match=expression.count)

    def _matching(self, expression: Expression, match: Match) -> list[Query]:
        return [self._expression(expression), *map(self._expression, match.without)]

    def _all_of(
        self,
        matching: Sequence[Query],
        filters: Sequence[Query],
        before: Expression | None = None,
    ) -> Query:
        """What matches (the first) without what is left out (the rest) that passes the filters."""
        wanted, *without = matching
        if before is not None:
            without.append(self._expression(before))
        musts = [(Occur.Must, query) for query in (wanted, *filters)]
        nots = [(Occur.MustNot, query) for query in without]
        if len(musts) == 1 and not nots:
            return wanted
        return Query.boolean_query([*musts, *nots])

    def _filters(self, wanted: ProductFilter) -> list[Query]:
        found = []
        for side in (*FACETS, "village"):
            if (key := chosen_key(wanted, side)) is not None:
                found.append(self._term(side, key))
        if wanted.min_price_fen is not None or wanted.max_price_fen is not None:
            found.append(self._price(wanted.min_price_fen or 0, wanted.max_price_fen))
        return found

    def _price(self, least_fen: int, most_fen: int | None) -> Query:
        # Keys of 62 bits: a bound beyond every price is the largest key.
        least = min(least_fen, ID_MASK) << ID_BITS
        most = ((min(most_fen, ID_MASK) if most_fen is not None else ID_MASK) << ID_BITS) | ID_MASK
        return Query.range_query(self.schema, "by_price", FieldType.Unsigned, least, most)


class TantivyEngine:
    name = "tantivy"

    def create(self, folder: Path) -> TantivyWriter:
        schema = _schema()
        with _trouble():
            index = tantivy.Index(schema, path=str(folder), reuse=False)
        return TantivyWriter(index, schema)

    def open_writer(self, folder: Path) -> TantivyWriter:
        return TantivyWriter(self._open(folder), _schema())

    def open_reader(self, folder: Path) -> TantivyReader:
        index = self._open(folder)
        with _trouble():
            index.config_reader(reload_policy="manual")
            return TantivyReader(index.searcher(), index.schema)

    def _open(self, folder: Path) -> tantivy.Index:
        with _trouble():
            return tantivy.Index.open(str(folder))
