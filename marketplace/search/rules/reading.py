"""What was typed, read as a person means it: words, left-out words, quoted phrases."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.search.rules.folding import (
    amounts_of,
    clip,
    pieces_of,
    without_amounts,
)
from marketplace.search.rules.synonyms import Synonyms
from marketplace.search.rules.words import LONGEST_WORD, cut, is_han, small_words

MOST_SEGMENTS = 16
LONGEST_KNOWN = 10
LONGEST_ENGLISH = 4
# Known words are best, words of the general dictionary nearly as good, loose characters worst.
KNOWN, CUT, LOOSE = 10, 11, 16
_CHUNK = re.compile(r'(?P<minus>-)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')


class Vocabulary(Protocol):
    """The words of the catalogue as far as a query needs them."""

    @property
    def synonyms(self) -> Synonyms: ...

    def known(self, words: Collection[str]) -> Collection[str]:
        """Those of the words that stand in the catalogue."""


@dataclass(frozen=True)
class Segment:
    """One thing that was asked for, with everything that means the same."""

    text: str
    synonyms: tuple[str, ...]

    @property
    def is_han(self) -> bool:
        return is_han(self.text)


@dataclass(frozen=True)
class Reading:
    typed: str
    segments: tuple[Segment, ...]
    without: tuple[str, ...] = ()
    # What was typed beyond the bounds has been left out.
    is_cut: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing was typed at all: the whole shop is meant."""
        return not self.typed

    @property
    def letters(self) -> str:
        """What was typed where it is letters and nothing else, without its blanks."""
        joined = "".join(self.typed.replace("'", " ").split())
        return joined if joined.isascii() and joined.isalpha() else ""


def read_query(typed: str, vocabulary: Vocabulary) -> Reading:
    """The segments of what was typed, each of which must be found."""
    text, is_cut = clip(typed)
    wanted: list[str] = []
    without: list[str] = []
    for match in _CHUNK.finditer(text):
        chunk = match["plain"] if match["quoted"] is None else match["quoted"]
        if match["minus"]:
            without.extend(piece for piece, _ in pieces_of(chunk))
        elif match["quoted"] is not None:
            wanted.extend(piece for piece, _ in pieces_of(chunk))
    plain = " ".join(m["plain"] for m in _CHUNK.finditer(text) if m["plain"] and not m["minus"])
    wanted = [*_segments(plain, vocabulary), *wanted]
    kept = [word for word in wanted if word not in small_words()] or wanted
    kept = list(dict.fromkeys(kept))
    segments = [Segment(word, vocabulary.synonyms.of(word)) for word in kept[:MOST_SEGMENTS]]
    return Reading(text, tuple(segments), tuple(without), is_cut or len(kept) > MOST_SEGMENTS)


def _segments(text: str, vocabulary: Vocabulary) -> list[str]:
    found: list[str] = []
    letters: list[str] = []
    for piece, is_chinese in pieces_of(without_amounts(text)):
        if is_chinese:
            found.extend(_phrases(letters, vocabulary))
            letters = []
            found.extend(split(piece, vocabulary))
        else:
            letters.append(piece[:LONGEST_WORD])
    return [*found, *_phrases(letters, vocabulary), *amounts_of(text)]


def _phrases(letters: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Neighbouring words of letters; those that only together mean something stay together."""
    found, place = [], 0
    while place < len(letters):
        for length in range(min(LONGEST_ENGLISH, len(letters) - place), 0, -1):
            phrase = " ".join(letters[place : place + length])
            if length == 1 or vocabulary.synonyms.knows(phrase):
                found.append(phrase)
                place += length
                break
    return found


def windows(run: str, longest: int = LONGEST_KNOWN, least: int = 2) -> list[str]:
    """Every stretch of a run that might be a word."""
    return [
        run[start : start + length]
        for start in range(len(run))
        for length in range(least, min(longest, len(run) - start) + 1)
    ]


def split(run: str, vocabulary: Vocabulary) -> list[str]:
    """A run of Chinese characters in the fewest words, those of the catalogue first."""
    inside = windows(run)
    costs = dict.fromkeys((word for word in cut(run) if len(word) > 1), CUT)
    costs |= dict.fromkeys(vocabulary.known(inside), KNOWN)
    costs |= {word: KNOWN for word in inside if vocabulary.synonyms.knows(word)}
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(run) + 1):
        ways = [(best[end - 1][0] + LOOSE, [*best[end - 1][1], run[end - 1]])]
        for start in range(max(0, end - LONGEST_WORD), end - 1):
            word = run[start:end]
            if word in costs:
                ways.append((best[start][0] + costs[word], [*best[start][1], word]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]
