"""A list of households as it was pasted or handed in."""

from collections.abc import Mapping

from marketplace.benefits.queries import Told
from marketplace.benefits.rules import KINDS, read_rows
from marketplace.ordering.forms.lists import as_text, read_cells
from marketplace.uploads.rules import GivenFile
from marketplace.web.fields import Fields


def read_list(
    values: Mapping[str, str], file: GivenFile | None, producer_id: int
) -> tuple[str, Told]:
    """The list as text that can be handed in once more, and what it tells."""
    fields = Fields(values)
    kind, period = fields.choice("kind", KINDS), fields.text("period", 7)
    fields.check()
    field, cells = read_cells(values, file)
    return as_text(cells), Told(producer_id, kind, period, tuple(read_rows(field, cells)))


def read_words(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    words = fields.text("words", 500)
    fields.check()
    return words
