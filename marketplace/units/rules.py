"""Who sees a unit, who approves what it states, and what a headcount may be."""

from collections.abc import Collection
from datetime import date

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


# Units that are not known to have begun on a day have stood so ever since.
EVER = date(1900, 1, 1)

NOT_A_DAY = N_("生效日期要在去年 1 月 1 日到今天之间。")
NOT_ITSELF = N_("单位不能归到自己或自己的下级之下。")
NO_SUCH_UNIT = N_("没有这个名称的单位,请照单位名册填写全称。")
TWO_UNITS = N_("合并要有两个不同的单位。")
OWN_SUBORDINATE = N_("承接的单位是被撤并单位的下级,请先把它划转到别的主管单位。")
TWO_PARTS = N_("分立后至少要有两个单位,名称各不相同。")


class UnitEnded(Refusal):
    code = "unit.ended"
    message = N_("%(name)s 已于 %(day)s 撤并,不能再办理。请由承接的单位办理:%(successors)s。")


class ChangedSince(Refusal):
    """History is told forward: a change cannot come before one that is known."""

    code = "unit.changed_since"
    message = N_("%(name)s 在 %(day)s 已有变更,新的变更要晚于那一天。")


class HasSubordinates(Refusal):
    code = "unit.has_subordinates"
    message = N_("%(name)s 还有下级单位,请先把它们划转到别的主管单位,再办理分立。")


class UnitNameTaken(Refusal):
    """Two units cannot bear one name: papers are addressed by it."""

    code = "unit.name_taken"
    message = N_("已经有名为“%(name)s”的单位,请核对。")


class HeadcountDayTaken(Refusal):
    """From one day on there is one headcount; another needs another day."""

    code = "headcount.day_taken"
    message = N_("%(day)s 起的在编人数已经核定为 %(headcount)s 人。如需更正,请选择另一个生效日期。")


# What centres have behind the name of their place.
CENTRE_SUFFIX = "消费帮扶运营中心"


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


def can_change_units(identity: Identity) -> bool:
    """Renaming, merging, splitting and moving units is told by the operations centre."""
    return identity.is_in_centre(Role.OPERATOR)


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


def wrong_change(on_day: date, reason: str, today: date) -> list[FieldError]:
    """What is wrong with the day and the reason of a change of units."""
    errors = []
    if not date(today.year - 1, 1, 1) <= on_day <= today:
        errors.append(FieldError("on_day", NOT_A_DAY))
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
