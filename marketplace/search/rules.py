"""From what people write to the terms an index keeps: pure rules of the search."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_QUERY = 100
MOST_TERMS = 16
LONGEST_TERM = 24

NAME, MAKER, PLACE, TEXT = 30, 20, 10, 5
SINGLE = 1

# A word of letters and digits, or a run of Chinese characters.
_HAN = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(rf"(?P<word>[^\W_{_HAN}]+)|(?P<run>[{_HAN}]+)")


@dataclass(frozen=True)
class SearchText:
    """What was typed, as terms that must all be found."""

    typed: str
    terms: tuple[str, ...]
    # What was typed beyond the bounds has been left out.
    is_cut: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing was typed at all: the whole shop is meant."""
        return not self.typed


def fold(text: str) -> str:
    """One form for what looks the same: full width, capitals, invisible marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in plain)


def read_query(text: str) -> SearchText:
    """The terms of a query: pairs of Chinese characters and whole words, bounded."""
    typed = " ".join(fold(text[: 4 * LONGEST_QUERY]).split())
    terms = list(dict.fromkeys(_query_terms(typed[:LONGEST_QUERY])))
    is_cut = len(typed) > LONGEST_QUERY or len(text) > 4 * LONGEST_QUERY or len(terms) > MOST_TERMS
    return SearchText(typed[:LONGEST_QUERY], tuple(terms[:MOST_TERMS]), is_cut)


def weigh(parts: Iterable[tuple[str, int]], name: str) -> dict[str, int]:
    """The terms of a document, each with the sum of the weights of the parts it stands in.

    Single characters are kept of the name only: elsewhere they would match nearly everything.
    """
    weights: Counter[str] = Counter()
    for text, weight in parts:
        for term in set(_pairs_and_words(fold(text))):
            weights[term] += weight
    for run in _runs(fold(name)):
        for character in set(run):
            weights[character] += SINGLE
    return dict(weights)


def _runs(text: str) -> Iterator[str]:
    return (match["run"] for match in _RUNS.finditer(text) if match["run"])


def _query_terms(text: str) -> Iterator[str]:
    for match in _RUNS.finditer(text):
        run = match["run"]
        if run is None:
            yield match["word"][:LONGEST_TERM]
        elif len(run) == 1:
            yield run
        else:
            yield from _pairs(run)


def _pairs_and_words(text: str) -> Iterator[str]:
    for match in _RUNS.finditer(text):
        if match["run"]:
            yield from _pairs(match["run"])
        else:
            yield match["word"][:LONGEST_TERM]


def _pairs(run: str) -> Iterator[str]:
    return (run[place : place + 2] for place in range(len(run) - 1))
