"""Papers as PDF, with their Chinese font inside. The only module that knows WeasyPrint."""

from functools import cached_property
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader

from marketplace.core.clock import SHANGHAI
from marketplace.core.money import capital_yuan, format_yuan
from marketplace.documents.printers import Printout
from marketplace.documents.rules.sheet import Cell, Yuan

HERE = Path(__file__).parent
_FONT_NAME = "Paper Sans"


class PdfPrinter:
    """Draws a paper as pages of A4, each with its number and how many there are."""

    def print(self, printout: Printout) -> bytes:
        from weasyprint import HTML  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

        words = self._template.render(
            sheet=printout.sheet,
            number=printout.number,
            sha256=printout.facts_sha256,
            day=f"{printout.asked_at.astimezone(SHANGHAI):%Y-%m-%d}",
            created=printout.asked_at.isoformat(timespec="seconds"),
            qr=_qr(printout.verify_url) if printout.sheet.is_public else "",
            verify_url=printout.verify_url,
        )
        only_inside = URLFetcher(allowed_protocols={"data"})
        content: bytes = HTML(string=words, url_fetcher=only_inside).write_pdf(
            stylesheets=[self._style],
            font_config=self._fonts,
            # Drawn by chance otherwise; the same paper is to be the same bytes.
            pdf_identifier=printout.facts_sha256[:32].encode(),
        )
        return content

    @cached_property
    def _template(self) -> Any:
        house = Environment(loader=FileSystemLoader(HERE), autoescape=True)
        house.filters.update(cell=_cell, number=_is_number, capital=capital_yuan, yuan=format_yuan)
        house.trim_blocks = house.lstrip_blocks = True
        return house.get_template("sheet.html")

    @cached_property
    def _fonts(self) -> Any:
        from weasyprint.text.fonts import (  # type: ignore[import-untyped]
            FontConfiguration,
        )

        return FontConfiguration()

    @cached_property
    def _style(self) -> Any:
        from pylopdf_fonts_zh_cn import sans_path
        from weasyprint import CSS

        face = f"@font-face {{ font-family: '{_FONT_NAME}'; src: url('{sans_path().as_uri()}'); }}"
        return CSS(string=face + (HERE / "sheet.css").read_text(), font_config=self._fonts)


def _cell(cell: Cell) -> str:
    return format_yuan(cell.fen) if isinstance(cell, Yuan) else str(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, Yuan | int)


def _qr(url: str) -> str:
    return segno.make(url, error="m").svg_data_uri(scale=4, border=0)
