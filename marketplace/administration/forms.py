"""What people type about people, roles, settings and the trail."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.accounts.commands import Grant
from marketplace.administration.commands import WantedRole
from marketplace.administration.rules import MOST_REASON, Ask, Decision
from marketplace.administration.rules.settings import SETTINGS, Demanded, Measure
from marketplace.audit.queries import TrailWish
from marketplace.core.clock import start_of
from marketplace.core.errors import N_
from marketplace.core.identity import OrganisationKind, Role
from marketplace.web.fields import MAX_ID, Fields

Values = Mapping[str, str]
# Organisations of a kind that are called so.
Called = Callable[[str, str], Sequence[int]]
MOST_NAME = 120
OF_WHOM = N_("请填写“无”“岗位”或“所有人”。")
NO_SUCH_ORGANISATION = N_("没有叫这个名称的机构。请核对是哪类机构,照名册写全称。")
MANY_ORGANISATIONS = N_("不止一个机构叫这个名称。主播请写口令,经纪机构请写统一社会信用代码。")
DEMANDED = {
    **dict.fromkeys(("无", "否", "0", "nobody", "no"), Demanded.NOBODY),
    **dict.fromkeys(("岗位", "是", "1", "officials", "yes"), Demanded.OFFICIALS),
    **dict.fromkeys(("所有人", "2", "everyone"), Demanded.EVERYONE),
}
BETWEEN = N_("请填写 %(least)s 元到 %(most)s 元之间的金额。")


def read_new_person(values: Values) -> tuple[str, str, str]:
    """(login, name, phone)."""
    fields = Fields(values)
    found = (fields.text("login", 120), fields.text("name", 60))
    phone = fields.text("phone", 20, required=False)
    fields.check()
    return (*found, phone)


def read_reason(values: Values) -> str:
    fields = Fields(values)
    reason = fields.text("reason", MOST_REASON)
    fields.check()
    return reason


def read_role(values: Values, person_id: int) -> Grant:
    fields = Fields(values)
    kind = fields.choice("organisation_kind", list(OrganisationKind))
    organisation_id = fields.number("organisation_id")
    role = fields.choice("role", list(Role))
    fields.check()
    return Grant(person_id, kind, organisation_id, role)


def read_wanted_role(values: Values, person_id: int, called: Called) -> WantedRole:
    """A role that is to end is one of a list; one that is to be given is at an organisation
    that is typed by its name."""
    fields = Fields(values)
    ask = fields.choice("ask", list(Ask))
    reason = fields.text("reason", MOST_REASON)
    fields.check()
    if ask == Ask.END:
        return WantedRole(ask, read_role(values, person_id), reason)
    return WantedRole(ask, _read_given_role(values, person_id, called), reason)


def _read_given_role(values: Values, person_id: int, called: Called) -> Grant:
    fields = Fields(values)
    kind = fields.choice("organisation_kind", list(OrganisationKind))
    name = fields.text("organisation", MOST_NAME)
    role = fields.choice("role", list(Role))
    fields.check()
    found = called(kind, name)
    if len(found) != 1:
        fields.refuse("organisation", MANY_ORGANISATIONS if found else NO_SUCH_ORGANISATION)
    fields.check()
    return Grant(person_id, kind, found[0], role)


def read_decision(values: Values) -> Decision:
    """Yes or no; a no says why."""
    fields = Fields(values)
    verdict = fields.choice("verdict", ("grant", "refuse"))
    answer = fields.text("answer", MOST_REASON, required=verdict == "refuse")
    fields.check()
    return Decision(verdict == "grant", answer)


def read_setting(values: Values) -> tuple[str, int, str]:
    """(name, value, reason), the value within the setting's bounds."""
    fields = Fields(values)
    name = fields.choice("name", list(SETTINGS))
    reason = fields.text("reason", MOST_REASON)
    fields.check()
    known = SETTINGS[name]
    if known.measure == Measure.FEN:
        value = int(fields.yuan("value"))
        if not fields.errors and not known.least <= value <= known.most:
            bounds = {"least": known.least // 100, "most": known.most // 100}
            fields.refuse("value", BETWEEN, **bounds)
    elif known.measure == Measure.OF_WHOM:
        value = _read_demanded(fields)
    else:
        value = fields.number("value", least=known.least, most=known.most)
    fields.check()
    return name, value, reason


def _read_demanded(fields: Fields) -> int:
    typed = unicodedata.normalize("NFKC", fields.text("value", 20)).casefold()
    if typed not in DEMANDED and not fields.errors:
        fields.refuse("value", OF_WHOM)
    return DEMANDED.get(typed, Demanded.NOBODY)


@dataclass(frozen=True)
class TrailFilter:
    """What the address says, as it was typed; nonsense finds nothing and breaks nothing."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    object_id: str = ""
    county: str = ""
    from_on: str = ""
    until_on: str = ""
    origin: str = ""

    @classmethod
    def of(cls, values: Values) -> "TrailFilter":
        names = ("actor", "action", "kind", "object", "county", "from", "until", "origin")
        return cls(*(_plain(values.get(name, "")) for name in names))

    @property
    def in_address(self) -> dict[str, str]:
        """The filter as the address has it."""
        named = {
            "actor": self.actor,
            "action": self.action,
            "kind": self.kind,
            "object": self.object_id,
            "county": self.county,
            "from": self.from_on,
            "until": self.until_on,
            "origin": self.origin,
        }
        return {name: value for name, value in named.items() if value}

    def wish(self, actor_id: int | None, county_code: str | None) -> TrailWish:
        first, last = _day(self.from_on), _day(self.until_on)
        return TrailWish(
            actor_id=actor_id,
            action=self.action,
            object_kind=self.kind,
            object_id=self.object_id,
            county_code=county_code,
            from_at=start_of(first) if first else None,
            until_at=start_of(last + timedelta(days=1)) if last else None,
            origin=self.origin,
        )


def _plain(typed: str) -> str:
    shown = "".join(one for one in typed[:120] if unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFKC", shown).strip()[:120]


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    # Days at the very ends of the calendar have no instant on one side of them.
    return found if 2000 <= found.year <= 2999 else None


def read_before(values: Values) -> int | None:
    """From which change on the list goes back; nonsense is the newest."""
    typed = _plain(values.get("before", ""))
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= 19
    return min(int(typed), MAX_ID) if is_number else None
