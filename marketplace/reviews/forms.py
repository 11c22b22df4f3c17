"""What buyers, producers and the operations centre type about reviews."""

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage

from marketplace.reviews.rules import BEST, GROUNDS, MOST_TEXT, GivenReview
from marketplace.uploads.forms import read_files
from marketplace.web.fields import Fields


def read_review(values: Mapping[str, str], photographs: Iterable[FileStorage]) -> GivenReview:
    """Stars, words and photographs of one product."""
    fields = Fields(values)
    given = GivenReview(
        rating=fields.number("rating", most=BEST),
        text=fields.text("text", MOST_TEXT, required=False),
        product_id=fields.number("product_id"),
        photographs=read_files("photographs", photographs),
    )
    fields.check()
    return given


def read_said(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    said = fields.text("said", MOST_TEXT)
    fields.check()
    return said


def read_hiding(values: Mapping[str, str], *, needs_ground: bool) -> tuple[str, str]:
    """(ground, words)."""
    fields = Fields(values)
    ground = fields.choice("ground", tuple(GROUNDS)) if needs_ground else ""
    words = fields.text("words", 500)
    fields.check()
    return ground, words
