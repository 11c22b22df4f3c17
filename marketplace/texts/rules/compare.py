"""Two versions side by side: line by line, and inside a changed line word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

OLD, NEW, SAME = "old", "new", "same"
# Lines of the same words that are shown around a change; the rest is only counted.
AROUND = 1
# A line longer than this is compared clause by clause: by character it would take seconds.
LONGEST = 600
# So few same characters between two changes read as one change.
LEAST_SAME = 2
_MARK = re.compile(r"^\s*(## |- )")
_WORD = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
_CLAUSE = re.compile(r"[^,。;:、!?]*[,。;:、!?]?", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """Words that stayed, went or came."""

    mark: str
    words: str


@dataclass(frozen=True)
class Line:
    """A line with its pieces; without any, so many same lines are left out here."""

    pieces: Sequence[Piece]
    left_out: int = 0

    @property
    def is_same(self) -> bool:
        return all(piece.mark == SAME for piece in self.pieces)


def compare(old: str, new: str) -> list[Line]:
    """Every change with a line around it, top to bottom; nothing where the two are the same."""
    lines = list(_lines(_split(old), _split(new)))
    if all(line.is_same for line in lines):
        return []
    return list(_shortened(lines))


def _split(text: str) -> list[str]:
    """The lines as people read them, without the marks of headings and items."""
    lines = (_MARK.sub("", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    for tag, from_old, to_old, from_new, to_new in _steps(old, new):
        before, after = old[from_old:to_old], new[from_new:to_new]
        if tag == "equal":
            yield from (Line((Piece(SAME, line),)) for line in after)
            continue
        pairs = min(len(before), len(after))
        yield from (Line(_pieces(*pair)) for pair in zip(before, after, strict=False))
        yield from (Line((Piece(OLD, line),)) for line in before[pairs:])
        yield from (Line((Piece(NEW, line),)) for line in after[pairs:])


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    # Among thousands of parts those that are everywhere say nothing, and would take minutes.
    is_long = max(len(old), len(new)) > LONGEST
    return SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes()


def _pieces(old: str, new: str) -> list[Piece]:
    cut = _WORD if max(len(old), len(new)) <= LONGEST else _CLAUSE
    olds, news = cut.findall(old), cut.findall(new)
    found: list[Piece] = []
    for tag, from_old, to_old, from_new, to_new in _steps(olds, news):
        went, came = "".join(olds[from_old:to_old]), "".join(news[from_new:to_new])
        is_same = tag == "equal" and (len(came) >= LEAST_SAME or not found or to_new == len(news))
        found += [Piece(SAME, came)] if is_same else [Piece(OLD, went), Piece(NEW, came)]
    return _joined(found)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring changes as one: first everything that went, then everything that came."""
    joined: list[Piece] = []
    went = came = ""
    for piece in (*pieces, Piece(SAME, "")):
        if piece.mark == SAME:
            joined += [Piece(OLD, went), Piece(NEW, came), piece]
            went = came = ""
        elif piece.mark == OLD:
            went += piece.words
        else:
            came += piece.words
    return [piece for piece in joined if piece.words]


def _shortened(lines: Sequence[Line]) -> Iterator[Line]:
    changed = [place for place, line in enumerate(lines) if not line.is_same]
    near = {place + step for place in changed for step in range(-AROUND, AROUND + 1)}
    left_out = 0
    for place, line in enumerate(lines):
        if place not in near:
            left_out += 1
            continue
        if left_out:
            yield Line((), left_out)
            left_out = 0
        yield line
    if left_out:
        yield Line((), left_out)
