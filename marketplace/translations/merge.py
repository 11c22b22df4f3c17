"""Merges every feature's catalogue of a language into the one the site reads."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent


class Conflict(Exception):
    """Two features translate one message differently: a reader would see either by chance."""


def merge_locale(folder: Path) -> Catalog:
    """One catalogue out of all `.po` files of a language, in the order of their names."""
    merged = Catalog(locale=folder.name)
    origin: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=folder.name)
        for message in catalogue:
            if message.id and message.string:
                _add(merged, origin, message, path.name)
    return merged


def _add(merged: Catalog, origin: dict[str, str], message: Message, source: str) -> None:
    known = merged.get(message.id, message.context)
    if known is not None and known.string != message.string:
        raise Conflict(f"{message.id!r}: {origin[str(message.id)]} and {source} differ")
    origin[str(message.id)] = source
    merged.add(message.id, message.string, context=message.context)


def write_locale(folder: Path) -> int:
    """Writes messages.mo of one language and returns how many messages it holds."""
    merged = merge_locale(folder)
    target = folder / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, merged)
    return len(merged)


def main() -> int:
    try:
        for folder in sorted(path for path in ROOT.iterdir() if any(path.glob("*.po"))):
            print(f"{folder.name}: {write_locale(folder)}")
    except Conflict as conflict:
        print(conflict, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
