"""Papers as PDF."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader

from marketplace.core.clock import SHANGHAI
from marketplace.core.money import capital_yuan, format_yuan
from marketplace.documents.printers import Printout
from marketplace.documents.printers.press import Press
from marketplace.documents.rules.sheet import Cell, Yuan

HERE = Path(__file__).parent
# Up to an order's number, or four characters of Chinese.
WHOLE = re.compile(r"[!-~]{1,14}|[\u4e00-\u9fff]{1,4}")


class PdfPrinter:
    """Draws a paper as pages of A4, each with its number and how many there are."""

    def __init__(self) -> None:
        self._press = Press(HERE / "sheet.css")

    def print(self, printout: Printout) -> bytes:
        words = self._template.render(
            sheet=printout.sheet,
            number=printout.number,
            sha256=printout.facts_sha256,
            day=f"{printout.asked_at.astimezone(SHANGHAI):%Y-%m-%d}",
            created=printout.asked_at.isoformat(timespec="seconds"),
            qr=_qr(printout.verify_url) if printout.sheet.is_public else "",
            verify_url=printout.verify_url,
        )
        return self._press.print(words, printout.facts_sha256[:32])

    @cached_property
    def _template(self) -> Any:
        house = Environment(loader=FileSystemLoader(HERE), autoescape=True)
        house.filters.update(cell=_cell, number=_is_number, whole=_is_whole)
        house.filters.update(capital=capital_yuan, yuan=format_yuan)
        house.trim_blocks = house.lstrip_blocks = True
        return house.get_template("sheet.html")


def _cell(cell: Cell) -> str:
    return format_yuan(cell.fen) if isinstance(cell, Yuan) else str(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, Yuan | int)


def _is_whole(cell: Cell) -> bool:
    """A day, a number or a short word: read in one piece."""
    return WHOLE.fullmatch(str(cell)) is not None


def _qr(url: str) -> str:
    return segno.make(url, error="m").svg_data_uri(scale=4, border=0)
