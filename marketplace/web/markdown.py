"""Words with a little shape: paragraphs, lists, tables, emphasis; no HTML, links or pictures."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

# What people write becomes part of our page: headings would break its outline, links and pictures
# would lead away from it, and HTML is shown as the words it is made of.
LEFT_OUT = ("image", "link", "autolink", "reference", "html_block", "html_inline")
SHAPELESS = ("heading", "lheading", "code", "fence", "backticks")


@cache
def _writer() -> MarkdownIt:
    writer = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    return writer.enable("table").disable([*LEFT_OUT, *SHAPELESS])


def markdown(text: str) -> Markup:
    """Safe HTML of what a person wrote."""
    return Markup(_writer().render(text))  # noqa: S704  (drawn with html=False)
