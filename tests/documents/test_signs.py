"""Where people sign and where the seal goes do not lie upon each other."""

import re
from pathlib import Path

import pytest
from weasyprint import HTML  # type: ignore[import-untyped]

from marketplace.documents import printers, queries
from marketplace.documents.printers.press import Press
from marketplace.documents.rules.sheet import SIGNERS

HERE = Path(printers.__file__).parent
QUERIES = Path(queries.__file__).parent


def every_signers() -> list[tuple[str, ...]]:
    """As the papers name them."""
    found: list[tuple[str, ...]] = [SIGNERS]
    for path in sorted(QUERIES.glob("*.py")):
        for names in re.findall(r"signers ?= ?\(([^)]*(?:\([^)]*\)[^)]*)*)\)", path.read_text()):
            found.append(tuple(re.findall(r'"([^"]+)"', names)))
    return [names for names in found if names]


@pytest.mark.parametrize("signers", every_signers())
def test_nobody_signs_upon_the_seal(signers: tuple[str, ...]) -> None:
    press = Press(HERE / "sheet.css")
    lines = "".join(f"<p>{signer}:<span></span></p>" for signer in signers)
    seal = '<p class="seal">(盖章处)</p>'
    words = f'<div class="foot"><div class="signs">{lines}</div>{seal}</div>'
    drawn = HTML(string=words).render(stylesheets=[press._style], font_config=press._fonts)
    (page,) = drawn.pages
    boxes = list(page._page_box.descendants())
    (seal_x,) = [one.position_x for one in boxes if one.element_tag == "p" and one.border_top_width]
    lines_end = [one.position_x + one.margin_width() for one in boxes if one.element_tag == "span"]
    assert len(lines_end) == len(signers)
    assert max(lines_end) < seal_x, lines_end
