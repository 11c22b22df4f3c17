"""Chinese text cut into words, with the words of this trade added to the dictionary."""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from types import ModuleType

import rjieba

from marketplace.search.rules.folding import amounts_of, fold, pieces_of

LONGEST_WORD = 24
COMMENT = "#"
# An area's name is also typed without what kind of area it is.
_KINDS = (
    "街道办事处",
    "居委会",
    "村委会",
    "社区",
    "街道",
    "管理区",
    "村",
    "镇",
    "乡",
    "区",
    "县",
    "市",
    "省",
)


def read_lines(name: str) -> list[str]:
    """The lines of one of our word files, without blanks and remarks."""
    text = resources.files("marketplace.search").joinpath("data", name).read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(COMMENT)]


@cache
def _scissors() -> ModuleType:
    """The dictionary that the library has opened already: a second one takes 24 MB."""
    _add(read_lines("words.txt"))
    return rjieba


def _add(words: Iterable[str]) -> None:
    for word in words:
        rjieba.add_word(word, None, None)


def learn(words: Iterable[str]) -> None:
    """Adds words to this process's dictionary: a county's own, and those of the synonyms."""
    _scissors()
    _add(fold(word) for word in words)
    parts_of.cache_clear()


def is_han(text: str) -> bool:
    return bool(text) and all(part for _, part in pieces_of(text))


def cut(run: str) -> list[str]:
    """A run of Chinese characters as a person would read it: no character in two words."""
    return list(_scissors().cut(run))


def words_of(text: str) -> set[str]:
    """Everything a text may be found by as a word: long words and the words inside them."""
    folded = fold(text)
    found = set(amounts_of(folded))
    for piece, is_chinese in pieces_of(folded):
        if not is_chinese:
            found.add(piece[:LONGEST_WORD])
            continue
        found.update(word for word in _scissors().cut_for_search(piece) if len(word) > 1)
    return {word[:LONGEST_WORD] for word in found}


def grams_of(text: str) -> set[str]:
    """Single characters and neighbouring pairs: what finds words no dictionary knows."""
    found: set[str] = set()
    for piece, is_chinese in pieces_of(fold(text)):
        if is_chinese:
            found.update(piece)
            found.update(pairs_of(piece))
    return found


def pairs_of(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


@lru_cache(maxsize=8192)
def parts_of(word: str) -> tuple[str, ...]:
    """Shorter words that together make up the whole one; empty where there are none."""
    inside = [part for part in _scissors().cut_for_search(word) if 1 < len(part) < len(word)]
    chosen: list[str] = []
    place = 0
    while place < len(word):
        fits = [part for part in inside if word.startswith(part, place)]
        if not fits:
            return ()
        chosen.append(max(fits, key=len))
        place += len(chosen[-1])
    return tuple(chosen)


@lru_cache(maxsize=8192)
def names_of_place(name: str) -> frozenset[str]:
    """A place's whole name, and the name without its kind: 青曲镇 and 青曲."""
    whole = fold(name).strip()
    found = {whole}
    for kind in _KINDS:
        if whole.endswith(kind) and len(whole) - len(kind) > 1:
            found.add(whole.removesuffix(kind))
            break
    return frozenset(word for word in found if word)


@cache
def small_words() -> frozenset[str]:
    """What people type around the goods they mean: 哪里有卖 … 的."""
    return frozenset(read_lines("small_words.txt"))


@cache
def areas() -> dict[str, tuple[str, ...]]:
    """The names of counties, cities and provinces, by the prefix of the code."""
    found = {}
    for line in read_lines("areas.txt"):
        code, *names = line.split()
        found[code] = tuple(names)
    return found


@lru_cache(maxsize=8192)
def areas_of(township_code: str) -> frozenset[str]:
    """The names of the county, city and province that a township lies in."""
    known = areas()
    names = (known.get(township_code[:length], ()) for length in (2, 4, 6))
    return frozenset(word for some in names for name in some for word in names_of_place(name))
