"""HTML becomes PDF, with our Chinese font inside. The only module that knows WeasyPrint."""

from functools import cached_property
from pathlib import Path
from typing import Any

FONT_NAME = "Paper Sans"


class Press:
    """Prints with one style. Its fonts are loaded when it is first used."""

    def __init__(self, style: Path) -> None:
        self.style = style

    def print(self, words: str, identifier: str) -> bytes:
        """The PDF of some HTML; nothing is fetched from anywhere."""
        from weasyprint import HTML  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

        only_inside = URLFetcher(allowed_protocols={"data"})
        content: bytes = HTML(string=words, url_fetcher=only_inside).write_pdf(
            stylesheets=[self._style],
            font_config=self._fonts,
            # Drawn by chance otherwise; the same paper is to be the same bytes.
            pdf_identifier=identifier.encode(),
        )
        return content

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

        face = f"@font-face {{ font-family: '{FONT_NAME}'; src: url('{sans_path().as_uri()}'); }}"
        return CSS(string=face + self.style.read_text(), font_config=self._fonts)
