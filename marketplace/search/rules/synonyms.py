"""Groups of words that mean the same goods."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.search.rules.folding import fold
from marketplace.search.rules.sounds import sounds_of
from marketplace.search.rules.words import is_han

LONGEST_GROUP = 400
MOST_WORDS = 20
# Words are parted by blanks or commas; a blank inside a word is written "\ ".
_PARTS = re.compile(r"(?:\\ |[^\s,,、;;/])+")


def read_group(text: str) -> tuple[str, ...]:
    """The words of a group as the index knows them, each once."""
    words = (part.replace("\\ ", " ").strip() for part in _PARTS.findall(text))
    return tuple(dict.fromkeys(fold(word) for word in words if word.strip()))


@dataclass(frozen=True)
class Synonyms:
    """Every word with all that may stand for it, itself first."""

    by_word: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, word: str) -> tuple[str, ...]:
        return self.by_word.get(word, (word,))

    def knows(self, word: str) -> bool:
        return word in self.by_word


def gather(groups: Iterable[str]) -> Synonyms:
    """The groups as they were written; a word of two groups stands for both."""
    by_word: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = read_group(group)
        for word in words:
            by_word[word] = tuple(dict.fromkeys((word, *by_word.get(word, ()), *words)))
    # Words of a group that no product carries are typed in pinyin too: xihongshi for 番茄.
    spoken = {sound: word for word in by_word if is_han(word) for sound in sounds_of(word)}
    for sound, word in spoken.items():
        by_word.setdefault(sound, (sound, *by_word[word]))
    return Synonyms(by_word)
