"""A text in its sections: a line that begins with `## ` is the heading of what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADING = "## "


@dataclass(frozen=True)
class Section:
    """`mark` is what an address leads to; the first part may stand under no heading."""

    mark: str
    heading: str
    words: str


def sections_of(body: str) -> Sequence[Section]:
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in body.splitlines():
        if line.startswith(HEADING):
            found.append((line.removeprefix(HEADING).strip(), []))
        else:
            found[-1][1].append(line)
    parts = ((heading, "\n".join(lines).strip()) for heading, lines in found)
    shown = [part for part in parts if any(part)]
    return [Section(f"part-{place}", *part) for place, part in enumerate(shown, 1)]
