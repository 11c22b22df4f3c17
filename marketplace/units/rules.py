"""Who sees a unit, who approves what it states, and what a headcount may be."""

from collections.abc import Collection

from marketplace.core.errors import N_, FieldError, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role

MOST_HEADCOUNT = 100_000
MOST_NAME = 120
MOST_REASON = 200
LEVELS = (1, 2, 3)
CANTEENS = ("OWN", "NONE", "SHARED_LEAD", "SHARED_MEMBER", "OUTSOURCED")

NO_NAME = N_("单位名称需要 1 到 120 个字。")
NO_REASON = N_("请写明理由,最多 200 个字。")
NOT_A_HEADCOUNT = N_("在编人数要在 0 到 100000 之间。")
NOT_A_LEVEL = N_("单位级次是 1、2 或 3。")
NOT_A_CANTEEN = N_("请从给出的食堂情况中选择一项。")
NOT_BELOW = N_("下级单位的级次要低于它的主管单位。")


class UnitNameTaken(Refusal):
    """Two units cannot bear one name: papers are addressed by it."""

    code = "unit.name_taken"
    message = N_("已经有名为“%(name)s”的单位,请核对。")


class HeadcountDayTaken(Refusal):
    """From one day on there is one headcount; another needs another day."""

    code = "headcount.day_taken"
    message = N_("%(day)s 起的在编人数已经核定为 %(headcount)s 人。如需更正,请选择另一个生效日期。")


def can_see_unit(identity: Identity, unit_id: int, ancestors: Collection[int]) -> bool:
    """Its own people, the administrators of the units above it, and the operations centre."""
    if identity.is_in_centre() or identity.has_role(OrganisationKind.UNIT, unit_id):
        return True
    return is_supervisor(identity, ancestors)


def is_supervisor(identity: Identity, ancestors: Collection[int]) -> bool:
    """Whether they administer one of the units above."""
    administered = identity.organisations(OrganisationKind.UNIT, Role.ADMIN)
    return any(unit_id in ancestors for unit_id in administered)


def can_approve_headcount(identity: Identity, ancestors: Collection[int]) -> bool:
    """A unit states its headcount; its supervisor or the operations centre approves it."""
    return identity.is_in_centre(Role.OPERATOR) or is_supervisor(identity, ancestors)


def can_set_four_eyes(identity: Identity, unit_id: int) -> bool:
    """The unit's own administrator answers for how it approves; so may the operations centre."""
    own = identity.has_role(OrganisationKind.UNIT, unit_id, Role.ADMIN)
    return own or identity.is_in_centre(Role.OPERATOR)


def can_set_credit_limit(identity: Identity) -> bool:
    """The operations centre answers to producers for whom it lets buy before the money."""
    return identity.is_in_centre(Role.OPERATOR)


def wrong_headcount(headcount: int, reason: str) -> list[FieldError]:
    """What is wrong with a headcount and the reason given for it."""
    errors = []
    if not 0 <= headcount <= MOST_HEADCOUNT:
        errors.append(FieldError("headcount", NOT_A_HEADCOUNT))
    if not 0 < len(reason.strip()) <= MOST_REASON:
        errors.append(FieldError("reason", NO_REASON))
    return errors


def wrong_unit(name: str, level: int, canteen_status: str) -> list[FieldError]:
    """What is wrong with the plain facts of a unit."""
    errors = []
    if not 0 < len(name.strip()) <= MOST_NAME:
        errors.append(FieldError("name", NO_NAME))
    if level not in LEVELS:
        errors.append(FieldError("level", NOT_A_LEVEL))
    if canteen_status not in CANTEENS:
        errors.append(FieldError("canteen_status", NOT_A_CANTEEN))
    return errors
