"""Words with a little shape: paragraphs, lists, tables, emphasis; no HTML, links or pictures."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

# What people write becomes part of our page: headings would break its outline, links and pictures
# would lead away from it, and HTML is shown as the words it is made of.
LEFT_OUT = ("image", "link", "autolink", "reference", "html_block", "html_inline")
SHAPELESS = ("heading", "lheading", "code", "fence", "backticks")


@cache
def _writer() -> MarkdownIt:
    writer = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    for cell in ("th_open", "td_open"):
        writer.add_render_rule(cell, _cell)
    return writer.enable("table").disable([*LEFT_OUT, *SHAPELESS])


def _cell(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: Any
) -> str:
    """A column of numbers leans to the right by a class: no page may bring a style of its own."""
    leans = tokens[place].attrs.pop("style", "")
    if "right" in str(leans):
        tokens[place].attrSet("class", "right")
    return renderer.renderToken(tokens, place, options, env)


def markdown(text: str) -> Markup:
    """Safe HTML of what a person wrote."""
    return Markup(_writer().render(text))  # noqa: S704  (drawn with html=False)
