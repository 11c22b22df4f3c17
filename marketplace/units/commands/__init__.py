"""Verbs of budget units."""

from marketplace.units.commands.placing import Change
from marketplace.units.commands.succession import (
    Merger,
    UnitPart,
    merge_units,
    move_unit,
    rename_unit,
    split_unit,
)
from marketplace.units.commands.units import (
    CreditLimit,
    FourEyes,
    HeadcountChange,
    NewCentre,
    NewUnit,
    create_centre,
    create_unit,
    lock_unit,
    revise_headcount,
    set_canteen_status,
    set_credit_limit,
    set_four_eyes,
)

__all__ = [
    "Change",
    "CreditLimit",
    "FourEyes",
    "HeadcountChange",
    "Merger",
    "NewCentre",
    "NewUnit",
    "UnitPart",
    "create_centre",
    "create_unit",
    "lock_unit",
    "merge_units",
    "move_unit",
    "rename_unit",
    "revise_headcount",
    "set_canteen_status",
    "set_credit_limit",
    "set_four_eyes",
    "split_unit",
]
