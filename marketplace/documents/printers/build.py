"""The real printers."""

from marketplace.documents.printers import Printers
from marketplace.documents.printers.pages import PdfPrinter
from marketplace.documents.printers.tables import CsvPrinter, WorkbookPrinter
from marketplace.documents.rules.kinds import CSV, PDF, XLSX


def open_printers() -> Printers:
    """One for each format; the PDF printer loads its fonts when it is first used."""
    return {PDF: PdfPrinter(), XLSX: WorkbookPrinter(), CSV: CsvPrinter()}
