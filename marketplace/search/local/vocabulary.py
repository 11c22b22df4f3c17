"""Reading the words beside an index: what is known, what sounds alike, what to suggest."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

from marketplace.search.local.lexicon import FILE, Entry, trouble
from marketplace.search.rules.reading import windows
from marketplace.search.rules.sounds import near_sound, shapes_of, syllables_of
from marketplace.search.rules.synonyms import Synonyms, gather
from marketplace.search.rules.words import is_han, learn

LONGEST_CORRECTION = 6
# A known word as it stands, one that sounds alike, nearly alike, looks alike; a loose character.
KNOWN, ALIKE, NEAR, LIKE, LOOSE = 10, 22, 26, 28, 30
MOST_ROWS = 400
# After every character there is.
LAST = "\U0010ffff"


class Vocabulary:
    """The words of one generation of the index."""

    def __init__(self, folder: Path) -> None:
        self.lock = Lock()
        with trouble():
            address = f"file:{folder / FILE}?mode=ro"
            self.connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._ask("SELECT count(*) FROM word", ())

    @cached_property
    def synonyms(self) -> Synonyms:
        groups = [
            group
            for (text,) in self._ask("SELECT groups FROM synonyms", ())
            for group in json.loads(text)
        ]
        found = gather(groups)
        learn(word for word in found.by_word if is_han(word))
        return found

    def known(self, words: Collection[str]) -> set[str]:
        return {text for (text,) in self._among("SELECT text FROM word WHERE text", words)}

    def with_sounds(self, sounds: Collection[str]) -> set[str]:
        return {s for (s,) in self._among("SELECT DISTINCT sound FROM sound WHERE sound", sounds)}

    def by_initials(self, letters: str) -> str | None:
        rows = self._ask(
            "SELECT text FROM word WHERE initials = ? ORDER BY weight DESC, text LIMIT 1",
            (letters,),
        )
        return rows[0][0] if rows else None

    def correct(self, run: str) -> str:
        """The run in the words of the catalogue that come nearest to what was typed."""
        costs = self._readings(run)
        best: list[tuple[int, str]] = [(0, "")]
        for end in range(1, len(run) + 1):
            ways = [(best[end - 1][0] + LOOSE, best[end - 1][1] + run[end - 1])]
            for start in range(max(0, end - LONGEST_CORRECTION), end - 1):
                cost, word = costs.get(run[start:end], (0, ""))
                if word:
                    ways.append((best[start][0] + cost, best[start][1] + word))
            best.append(min(ways))
        return best[-1][1]

    def suggest(self, typed: str, limit: int) -> list[Entry]:
        """Entries that begin with what was typed, in characters, pinyin or first letters."""
        begins = "".join(typed.split()) if typed.isascii() else typed
        found = self._entries(0, begins, limit)
        if len(found) < limit:
            found += self._entries(1, begins, limit - len(found))
        return found

    def _entries(self, level: int, begins: str, limit: int) -> list[Entry]:
        rows = self._ask(
            "SELECT DISTINCT e.kind, e.key, e.text, e.note, e.weight FROM"
            " (SELECT kind, key FROM form WHERE level = ? AND form >= ? AND form < ?"
            " LIMIT ?) f"
            " JOIN entry e ON e.kind = f.kind AND e.key = f.key"
            " ORDER BY e.weight DESC, e.kind, e.key LIMIT ?",
            (level, begins, begins + LAST, MOST_ROWS if level else -1, limit),
        )
        return [Entry(*row[:4]) for row in rows]

    def _readings(self, run: str) -> dict[str, tuple[int, str]]:
        """For every stretch of the run the cheapest word it may stand for."""
        stretches = windows(run, LONGEST_CORRECTION)
        by_sound: dict[str, list[str]] = {}
        by_near: dict[str, list[str]] = {}
        by_shape: dict[str, list[str]] = {}
        for stretch in stretches:
            by_sound.setdefault("".join(syllables_of(stretch)), []).append(stretch)
            by_near.setdefault(near_sound(stretch), []).append(stretch)
            for shape in shapes_of(stretch):
                by_shape.setdefault(shape, []).append(stretch)
        found: dict[str, tuple[int, str]] = {}
        for word in self.known(stretches):
            found[word] = (KNOWN, word)
        joined = "SELECT {0}, text FROM {1} JOIN word USING (text) WHERE {0}"
        for cost, sql, asked in (
            (ALIKE, joined.format("sound", "sound"), by_sound),
            (NEAR, "SELECT near, text FROM word WHERE near", by_near),
            (LIKE, joined.format("shape", "shape"), by_shape),
        ):
            rows = self._among(sql, asked, " ORDER BY weight DESC, text")
            for key, word in rows:
                for stretch in asked[key]:
                    found.setdefault(stretch, (cost, word))
        return found

    def _among(self, sql: str, values: Collection[str], order: str = "") -> list[tuple[str, ...]]:
        if not values:
            return []
        marks = ",".join("?" * len(values))
        return self._ask(f"{sql} IN ({marks}){order}", tuple(values))

    def _ask(self, sql: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        with trouble(), self.lock:
            return self.connection.execute(sql, tuple(values)).fetchall()
