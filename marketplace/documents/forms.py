"""Which paper is asked for."""

from collections.abc import Mapping

from marketplace.documents.commands import PaperWish
from marketplace.documents.rules.kinds import FORMATS, KINDS, LONGEST_OBJECT
from marketplace.web.fields import Fields


def read_wish(values: Mapping[str, str]) -> PaperWish:
    fields = Fields(values)
    wish = PaperWish(
        kind=fields.choice("kind", KINDS),
        object=fields.text("object", LONGEST_OBJECT),
        format=fields.choice("format", FORMATS),
    )
    fields.check()
    return wish
