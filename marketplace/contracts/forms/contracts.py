"""A contract as it is typed: terms, and beside each pack of the producer its agreed price."""

from collections.abc import Iterable, Mapping
from datetime import date

from werkzeug.datastructures import FileStorage

from marketplace.contracts.rules.contracts import (
    MOST_PACKS,
    SIGNED_HOW,
    GivenContract,
    GivenLine,
)
from marketplace.core.errors import N_
from marketplace.uploads.forms import read_file
from marketplace.uploads.rules import GivenFile
from marketplace.web.fields import Fields

NO_FILE = N_("请选择签署好的合同扫描件。")


def read_contract(
    values: Mapping[str, str], pack_ids: Iterable[int], scan: FileStorage | None
) -> GivenContract:
    """The terms; a pack without a price is not part of it."""
    fields = Fields(values)
    given = GivenContract(
        title=fields.text("title", 120),
        lines=tuple(
            _line(fields, variant_id)
            for variant_id in pack_ids
            if fields.values.get(f"price-{variant_id}", "").strip()
        ),
        valid_from=fields.day("valid_from") or date.min,
        valid_until=fields.day("valid_until") or date.min,
        total_fen=_yuan(fields, "total", 1),
        freight_fen=_yuan(fields, "freight", 0),
        signed_how=fields.choice("signed_how", SIGNED_HOW),
        reference=fields.text("reference", 80, required=False),
        signed_on=fields.day("signed_on", required=False),
        address=fields.text("address", 200, required=False),
        scan=read_file("scan", scan),
    )
    fields.check()
    return given


def _line(fields: Fields, variant_id: int) -> GivenLine:
    price_fen = int(fields.yuan(f"price-{variant_id}"))
    name = f"most-{variant_id}"
    typed = fields.values.get(name, "").strip()
    most = fields.number(name, most=MOST_PACKS) if typed else None
    return GivenLine(variant_id, price_fen, most)


def _yuan(fields: Fields, name: str, least_fen: int) -> int | None:
    if not fields.values.get(name, "").strip():
        return None
    return int(fields.yuan(name, least_fen=least_fen))


def read_scan(scan: FileStorage | None) -> GivenFile:
    """The signed paper. Raises InvalidInput where none was chosen."""
    fields = Fields({})
    file = read_file("scan", scan)
    if file is None:
        fields.refuse("scan", NO_FILE)
    fields.check()
    assert file is not None
    return file


def read_words(values: Mapping[str, str]) -> str:
    """Why something is sent back, ended or chosen; the rule says when it may be empty."""
    fields = Fields(values)
    words = fields.text("words", 500, required=False)
    fields.check()
    return words
