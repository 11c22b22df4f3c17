"""The first version of each text, as it comes with the program."""

from dataclasses import dataclass
from pathlib import Path

from marketplace.texts.rules import Kind

FOLDER = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Written:
    title: str
    body: str


def first_text(kind: Kind, *, demonstration: bool = False) -> Written:
    """A file holds `# title`, a blank line, and the text. Licences that nobody holds are named as
    such in the demonstration."""
    own = FOLDER / f"{kind.slug}-demonstration.md"
    path = own if demonstration and own.exists() else FOLDER / f"{kind.slug}.md"
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    assert title.startswith("# "), kind
    return Written(title.removeprefix("# ").strip(), body.strip())
