"""What people search for, noted in a file beside the index: a search never writes to the books."""

from collections import Counter
from contextlib import suppress
from pathlib import Path

from marketplace.search.rules.folding import clip, pieces_of

FILE = "searches.log"
LONGEST = 40
# A file that nobody collects must not fill the disk.
MOST_BYTES = 4_000_000


class Tally:
    """One line a search. Writes of one line do not mix, however many processes there are."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self.taken = home / f"{FILE}.taken"

    def note(self, typed: str) -> None:
        """Best effort: a full disk must not keep anybody from searching."""
        words, _ = clip(typed)
        if not pieces_of(words) or len(words) > LONGEST:
            return
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                if file.tell() < MOST_BYTES:
                    file.write(f"{words}\n")

    def take(self) -> Counter[str]:
        """What was noted since the last time, each with how often."""
        with suppress(OSError):
            if not self.taken.exists():
                self.path.rename(self.taken)
            lines = self.taken.read_text("utf-8", errors="replace").splitlines()
            self.taken.unlink()
            return Counter(line for line in lines if 0 < len(line) <= LONGEST)
        return Counter()
