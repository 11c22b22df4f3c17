"""Who may open what: read off the access rules of the routes themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request

from marketplace.accounts.rules.logins import KIND_WORDS, ROLE_WORDS
from marketplace.administration.routes.room import blueprint
from marketplace.administration.rules import reads
from marketplace.core.identity import ROLES_OF, Identity, OrganisationKind, Role, Standing
from marketplace.web import allow
from marketplace.web.access import Public, rule_of
from marketplace.web.areas import READING

HIDDEN = frozenset({"HEAD", "OPTIONS"})


def _centre_first(item: tuple[OrganisationKind, tuple[Role, ...]]) -> bool:
    return item[0] != OrganisationKind.CENTRE


# Somebody in each role, in an organisation that does not exist.
PROBES: tuple[tuple[str, str, Identity], ...] = tuple(
    (kind, role, Identity(0, "", "", None, 0, (Standing(kind, 1, role),)))
    for kind, roles in sorted(ROLES_OF.items(), key=_centre_first)
    for role in roles
)


@dataclass(frozen=True)
class Row:
    """One address: whether anyone may open it, and who may otherwise, in the order of PROBES."""

    method: str
    address: str
    is_public: bool
    is_open: tuple[bool, ...]


def rows_of(room: str) -> list[Row]:
    """The addresses of one room."""
    return sorted(_all_rows(room), key=lambda row: (row.address, row.method))


def rooms() -> list[str]:
    names = {rule.endpoint.partition(".")[0] for rule in current_app.url_map.iter_rules()}
    return sorted(names - {"static"})


def _all_rows(room: str) -> Iterator[Row]:
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != room:
            continue
        view = current_app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - HIDDEN):
            yield _row(method, rule.rule, _rule_for(view, method))


def _rule_for(view: Any, method: str) -> Any:
    """Views of classes carry the rule on each method that answers."""
    answer = getattr(getattr(view, "view_class", None), method.lower(), None)
    return rule_of(view) or (rule_of(answer) if answer else None)


def _row(method: str, address: str, rule: Any) -> Row:
    is_public = rule is Public
    may = tuple(
        is_public or bool(rule and rule(probe) and not _only_reads(probe, method))
        for _kind, _role, probe in PROBES
    )
    return Row(method, address, is_public, may)


def _only_reads(probe: Identity, method: str) -> bool:
    return method not in READING and probe.has_role(OrganisationKind.CENTRE, 1, Role.AUDITOR)


@blueprint.get("/desk/roles/matrix")
@allow(reads)
def matrix() -> str:
    known = rooms()
    asked = request.args.get("room", "")
    room = asked if asked in known else "administration"
    return render_template(
        "administration/matrix.html",
        room=room,
        rooms=known,
        rows=rows_of(room),
        probes=[(kind, role) for kind, role, _identity in PROBES],
        role_words=ROLE_WORDS,
        kind_words=KIND_WORDS,
    )
