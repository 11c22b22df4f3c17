"""Lists that are bought by again: whose they are, how many and how long."""

import unicodedata

from marketplace.core.errors import N_, Forbidden, NotFound, Refusal
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.rules.access import may_buy_for

MOST_LISTS = 100
LONGEST_NAME = 60

_OFFICE = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)


class ListNameTaken(Refusal):
    code = "list.name_taken"
    message = N_("已经有名为「%(name)s」的清单,请换一个名称。")


class TooManyLists(Refusal):
    code = "list.too_many"
    message = N_("最多保存 %(most)s 份清单,请先删除不用的。")


class ListTooLong(Refusal):
    code = "list.too_long"
    status = 422
    message = N_("一份清单最多 %(most)s 种商品,这里有 %(lines)s 种。请分成几份。")


class NothingToKeep(Refusal):
    code = "list.empty"
    status = 422
    message = N_("这里没有商品,清单至少要有一种。")


def plain_name(typed: str) -> str:
    """A name as it is kept: blanks and widths do not make two lists of one name."""
    return " ".join(unicodedata.normalize("NFKC", typed).split())


def may_see_list(identity: Identity, unit_id: int | None, person_id: int | None) -> bool:
    """One's own, and those of a unit for everyone in its office."""
    if unit_id is None:
        return identity.person_id == person_id
    return identity.has_role(OrganisationKind.UNIT, unit_id, *_OFFICE)


def require_keeper(identity: Identity, unit_id: int | None, person_id: int | None) -> None:
    """A unit's lists are kept by its buyers. Raises NotFound or Forbidden."""
    if not may_see_list(identity, unit_id, person_id):
        raise NotFound
    if unit_id is not None and not may_buy_for(identity, unit_id):
        raise Forbidden
