"""Whoosh: the engine in plain Python, for machines that Tantivy has no wheel for.

Whoosh keeps words and numbers; sets, order and counts are worked out in arrays of numpy, so
that no query walks over its hits in Python.
"""

import pickle
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from whoosh import columns, fields, index
from whoosh.reading import TermNotFound

from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.search.index import FACETS, Answer, Hit, IndexBroken, chosen_key, in_order
from marketplace.search.rules.documents import Prepared
from marketplace.search.rules.matching import EVERYTHING, FIELDS, KIND, Expression, Match, Word
from marketplace.search.rules.ranking import ID_BITS, product_of

NUMBERS = ("rank", "by_sales", "by_price", "by_newest")
KEPT_WORDS = 4096
ORDERS = {
    Sort.RELEVANCE: ("rank", True),
    Sort.SALES: ("by_sales", True),
    Sort.PRICE: ("by_price", False),
    Sort.PRICE_DOWN: ("by_price", True),
    Sort.NEWEST: ("by_newest", True),
}
# What reading a damaged file may end in; the library checks little.
DAMAGE = (OSError, EOFError, ValueError, TypeError, LookupError, struct.error, pickle.PickleError)
Numbers: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


def _schema() -> fields.Schema:
    words = {field: fields.KEYWORD(scorable=False) for field in (*FIELDS, *FACETS, KIND, "village")}
    numbers = {field: fields.COLUMN(columns.NumericColumn("q")) for field in NUMBERS}
    return fields.Schema(product=fields.ID(unique=True), **words, **numbers)


@contextmanager
def _trouble() -> Iterator[None]:
    """The library's ways of saying that files are missing or damaged, as one."""
    try:
        yield
    except (*DAMAGE, index.IndexError) as trouble:
        raise IndexBroken(str(trouble)) from trouble


class WhooshWriter:
    """Each commit ends the library's writer, so the next change opens another."""

    def __init__(self, opened: Any, *, is_new: bool) -> None:
        self.index = opened
        self.is_new = is_new
        self.writer: Any = None

    def put(self, documents: Iterable[Prepared]) -> None:
        with _trouble():
            writer = self._writer()
            for document in documents:
                if not self.is_new:
                    writer.delete_by_term("product", str(document.product_id))
                writer.add_document(**_as_document(document))

    def remove(self, product_ids: Iterable[int]) -> None:
        with _trouble():
            for product_id in product_ids:
                self._writer().delete_by_term("product", str(product_id))

    def commit(self) -> None:
        with _trouble():
            if self.writer is not None:
                self.writer.commit()
            self.writer, self.is_new = None, False

    def close(self) -> None:
        with _trouble():
            if self.writer is not None:
                self.writer.cancel()
            self.index.close()

    def _writer(self) -> Any:
        if self.writer is None:
            self.writer = self.index.writer(limitmb=128)
        return self.writer


def _as_document(prepared: Prepared) -> dict[str, Any]:
    words: dict[str, Any] = {field: sorted(prepared.words[field]) for field in FIELDS}
    return {
        **words,
        "product": str(prepared.product_id),
        EVERYTHING.field: [EVERYTHING.text],
        "category": [prepared.category],
        "township": [prepared.township],
        "producer": [str(prepared.producer)],
        "certified": [str(int(prepared.certified))],
        "village": list(prepared.villages),
        **{number: getattr(prepared, number) for number in NUMBERS},
    }


@dataclass(frozen=True)
class Facet:
    """Each product's key as a number, and the keys."""

    codes: Numbers
    keys: Sequence[str]


class WhooshReader:
    """All of one generation: numbers and facets in memory, words read as they are asked for."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.size: int = reader.doc_count_all()
        self.kept: LRUCache[Word, Numbers] = LRUCache(KEPT_WORDS)
        with _trouble():
            self.alive = self._mask(np.fromiter(reader.all_doc_ids(), dtype=np.int64))
            self.numbers = {number: self._numbers(number) for number in NUMBERS}
            self.facets = {side: self._facet(side) for side in FACETS}
        self.orders = {sort: self._order(*how) for sort, how in ORDERS.items()}

    @property
    def products(self) -> int:
        return int(self.alive.sum())

    def frequency(self, word: Word) -> int:
        return len(self._carrying(word))

    def count(self, match: Match) -> int:
        return int(self._matching(match, match.tiers[-1]).sum())

    def find(self, match: Match, wanted: ProductFilter, offset: int, limit: int) -> Answer:
        matching = self._matching(match, match.tiers[-1])
        sides = self._sides(wanted)
        passing = _all(matching, sides.values())
        hits = self._hits(match, wanted, passing, slice(offset, offset + limit))
        total = int(passing.sum())
        facets = {
            side: in_order(
                self._count_by(side, _all(matching, (m for s, m in sides.items() if s != side))),
                chosen_key(wanted, side),
                total,
            )
            for side in FACETS
        }
        return Answer(hits, total, facets)

    def _hits(self, match: Match, wanted: ProductFilter, passing: Mask, page: slice) -> list[Hit]:
        order = self.orders[wanted.sort]
        tier_of = np.zeros(self.size, dtype=np.int64)
        if wanted.sort == Sort.RELEVANCE and len(match.tiers) > 1:
            tiers = [self._evaluate(tier) for tier in match.tiers[:-1]]
            tier_of = len(tiers) - np.sum(tiers, axis=0)
            found = order[passing[order]]
            found = found[np.argsort(tier_of[found], kind="stable")][page]
        else:
            found = order[passing[order]][page]
        ranks = self.numbers["rank"]
        return [Hit(product_of(int(ranks[n])), int(tier_of[n]), int(ranks[n])) for n in found]

    def _matching(self, match: Match, tier: Expression) -> Mask:
        matching = self._evaluate(tier) & self.alive
        for left_out in match.without:
            matching &= ~self._evaluate(left_out)
        return matching

    def _evaluate(self, expression: Expression) -> Mask:
        if isinstance(expression, Word):
            return self._mask(self._carrying(expression))
        parts = [self._evaluate(part) for part in expression.parts]
        if expression.count == len(parts):
            return np.logical_and.reduce(parts)  # type: ignore[no-any-return]
        if expression.count == 1:
            return np.logical_or.reduce(parts)  # type: ignore[no-any-return]
        return np.sum(parts, axis=0) >= expression.count  # type: ignore[no-any-return]

    def _carrying(self, word: Word) -> Numbers:
        kept = self.kept.get(word)
        if kept is None:
            kept = self.kept[word] = self._postings(word.field, word.text)
        return kept

    def _postings(self, field: str, text: str) -> Numbers:
        with _trouble():
            try:
                matcher = self.reader.postings(field, text)
            except TermNotFound:
                return np.empty(0, dtype=np.int64)
            return np.fromiter(matcher.all_ids(), dtype=np.int64)

    def _mask(self, numbers: Numbers) -> Mask:
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[numbers] = True
        return mask

    def _sides(self, wanted: ProductFilter) -> dict[str, Mask]:
        found = {}
        for side in (*FACETS, "village"):
            if (key := chosen_key(wanted, side)) is not None:
                found[side] = self._mask(self._carrying(Word(side, key)))
        prices = self.numbers["by_price"] >> ID_BITS
        if wanted.min_price_fen is not None:
            found["least"] = prices >= wanted.min_price_fen
        if wanted.max_price_fen is not None:
            found["most"] = prices <= wanted.max_price_fen
        return found

    def _count_by(self, side: str, passing: Mask) -> list[tuple[str, int]]:
        facet = self.facets[side]
        counts = np.bincount(facet.codes[passing], minlength=len(facet.keys))
        return [(facet.keys[code], int(counts[code])) for code in np.flatnonzero(counts).tolist()]

    def _numbers(self, number: str) -> Numbers:
        found = np.zeros(self.size, dtype=np.int64)
        for leaf, offset in self.reader.leaf_readers():
            if leaf.has_column(number):
                values = leaf.column_reader(number)
                count = leaf.doc_count_all()
                found[offset : offset + count] = np.fromiter(values, np.int64, count)
        return found

    def _facet(self, side: str) -> Facet:
        codes = np.zeros(self.size, dtype=np.int64)
        keys = [key.decode() for key in self.reader.lexicon(side)]
        for code, key in enumerate(keys):
            codes[self._postings(side, key)] = code
        return Facet(codes, keys)

    def _order(self, number: str, is_descending: bool) -> Numbers:
        order = np.argsort(self.numbers[number], kind="stable")
        return order[::-1] if is_descending else order


def _all(matching: Mask, sides: Iterable[Mask]) -> Mask:
    passing = matching
    for side in sides:
        passing = passing & side
    return passing


class WhooshEngine:
    name = "whoosh"

    def create(self, folder: Path) -> WhooshWriter:
        with _trouble():
            return WhooshWriter(index.create_in(str(folder), _schema()), is_new=True)

    def open_writer(self, folder: Path) -> WhooshWriter:
        with _trouble():
            return WhooshWriter(index.open_dir(str(folder)), is_new=False)

    def open_reader(self, folder: Path) -> WhooshReader:
        with _trouble():
            return WhooshReader(index.open_dir(str(folder)).reader())
