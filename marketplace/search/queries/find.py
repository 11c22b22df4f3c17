"""The search itself: the ladder over this machine's copy, or the database where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import (
    DEEPEST,
    Facets,
    ProductCard,
    ProductFilter,
    count_facets,
    list_cards_of,
    list_products,
    name_facets,
    names_containing,
)
from marketplace.core.paging import Page, PageRequest
from marketplace.search.index import Answer, Hit, IndexBroken
from marketplace.search.local.copy import LocalCopy, Snapshot
from marketplace.search.local.lexicon import Entry
from marketplace.search.queries.browse import browse
from marketplace.search.rules.folding import clip, fold, pieces_of
from marketplace.search.rules.ladder import Rung, Step, climb
from marketplace.search.rules.matching import ALL, Match, Word
from marketplace.search.rules.reading import Reading, read_query

# The nearest goods: a wider circle is drawn until it holds so many.
ENOUGH_NEAR = 8
NOTHING = Facets(0, (), (), (), ())
MOST_FALLBACK_WORDS = 6
MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Found:
    """A page of what was found, with exact counts of all of it, and how it was found."""

    typed: str
    cards: Page[ProductCard]
    facets: Facets
    rung: Rung | None = None
    # What was understood in place of what was typed, and the words that nothing carries.
    instead: str | None = None
    missing: tuple[str, ...] = ()
    is_cut: bool = False
    # Whether the index could not be asked: only names of products were compared.
    is_makeshift: bool = False
    # For operators: why each card stands where it does.
    hits: Sequence[Hit] = ()

    @property
    def is_blank(self) -> bool:
        return not self.typed

    @property
    def is_only_marks(self) -> bool:
        """Nothing was typed that could be a word."""
        return bool(self.typed) and not pieces_of(self.typed)


def search(
    session: Session,
    copy: LocalCopy,
    typed: str,
    wanted: ProductFilter,
    page: PageRequest,
    *,
    today: date,
) -> Found:
    """Published products that were meant; without words the whole shop, best sold first."""
    text, is_cut = clip(typed)
    if not text:
        return Found(text, *browse(session, copy, wanted, page, today))
    snapshot = copy.snapshot()
    if snapshot is not None:
        try:
            return _search_copy(session, snapshot, text, (wanted, page, today, is_cut))
        except IndexBroken as trouble:
            copy.give_up(snapshot, trouble)
    return _search_names(session, text, (wanted, page, today, is_cut))


Asked = tuple[ProductFilter, PageRequest, date, bool]


def _search_copy(session: Session, snapshot: Snapshot, text: str, asked: Asked) -> Found:
    wanted, page, today, is_cut = asked
    reading, step, answer = look_up(snapshot, text, wanted, page)
    shown = list_cards_of(session, [hit.product_id for hit in answer.hits], today)
    facets = name_facets(session, answer.facets, answer.total)
    return Found(
        typed=text,
        cards=Page(shown, page.page, page.per_page, answer.total, reach=DEEPEST),
        facets=facets,
        rung=step.rung if step else None,
        instead=step.instead if step else None,
        missing=_missing(snapshot, reading) if step and step.rung == Rung.NEAREST else (),
        is_cut=is_cut or reading.is_cut,
        hits=answer.hits,
    )


def look_up(
    snapshot: Snapshot, text: str, wanted: ProductFilter, page: PageRequest
) -> tuple[Reading, Step | None, Answer]:
    """What one snapshot finds: how it read the text, the rung that found, and the page.

    A filter that leaves nothing of what a rung found changes no rung.
    """
    reading = read_query(text, snapshot.words)
    found: tuple[Step | None, Answer] = (None, Answer((), 0, {}))
    for step in climb(reading, snapshot.words, lambda text: read_query(text, snapshot.words)):
        answer = _page(snapshot, step.match, wanted, page)
        # Counted apart only where the filter may have taken away what the rung found.
        enough = ENOUGH_NEAR if step.rung == Rung.NEAREST else 1
        count = answer.total if answer.total >= enough else snapshot.reader.count(step.match)
        if count:
            found = (step, answer)
        if count >= enough:
            break
    return reading, *found


def _page(snapshot: Snapshot, match: Match, wanted: ProductFilter, page: PageRequest) -> Answer:
    limit = page.per_page if page.offset < DEEPEST else 0
    return snapshot.reader.find(match, wanted, min(page.offset, DEEPEST), limit)


def _missing(snapshot: Snapshot, reading: Reading) -> tuple[str, ...]:
    reader = snapshot.reader
    return tuple(
        segment.text
        for segment in reading.segments
        if not any(reader.frequency(Word(ALL, word)) for word in segment.synonyms)
    )


def _search_names(session: Session, text: str, asked: Asked) -> Found:
    """While the index is being built: names that contain every word, from the database."""
    wanted, page, today, is_cut = asked
    words = [piece for piece, _ in pieces_of(text)][:MOST_FALLBACK_WORDS]
    if not words:
        cards: Page[ProductCard] = Page((), page.page, page.per_page, 0)
        return Found(text, cards, NOTHING, is_cut=is_cut, is_makeshift=True)
    hits = names_containing(words)
    facets = count_facets(session, wanted, today, hits=hits)
    cards = list_products(session, wanted, page, today, hits=hits, total=facets.total)
    rung = Rung.WORDS if facets.total else None
    return Found(text, cards, facets, rung=rung, is_cut=is_cut, is_makeshift=True)


def finds_words(copy: LocalCopy, typed: str) -> bool:
    """Whether anything carries these very words; False while nothing can be asked."""
    snapshot = copy.snapshot()
    if snapshot is None:
        return False
    try:
        return _carries(snapshot, typed)
    except IndexBroken as trouble:
        copy.give_up(snapshot, trouble)
        return False


def _carries(snapshot: Snapshot, typed: str) -> bool:
    reading = read_query(typed, snapshot.words)
    step = next(climb(reading, snapshot.words, lambda text: read_query(text, snapshot.words)), None)
    return step is not None and snapshot.reader.count(step.match) > 0


def suggest(copy: LocalCopy, typed: str, limit: int = 8) -> list[Entry]:
    """What is probably being typed: goods, categories, villages and producers."""
    text, _ = clip(typed)
    snapshot = copy.snapshot()
    if snapshot is None or not text:
        return []
    try:
        found = _entries(snapshot, fold(text), limit)
        better = snapshot.words.correct(text) if not found and not text.isascii() else text
        return found or (_entries(snapshot, better, limit) if better != text else [])
    except IndexBroken as trouble:
        copy.give_up(snapshot, trouble)
        return []


def _entries(snapshot: Snapshot, begins: str, limit: int) -> list[Entry]:
    """Entries without the goods that have left since the words were written."""
    found = snapshot.words.suggest(begins, 2 * limit)
    there = (entry for entry in found if entry.kind != "product" or _is_there(snapshot, entry))
    return list(islice(there, limit))


def _is_there(snapshot: Snapshot, product: Entry) -> bool:
    known = snapshot.carried.get(product.text)
    if known is None:
        if len(snapshot.carried) >= MOST_REMEMBERED:
            snapshot.carried.clear()
        known = snapshot.carried[product.text] = _carries(snapshot, product.text)
    return known
