"""How words sound: pinyin, its first letters, and what is easily mistaken for it."""

import os
import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import product

from marketplace.search.rules.words import read_lines

MOST_READINGS = 4

# What speakers of this region, and fingers, do not keep apart.
_NEAR = (
    (re.compile("^zh"), "z"),
    (re.compile("^ch"), "c"),
    (re.compile("^sh"), "s"),
    (re.compile("^c"), "z"),
    (re.compile("^l"), "n"),
    (re.compile("^f"), "h"),
    (re.compile("ng$"), "n"),
    (re.compile("v"), "u"),
)


@cache
def _own_readings() -> dict[str, tuple[str, ...]]:
    """Characters that this trade reads in its own way, with all their readings."""
    found = {}
    for line in read_lines("readings.txt"):
        character, *readings = line.split()
        found[character] = tuple(readings)
    return found


@cache
def _library() -> Callable[..., list[str]]:
    """The library's readings. It would keep a list of its own for each of the 120,000 syllables of
    its phrases; here those that are alike share one, which spares 19 MB. Everything is copied, so
    that nothing of what was read first holds the memory around it."""
    os.environ["PYPINYIN_NO_PHRASES"] = "1"
    from pypinyin import lazy_pinyin, load_phrases_dict
    from pypinyin.phrases_dict import phrases_dict

    @cache
    def syllable(readings: tuple[str, ...]) -> list[str]:
        return [_copy(reading) for reading in readings]

    load_phrases_dict(
        {
            _copy(phrase): [syllable(tuple(readings)) for readings in said]
            for phrase, said in phrases_dict.items()
        }
    )
    phrases_dict.clear()
    return lazy_pinyin


def _copy(text: str) -> str:
    return text.encode().decode()


@lru_cache(maxsize=65536)
def syllables_of(text: str) -> tuple[str, ...]:
    """One syllable for each Chinese character, as it is read inside this text."""
    return tuple(_library()(text, v_to_u=False))


@lru_cache(maxsize=65536)
def sounds_of(word: str) -> tuple[str, ...]:
    """The ways a word may be typed in pinyin, without tones and blanks."""
    own = _own_readings()
    syllables = syllables_of(word)
    if len(syllables) != len(word):
        return ("".join(syllables),)
    choices = [own.get(c, (syllable,)) for c, syllable in zip(word, syllables, strict=True)]
    return tuple("".join(chosen) for chosen, _ in zip(product(*choices), range(MOST_READINGS)))  # noqa: B905  (as many as there are, at most four)


def near_sound(word: str) -> str:
    """The sound with what is easily mistaken made alike: 玉米糁 and 玉米山 meet here."""
    return "'".join(_near(syllable) for syllable in syllables_of(word))


def initials_of(word: str) -> str:
    return "".join(syllable[0] for syllable in syllables_of(word) if syllable)


def shapes_of(word: str) -> list[str]:
    """The word with each character in turn left open: two words that differ in one meet here."""
    if len(word) < 3:
        return []
    return [f"{word[:place]}?{word[place + 1 :]}" for place in range(len(word))]


@lru_cache(maxsize=4096)
def _near(syllable: str) -> str:
    for pattern, instead in _NEAR:
        syllable = pattern.sub(instead, syllable)
    return syllable
