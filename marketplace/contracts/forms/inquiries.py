"""An inquiry as a unit types it, and an answer as a producer does."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from marketplace.contracts.rules.contracts import MOST_PACKS
from marketplace.contracts.rules.inquiries import (
    HOW_MANY_PRODUCERS,
    LEAST_PRODUCERS,
    MOST_LINES,
    MOST_PRODUCERS,
    GivenInquiry,
    GivenInquiryLine,
    GivenPrice,
    GivenQuotation,
)
from marketplace.core.errors import N_
from marketplace.web.fields import MAX_ID, Fields

UNKNOWN_PRODUCER = N_("没有这家供应商,请照名册写全称。")
NO_GAPS = N_("请从第 1 行起依次填写,中间不要空。")
# 「#123 椴木香菇 500 克」: what follows the number is for the reader.
_PACK = re.compile(r"^#(\d{1,18})\b")


def read_inquiry(values: Mapping[str, str], producers: Mapping[str, int]) -> GivenInquiry:
    """What is asked; `producers` are the ids of the names that were typed and are known."""
    fields = Fields(values)
    given = GivenInquiry(
        title=fields.text("title", 120),
        lines=_lines(fields),
        producers=_producers(fields, producers),
        answer_until=fields.day("answer_until") or date.min,
        wanted_by=fields.day("wanted_by") or date.min,
        address=fields.text("address", 200),
        remark=fields.text("remark", 500, required=False),
    )
    fields.check()
    return given


def typed_producers(values: Mapping[str, str]) -> list[str]:
    """The names in the rows for producers, as they stand."""
    rows = (values.get(f"producer-{row}", "").strip() for row in range(1, MOST_PRODUCERS + 1))
    return [name for name in rows if name]


def _lines(fields: Fields) -> tuple[GivenInquiryLine, ...]:
    rows = [row for row in range(1, MOST_LINES + 1) if _is_filled(fields, row)]
    if rows and rows != list(range(1, len(rows) + 1)):
        fields.refuse(f"words-{rows[-1]}", NO_GAPS)
    return tuple(_line(fields, row) for row in rows or [1])


def _is_filled(fields: Fields, row: int) -> bool:
    return any(fields.values.get(f"{name}-{row}", "").strip() for name in ("words", "packs"))


def _line(fields: Fields, row: int) -> GivenInquiryLine:
    words = fields.text(f"words-{row}", 120)
    packs = fields.number(f"packs-{row}", most=MOST_PACKS)
    known = _PACK.match(words) if words.isprintable() else None
    return GivenInquiryLine(words, packs, int(known[1]) if known else None)


def _producers(fields: Fields, known: Mapping[str, int]) -> tuple[int, ...]:
    found = []
    if len(typed_producers(fields.values)) < LEAST_PRODUCERS:
        fields.refuse("producer-1", HOW_MANY_PRODUCERS)
    for row in range(1, MOST_PRODUCERS + 1):
        name = fields.text(f"producer-{row}", 120, required=False)
        if name and name.isprintable() and name not in known:
            fields.refuse(f"producer-{row}", UNKNOWN_PRODUCER)
        elif name in known:
            found.append(known[name])
    return tuple(found)


def read_quotation(
    values: Mapping[str, str], line_ids: Sequence[int], own: Collection[int]
) -> GivenQuotation:
    """An answer: a line without a price cannot be supplied. `own` are the packs to choose from."""
    fields = Fields(values)
    given = GivenQuotation(
        prices={
            line_id: _price(fields, line_id, own)
            for line_id in line_ids
            if fields.values.get(f"price-{line_id}", "").strip()
        },
        freight_fen=int(fields.yuan("freight", least_fen=0)),
        delivery_days=fields.count("delivery_days", most=365),
        valid_until=fields.day("valid_until") or date.min,
        remark=fields.text("remark", 500, required=False),
    )
    fields.check()
    return given


def read_unable(values: Mapping[str, str], answer_until: date) -> GivenQuotation:
    """The answer of someone who can supply nothing, with the reason where they give one."""
    fields = Fields(values)
    why = fields.text("why", 500, required=False)
    fields.check()
    return GivenQuotation({}, freight_fen=0, delivery_days=0, valid_until=answer_until, remark=why)


def _price(fields: Fields, line_id: int, own: Collection[int]) -> GivenPrice:
    price_fen = int(fields.yuan(f"price-{line_id}"))
    pack = fields.choice(f"pack-{line_id}", {str(one) for one in own})
    return GivenPrice(int(pack) if pack.isascii() and pack.isdigit() else 0, price_fen)


def read_choice(values: Mapping[str, str]) -> tuple[int, str]:
    """The producer that was chosen, and why."""
    fields = Fields(values)
    producer_id = fields.number("producer", most=MAX_ID)
    reason = fields.text("words", 500, required=False)
    fields.check()
    return producer_id, reason
