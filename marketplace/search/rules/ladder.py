"""The rungs of the ladder: strict first, then ever more forgiving, until something is found."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from marketplace.search.rules.folding import pieces_of
from marketplace.search.rules.matching import (
    ALL,
    EVERYTHING,
    GRAMS,
    HEAD,
    SOUND,
    TEXT,
    TITLE,
    TITLE_SOUND,
    AtLeast,
    Expression,
    Match,
    Word,
    every,
    some,
)
from marketplace.search.rules.reading import Reading, Segment, Vocabulary, windows
from marketplace.search.rules.words import is_han, pairs_of, parts_of

LONGEST_SOUND = 30
MOST_CLAUSES = 48
MOST_TITLE_TIERS = 3
# How much of what was asked for must be met, the nearest goods first.
NEARNESS = (75, 60, 45, 30, 15)


class Rung(StrEnum):
    """Which way of reading found something."""

    WORDS = "words"
    PINYIN = "pinyin"
    CORRECTED = "corrected"
    NEAREST = "nearest"


class Sounding(Vocabulary, Protocol):
    """A vocabulary that also knows how its words sound and look."""

    def with_sounds(self, sounds: Collection[str]) -> Collection[str]:
        """Those of the sounds that some word has."""

    def correct(self, run: str) -> str:
        """The run with unknown words replaced by known ones that sound or look alike."""

    def by_initials(self, letters: str) -> str | None:
        """The word that is asked for most among those with these first letters."""


@dataclass(frozen=True)
class Step:
    """One rung: what to ask the index, and what to tell the person about it."""

    rung: Rung
    match: Match
    reading: Reading
    # What was understood in place of what was typed.
    instead: str | None = None


def climb(reading: Reading, vocabulary: Sounding, read: Callable[[str], Reading]) -> Iterator[Step]:
    """The rungs in order; the caller stops at the first that finds anything."""
    if not reading.segments:
        if reading.without:
            yield Step(Rung.WORDS, Match((EVERYTHING,), _without(reading)), reading)
        return
    yield Step(Rung.WORDS, strict(reading), reading)
    if sounds := _spoken(reading, vocabulary):
        tiers = tuple(every([Word(f, sound) for sound in sounds]) for f in (TITLE_SOUND, SOUND))
        yield Step(Rung.PINYIN, Match(tiers, _without(reading)), reading)
    corrected = _corrected(reading, vocabulary)
    better = read(corrected) if corrected else None
    if better is not None:
        yield Step(Rung.CORRECTED, strict(better), better, corrected)
    yield from _nearest(reading, better)


def strict(reading: Reading) -> Match:
    """Every segment must be met somewhere; the more of them the name itself meets, the better."""
    in_title = [_meet(segment, TITLE) for segment in reading.segments]
    in_head = [_meet(segment, HEAD) for segment in reading.segments]
    anywhere = every([_meet(segment, ALL) for segment in reading.segments])
    least = range(len(in_title) - 1, max(0, len(in_title) - 1 - MOST_TITLE_TIERS), -1)
    partly = [every([anywhere, AtLeast(count, tuple(in_title))]) for count in least]
    named = every([anywhere, some(in_head)])
    tiers = (every(in_title), *partly, named, anywhere)
    if any(len(segment.synonyms) > 1 for segment in reading.segments):
        # What was typed itself stands before what means the same.
        own = [
            _meet(replace(segment, synonyms=(segment.text,)), TITLE) for segment in reading.segments
        ]
        tiers = (every(own), *tiers)
    return Match(tiers, _without(reading))


def _meet(segment: Segment, field: str) -> Expression:
    ways: list[Expression] = []
    for word in segment.synonyms:
        ways.append(_word(word, field))
        if parts := parts_of(word) if is_han(word) else ():
            ways.append(every([Word(field, part) for part in parts]))
    if segment.is_han:
        ways.append(_chain(segment.text))
    elif segment.text.isalpha():
        ways.append(Word(SOUND if field == ALL else TITLE_SOUND, segment.text))
    return some(ways)


def _word(word: str, field: str) -> Expression:
    """A word of the index, or, where English puts blanks, all of its parts."""
    parts = [Word(GRAMS if len(part) == 1 else field, part) for part in word.split()]
    return every(parts)


def _chain(run: str) -> Expression:
    """All neighbouring pairs of the name: finds what no dictionary knows as a word."""
    return every([Word(GRAMS, pair) for pair in pairs_of(run) or [run]])


def _without(reading: Reading) -> tuple[Expression, ...]:
    found: list[Expression] = []
    for word in reading.without:
        found.append(Word(ALL, word))
        if is_han(word):
            found.append(_chain(word))
    return tuple(found)


def _spoken(reading: Reading, vocabulary: Sounding) -> list[str]:
    """The letters typed as the fewest sounds of the catalogue, if they are nothing else."""
    letters = reading.letters[: 2 * LONGEST_SOUND]
    if not letters:
        return []
    known = set(vocabulary.with_sounds(windows(letters, LONGEST_SOUND)))
    best: list[list[str] | None] = [[]]
    for end in range(1, len(letters) + 1):
        ways = [
            [*before, letters[start:end]]
            for start in range(max(0, end - LONGEST_SOUND), end)
            if (before := best[start]) is not None and letters[start:end] in known
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or []


def _corrected(reading: Reading, vocabulary: Sounding) -> str | None:
    """What was probably meant, if that is something else than what was typed."""
    if reading.letters:
        return vocabulary.by_initials(reading.letters)
    corrected = reading.typed
    for run in _runs(reading):
        corrected = corrected.replace(run, vocabulary.correct(run))
    return corrected if corrected != reading.typed else None


def _runs(reading: Reading) -> list[str]:
    return [piece for piece, is_chinese in pieces_of(reading.typed) if is_chinese]


def _nearest(reading: Reading, better: Reading | None) -> Iterator[Step]:
    """Goods that meet some of what was asked for, description included, nearest first."""
    segments = [*reading.segments, *(better.segments if better else ())]
    clauses = tuple(dict.fromkeys(_clauses(segments)))[:MOST_CLAUSES]
    counts = dict.fromkeys(max(1, len(clauses) * share // 100) for share in NEARNESS)
    tiers: tuple[Expression, ...] = ()
    for count in [*counts, 1]:
        tiers = (*tiers, AtLeast(count, clauses))
        yield Step(Rung.NEAREST, Match(tiers, _without(reading)), reading)


def _clauses(segments: Sequence[Segment]) -> Iterator[Word]:
    for segment in segments:
        for word in (segment.text, *segment.synonyms[1:2], *parts_of(segment.text)):
            for part in word.split():
                yield Word(TITLE, part)
                yield Word(ALL, part)
        yield Word(TEXT, segment.text)
        if segment.is_han:
            yield from (Word(GRAMS, pair) for pair in pairs_of(segment.text))
