"""A product as an index keeps it: the words of each field and the numbers to order by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.catalogue.rules import ProductDocument
from marketplace.search.rules.folding import fold, gram_word
from marketplace.search.rules.matching import ALL, GRAMS, HEAD, SOUND, TEXT, TITLE, TITLE_SOUND
from marketplace.search.rules.ranking import keyed, rank_of, standing_of
from marketplace.search.rules.sounds import sounds_of
from marketplace.search.rules.words import (
    areas_of,
    grams_of,
    is_han,
    names_of_place,
    small_words,
    words_of,
)

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  (only a number is made of it)


@dataclass(frozen=True)
class Prepared:
    """One published product, ready for any engine."""

    product_id: int
    words: Mapping[str, frozenset[str]]
    category: str
    township: str
    villages: tuple[str, ...]
    producer: int
    certified: bool
    # Each orders a list, and none is shared by two products.
    rank: int
    by_sales: int
    by_price: int
    by_newest: int


def prepare(document: ProductDocument, today: date) -> Prepared:
    """What is indexed of a product on a day; tomorrow it may be recognised no more."""
    product_id, sold = document.product_id, document.sold_quantity
    certified = document.is_certified_on(today)
    standing = standing_of(sold, available=document.available > 0, certified=certified)
    return Prepared(
        product_id=product_id,
        words=_words(document),
        category=document.category_code,
        township=document.township_code,
        villages=tuple(village.code for village in document.villages),
        producer=document.producer_id,
        certified=certified,
        rank=rank_of(standing, sold, product_id),
        by_sales=keyed(sold, product_id),
        by_price=keyed(document.lowest_price_fen, product_id),
        by_newest=keyed(_seconds(document.published_at), product_id),
    )


def _words(document: ProductDocument) -> dict[str, frozenset[str]]:
    title = frozenset(words_of(document.name)) | _weights(document)
    head = title | _maker_words(document)
    names = {name for village in document.villages for name in (village.name, village.township)}
    places = {word for name in names for word in names_of_place(name)}
    category = words_of(f"{document.category} {document.category_en}") - small_words()
    everything = head | places | areas_of(document.township_code) | category
    return {
        TITLE: title,
        HEAD: head,
        ALL: frozenset(everything),
        GRAMS: frozenset(grams_of(document.name)),
        TEXT: frozenset(words_of(document.description) - small_words()),
        TITLE_SOUND: sounds_in(title),
        SOUND: sounds_in(everything),
    }


def _maker_words(document: ProductDocument) -> frozenset[str]:
    names = [name for name in (document.producer, document.workshop) if name]
    return frozenset(word for name in names for word in (*words_of(name), fold(name)))


def _weights(document: ProductDocument) -> frozenset[str]:
    return frozenset(gram_word(grams) for grams in document.pack_grams if grams)


def sounds_in(words: Iterable[str]) -> frozenset[str]:
    """How the Chinese ones among the words sound."""
    return frozenset(sound for word in words if is_han(word) for sound in sounds_of(word))


def _seconds(moment: datetime | None) -> int:
    return int((moment.replace(tzinfo=None) - EPOCH).total_seconds()) if moment else 0
