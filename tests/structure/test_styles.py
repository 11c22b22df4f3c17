"""What a template asks of the style sheets is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUTTON = re.compile(r"\bbutton-[a-z]+")


def test_every_kind_of_button_is_drawn() -> None:
    sheets = "".join(one.read_text() for one in (ROOT / "static/css").rglob("*.css"))
    drawn = set(re.findall(r"\.(button-[a-z]+)", sheets))
    asked = {
        (name, one.name)
        for one in (ROOT / "templates").rglob("*.html")
        for words in re.findall(r'class="([^"{]*)"', one.read_text())
        for name in BUTTON.findall(words)
    }
    assert {(name, where) for name, where in asked if name not in drawn} == set()
