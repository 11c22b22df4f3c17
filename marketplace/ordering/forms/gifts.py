"""A staff list as it was pasted or handed in, what was chosen for it, and where it goes."""

import unicodedata
from collections.abc import Mapping

from marketplace.core.errors import invalid
from marketplace.ordering.forms.checkout import take_consignee, take_phone
from marketplace.ordering.forms.lists import FIELD, as_text, read_cells
from marketplace.ordering.queries.gift_choice import Choice, GiftSheet
from marketplace.ordering.rules import Fund, PaymentTerms, WishedLine
from marketplace.ordering.rules.gifts import NOT_READY, GiftRow, GiftVerdict, read_gift_rows
from marketplace.ordering.rules.recipients import plain_phone
from marketplace.ordering.rules.wishes import GiftWish, Recipient
from marketplace.uploads.rules import GivenFile
from marketplace.web.fields import Fields


def read_gift_list(values: Mapping[str, str], file: GivenFile | None) -> tuple[str, list[GiftRow]]:
    """The list as text that can be handed in once more, and its rows. A file comes first."""
    field, cells = read_cells(values, file)
    return as_text(cells), read_gift_rows(field, cells)


def read_choices(values: Mapping[str, str]) -> dict[int, Choice]:
    """What was chosen for each amount; the fields carry the amount in their names."""
    choices: dict[int, Choice] = {}
    for name in values:
        kind, _, amount = name.partition("-")
        plain = amount.isascii() and amount.isdigit() and len(amount) < 12
        if kind in ("choice", "own") and plain:
            own = unicodedata.normalize("NFKC", values.get(f"own-{amount}", "")).strip()[:500]
            code = values.get(f"choice-{amount}", "")[:500]
            choices[int(amount)] = Choice(code, own.replace("\x00", ""))
    return choices


def read_gift_wish(values: Mapping[str, str], unit_id: int, sheet: GiftSheet) -> GiftWish:
    """The whole purchase. Raises InvalidInput while a row or an amount is not settled."""
    if not sheet.is_ready:
        raise invalid(FIELD, NOT_READY)
    fields = Fields(values)
    wish = GiftWish(
        unit_id=unit_id,
        fund=fields.choice("fund", list(Fund)),
        payment_terms=fields.choice("payment_terms", list(PaymentTerms)),
        consignee=take_consignee(fields),
        recipients=tuple(_recipient(verdict) for verdict in sheet.verdicts),
        note=fields.text("note", 500, required=False),
    )
    fields.check()
    return wish


def _recipient(verdict: GiftVerdict) -> Recipient:
    row = verdict.row
    assert verdict.given is not None, row
    return Recipient(
        name=row.name,
        department=row.department,
        phone=plain_phone(row.phone),
        address=row.address,
        packs=tuple(WishedLine(pack.variant_id, packs) for pack, packs in verdict.given.parts),
        amount_fen=verdict.amount_fen,
    )


def read_correction(values: Mapping[str, str], recipient_id: int) -> tuple[str, str]:
    """(phone, address) of someone on the list; without an address it goes to the unit."""
    fields = Fields(values)
    address = fields.text(f"address-{recipient_id}", 200, required=False)
    phone = take_phone(fields, f"phone-{recipient_id}", required=bool(address))
    fields.check()
    return phone, address


def read_review(values: Mapping[str, str]) -> int:
    """The sum that the person saw when they pressed the button."""
    fields = Fields(values)
    reviewed_fen = fields.count("reviewed_fen", most=2**63 - 1)
    fields.check()
    return reviewed_fen
