"""Tables as people type them: which column is which, by the words over it."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

# A title and a remark may stand above the words over the columns.
FIRST_ROWS = 10


def fold(words: str) -> str:
    """Words without what people type differently: width, case, blanks."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


def find_columns(
    cells: Sequence[Sequence[str]],
    heads: Mapping[str, str],
    are_enough: Callable[[Set[str]], bool],
) -> tuple[dict[str, int], int] | None:
    """The place of each column and the number of its row, in the first row that names enough of
    them. `heads` are folded."""
    for number, row in enumerate(cells[:FIRST_ROWS], 1):
        named = {heads[fold(cell)]: at for at, cell in enumerate(row) if fold(cell) in heads}
        if are_enough(named.keys()):
            return named, number
    return None


def rows_below(
    cells: Sequence[Sequence[str]], columns: Mapping[str, int], head: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below so many of the head in which anything stands: their number, and their cells
    by the name of the column."""
    for number, row in enumerate(cells[head:], head + 1):
        if any(cell.strip() for cell in row):
            yield number, {name: _cell_at(row, at) for name, at in columns.items()}


def _cell_at(row: Sequence[str], at: int) -> str:
    """A cell without blanks around it; empty where the row is too short, or there is no column."""
    return row[at].strip() if 0 <= at < len(row) else ""
