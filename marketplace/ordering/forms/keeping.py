"""Stock that is counted, lost or moved. Each form of the page has fields of its own names."""

from collections.abc import Mapping

from marketplace.catalogue.commands.products import MAX_QUANTITY
from marketplace.catalogue.rules.keeping import (
    FROM_OUTLET,
    LONGEST_NOTE,
    Loss,
    LossReason,
    NewOutlet,
    OutletKind,
    OutletMove,
    OutletReason,
)
from marketplace.web.fields import Fields

MOST_LABELS = 420


def read_count(values: Mapping[str, str]) -> tuple[int, str]:
    """What was counted, and why it differs."""
    fields = Fields(values)
    if not values.get("counted", "").strip():
        fields.number("counted")
    count = fields.count("counted", most=MAX_QUANTITY)
    words = fields.text("note", LONGEST_NOTE, required=False)
    fields.check()
    return count, words


def read_loss(values: Mapping[str, str], batch_id: int) -> Loss:
    fields = Fields(values)
    loss = Loss(
        batch_id=batch_id,
        quantity=fields.number("loss_quantity", most=MAX_QUANTITY),
        reason=fields.choice("loss_reason", tuple(LossReason)),
        note=fields.text("loss_note", LONGEST_NOTE),
    )
    fields.check()
    return loss


def read_sending(values: Mapping[str, str], batch_id: int) -> OutletMove:
    fields = Fields(values)
    move = OutletMove(
        batch_id=batch_id,
        outlet_id=fields.number("send_outlet"),
        quantity=fields.number("send_quantity", most=MAX_QUANTITY),
        reason=OutletReason.SENT,
        note=fields.text("send_note", 120, required=False),
    )
    fields.check()
    return move


def read_taking(values: Mapping[str, str], batch_id: int) -> OutletMove:
    fields = Fields(values)
    move = OutletMove(
        batch_id=batch_id,
        outlet_id=fields.number("take_outlet"),
        quantity=fields.number("take_quantity", most=MAX_QUANTITY),
        reason=fields.choice("take_reason", FROM_OUTLET),
        note=fields.text("take_note", 120, required=False),
    )
    fields.check()
    return move


def read_outlet(values: Mapping[str, str]) -> NewOutlet:
    """An outlet to be opened."""
    fields = Fields(values)
    outlet = NewOutlet(
        name=fields.text("name", 60),
        kind=fields.choice("kind", tuple(OutletKind)),
        place=fields.text("place", 120),
    )
    fields.check()
    return outlet


def read_labels(values: Mapping[str, str]) -> int:
    """How many labels are wanted: one sheet, unless a sensible number says otherwise."""
    typed = values.get("count", "")
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 21
    return min(max(wanted, 1), MOST_LABELS)
