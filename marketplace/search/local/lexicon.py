"""The words of the catalogue beside the index: how they sound and look, and what to suggest.

A small SQLite file in the folder of the index, written by the one who writes the index.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from marketplace.catalogue.rules import ProductDocument
from marketplace.search.index import IndexBroken
from marketplace.search.rules.documents import Prepared
from marketplace.search.rules.folding import fold
from marketplace.search.rules.matching import ALL
from marketplace.search.rules.sounds import initials_of, near_sound, shapes_of, sounds_of
from marketplace.search.rules.words import cut, is_han

FILE = "words.sqlite"
LONGEST_WORD = 8
MOST_BEGINNINGS = 4
# The entries that most people mean stand apart, so that one letter finds them at once.
FIRST_LEVEL = 3000
TABLES = """
CREATE TABLE word (text TEXT PRIMARY KEY, near TEXT, initials TEXT, weight INT) WITHOUT ROWID;
CREATE INDEX word_near ON word (near);
CREATE INDEX word_initials ON word (initials);
CREATE TABLE sound (sound TEXT, text TEXT, PRIMARY KEY (sound, text)) WITHOUT ROWID;
CREATE TABLE shape (shape TEXT, text TEXT, PRIMARY KEY (shape, text)) WITHOUT ROWID;
CREATE TABLE entry (kind TEXT, key TEXT, text TEXT, note TEXT, weight INT, level INT,
    PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE form (level INT, form TEXT, kind TEXT, key TEXT,
    PRIMARY KEY (level, form, kind, key)) WITHOUT ROWID;
CREATE TABLE synonyms (groups TEXT);
"""


@dataclass(frozen=True)
class Entry:
    """Something a person may be looking for, with what tells it from its namesakes."""

    kind: str
    key: str
    text: str
    note: str = ""


@contextmanager
def trouble() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as broken:
        raise IndexBroken(str(broken)) from broken


def entries_of(document: ProductDocument) -> list[Entry]:
    """What a product gives people to choose from while they type."""
    villages = [Entry("village", v.code, v.name, v.township) for v in document.villages]
    category = Entry("category", document.category_code, document.category, document.category_en)
    producer = Entry("producer", str(document.producer_id), document.producer)
    return [Entry("product", document.name, document.name), category, producer, *villages]


class LexiconWriter:
    """Gathers words and entries of many products, and writes them with the commit."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.words: Counter[str] = Counter()
        self.entries: Counter[Entry] = Counter()
        with trouble():
            self.connection = sqlite3.connect(self.path, check_same_thread=False)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")

    def create(self) -> None:
        with trouble():
            self.connection.executescript(TABLES)

    def note(self, document: ProductDocument, prepared: Prepared) -> None:
        words = (w for w in prepared.words[ALL] if 1 < len(w) <= LONGEST_WORD and is_han(w))
        self.words.update(words)
        # What sells is suggested first.
        for entry in entries_of(document):
            self.entries[entry] += 1 + max(0, document.sold_quantity)

    def commit(self) -> None:
        with trouble(), self.connection:
            self._write_words()
            self._write_entries()
        self.words.clear()
        self.entries.clear()

    def rank_entries(self) -> None:
        """Puts the entries most people mean on the first level. Once, after a rebuild."""
        with trouble(), self.connection:
            self.connection.execute(
                "UPDATE entry SET level = 0 WHERE (kind, key) IN"
                " (SELECT kind, key FROM entry ORDER BY weight DESC, kind, key LIMIT ?)",
                (FIRST_LEVEL,),
            )
            self.connection.execute(
                "UPDATE form SET level = 0 WHERE (kind, key) IN"
                " (SELECT kind, key FROM entry WHERE level = 0)"
            )

    def write_synonyms(self, groups: Iterable[str]) -> None:
        with trouble(), self.connection:
            self.connection.execute("DELETE FROM synonyms")
            self.connection.execute("INSERT INTO synonyms VALUES (?)", (json.dumps([*groups]),))

    def close(self) -> None:
        self.connection.close()

    def _write_words(self) -> None:
        new = self._new_words()
        self.connection.executemany(
            "INSERT INTO word VALUES (?, ?, ?, 0)",
            ((word, near_sound(word), initials_of(word)) for word in new),
        )
        self.connection.executemany(
            "INSERT OR IGNORE INTO sound VALUES (?, ?)",
            ((sound, word) for word in new for sound in sounds_of(word)),
        )
        self.connection.executemany(
            "INSERT OR IGNORE INTO shape VALUES (?, ?)",
            ((shape, word) for word in new for shape in shapes_of(word)),
        )
        self.connection.executemany(
            "UPDATE word SET weight = weight + ? WHERE text = ?",
            ((weight, word) for word, weight in self.words.items()),
        )

    def _new_words(self) -> list[str]:
        known = "SELECT 1 FROM word WHERE text = ?"
        return [w for w in self.words if not self.connection.execute(known, (w,)).fetchone()]

    def _write_entries(self) -> None:
        for entry, weight in self.entries.items():
            row = (entry.kind, entry.key, entry.text, entry.note, weight)
            self.connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (kind, key) DO UPDATE"
                " SET text = excluded.text, note = excluded.note,"
                " weight = max(weight, excluded.weight)",
                row,
            )
            self.connection.executemany(
                "INSERT OR IGNORE INTO form SELECT level, ?, kind, key FROM entry"
                " WHERE kind = ? AND key = ?",
                ((form, entry.kind, entry.key) for form in forms_of(entry)),
            )


def forms_of(entry: Entry) -> set[str]:
    """Everything one may begin to type for an entry."""
    text = fold(entry.text).strip()
    forms = {text}
    for spoken in _beginnings("".join(text.split()), entry.kind):
        forms |= {spoken, *sounds_of(spoken), initials_of(spoken)}
    if entry.kind == "category":
        forms.add(fold(entry.note))
    return {form for form in forms if form}


def _beginnings(text: str, kind: str) -> list[str]:
    """The text, and for goods what is left of it after each of its first words: people begin
    with 香菇 and not with the village before it."""
    if not is_han(text):
        return []
    if kind != "product":
        return [text]
    ends = list(accumulate(len(word) for word in cut(text)))[:MOST_BEGINNINGS]
    return [text, *(text[end:] for end in ends if len(text) - end > 1)]
