"""Posters of short links: a page of A4 to hang up, a picture to send."""

import atexit
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader

from marketplace.documents.printers.pages import HERE
from marketplace.documents.printers.press import Press
from marketplace.livestream.queries.posters import Poster

PDF, PNG = "application/pdf", "image/png"
# Of the picture, in pixels.
WIDTH, MARGIN, CODE = 1080, 72, 760
# The white frame without which phones do not find a code, in its own squares.
QUIET = 4
LINE = 1.3
BLACK, GREY = "#000000", "#444444"


def print_poster(poster: Poster, address: str) -> bytes:
    """A page of A4. The same poster is the same bytes."""
    qr = segno.make(address, error="m", micro=False).svg_data_uri(scale=8, border=QUIET)
    words = _template().render(poster=poster, address=address, qr=qr)
    return _press().print(words, poster.code)


def draw_poster(poster: Poster, address: str) -> bytes:
    """A picture as tall as its words need."""
    from PIL import Image, ImageDraw

    above = [*_fitted(poster.product_name, 84, BLACK), *_fitted(_home(poster), 40, GREY)]
    below = [
        *_fitted("扫一扫,看货下单", 52, BLACK),
        *_fitted(f"主播 {poster.host_name} · {poster.hours}", 40, BLACK),
        *_fitted(f"结算口令 {poster.host_code}", 60, BLACK),
        *_fitted(address, 32, GREY),
    ]
    top = MARGIN + _height(above)
    code = _code(address)
    height = top + code.height + _height(below) + MARGIN
    picture = Image.new("RGB", (WIDTH, height), "#ffffff")
    pen = ImageDraw.Draw(picture)
    _write(pen, above, MARGIN)
    picture.paste(code, ((WIDTH - code.width) // 2, top))
    _write(pen, below, top + code.height)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _home(poster: Poster) -> str:
    return f"{poster.village_name} · {poster.producer_name}"


Line = tuple[str, int, str]


def _fitted(words: str, size: int, colour: str) -> Iterator[Line]:
    """The words in lines that fit between the margins: (text, size, colour)."""
    line = ""
    for letter in words:
        if line and _font(size).getlength(line + letter) > WIDTH - 2 * MARGIN:
            yield line, size, colour
            line = ""
        line += letter
    yield line, size, colour


def _height(lines: list[Line]) -> int:
    return sum(int(size * LINE) for _text, size, _colour in lines)


def _write(pen: Any, lines: list[Line], top: int) -> None:
    for text, size, colour in lines:
        pen.text((WIDTH // 2, top), text, fill=colour, font=_font(size), anchor="ma")
        top += int(size * LINE)


def _code(address: str) -> Any:
    """The code with its quiet zone, each square so many whole pixels."""
    from PIL import Image

    code = segno.make(address, error="m", micro=False)
    out = BytesIO()
    code.save(out, kind="png", scale=CODE // code.symbol_size(border=QUIET)[0], border=QUIET)
    return Image.open(out).convert("RGB")


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont
    from pylopdf_fonts_zh_cn import sans_path

    return ImageFont.truetype(str(sans_path()), size)


@cache
def _press() -> Press:
    return Press(HERE / "poster.css")


# WeasyPrint gives its fonts back by a function that is gone when the interpreter is.
atexit.register(_press.cache_clear)


@cache
def _template() -> Any:
    return Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("poster.html")
