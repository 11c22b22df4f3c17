"""What is typed in a dispute: by the host who asks, and by the centre that answers."""

import unicodedata
from collections.abc import Iterable, Mapping

from marketplace.web.fields import Fields


def read_dispute(values: Mapping[str, str]) -> tuple[str, str]:
    """The order's number, as people copy it, and what they have to say."""
    fields = Fields(values)
    number = fields.text("number", 40)
    words = fields.text("words", 500)
    fields.check()
    return unicodedata.normalize("NFKC", number).upper().replace(" ", ""), words


def read_answer(values: Mapping[str, str]) -> str:
    """Why it is granted or refused: the host reads it."""
    fields = Fields(values)
    answer = fields.text("answer", 500)
    fields.check()
    return answer


def read_offers(values: Mapping[str, str], line_ids: Iterable[int]) -> dict[int, int]:
    """The offer (id) chosen for each line (id); lines that stay as they are are left out."""
    fields = Fields(values)
    chosen = {
        line_id: fields.number(f"offer-{line_id}")
        for line_id in line_ids
        if values.get(f"offer-{line_id}", "").strip()
    }
    fields.check()
    return chosen
