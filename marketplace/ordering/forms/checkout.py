"""The checkout: for whom, with which money, where to, and what was reviewed."""

from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.core.ids import number_of
from marketplace.ordering.rules import Consignee, Fund, PaymentTerms
from marketplace.ordering.rules.recipients import NOT_A_PHONE, is_phone, plain_phone
from marketplace.web.fields import MAX_ID, Fields

PERSONAL = "personal"


@dataclass(frozen=True)
class CheckoutWish:
    """What a checkout asks for. Quantities are the basket's; prices the catalogue's."""

    nonce: str
    unit_id: int | None
    fund: str
    payment_terms: str
    consignee: Consignee
    note: str
    host_code: str
    # The sum the person saw when they pressed the button.
    reviewed_fen: int
    variant_ids: tuple[int, ...]
    # Their own unit, where what they buy for themselves is to count for it.
    counts_for_unit_id: int | None = None
    # The campaign it is bought for, where one was chosen.
    campaign_id: int | None = None


def read_checkout(
    values: MultiDict[str, str], unit_ids: Collection[int], counting: Collection[int] = ()
) -> CheckoutWish:
    """The checkout of someone who may buy for these units, or for themselves, and then have it
    count for one of the others."""
    fields = Fields(values)
    buyer = fields.choice("unit", {PERSONAL, *map(str, unit_ids)})
    for_unit = number_of(buyer)
    wish = CheckoutWish(
        nonce=fields.text("nonce", 64),
        unit_id=for_unit,
        fund=fields.choice("fund", list(Fund)) if for_unit else Fund.INDIVIDUAL,
        payment_terms=_terms(fields) if for_unit else PaymentTerms.PREPAY,
        consignee=take_consignee(fields),
        note=fields.text("note", 500, required=False),
        host_code=fields.text("host_code", 12, required=False),
        reviewed_fen=fields.count("reviewed_fen", most=MAX_ID),
        variant_ids=read_chosen(values),
        counts_for_unit_id=None if for_unit else _counts_for(fields, counting),
        campaign_id=fields.count("campaign", most=MAX_ID) or None,
    )
    fields.check()
    return wish


def read_chosen(values: MultiDict[str, str]) -> tuple[int, ...]:
    """The packs ticked in the basket; what is not a number was not ticked there."""
    chosen = (value for value in values.getlist("line") if value.isascii() and value.isdigit())
    return tuple(dict.fromkeys(int(value) for value in chosen if len(value) < 19))


def _counts_for(fields: Fields, counting: Collection[int]) -> int | None:
    """The unit that was ticked, if any."""
    if not fields.values.get("counts_for", ""):
        return None
    typed = fields.choice("counts_for", [str(unit_id) for unit_id in counting])
    return next((unit_id for unit_id in counting if str(unit_id) == typed), None)


def _terms(fields: Fields) -> str:
    return fields.choice("payment_terms", list(PaymentTerms))


def take_phone(fields: Fields, name: str, *, required: bool = True) -> str:
    """A telephone number as it is kept."""
    refused = len(fields.errors)
    phone = plain_phone(fields.text(name, 20, required=required))
    if phone and not is_phone(phone) and len(fields.errors) == refused:
        fields.refuse(name, NOT_A_PHONE)
    return phone


def take_consignee(fields: Fields) -> Consignee:
    """Who takes the goods in, and where."""
    phone = take_phone(fields, "consignee_phone")
    return Consignee(
        name=fields.text("consignee_name", 60),
        phone=phone,
        address=fields.text("consignee_address", 200),
    )
