"""The trail of changes: filtered in the address, taken away as it is filtered."""

import json
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import find_person, names_of
from marketplace.administration.forms import TrailFilter, read_before
from marketplace.administration.routes.room import blueprint, my_county
from marketplace.administration.rules import reads_trail
from marketplace.administration.rules.deeds import all_words_of, deed_words
from marketplace.administration.rules.objects import OBJECT_WORDS
from marketplace.audit.queries import (
    SealedEntry,
    TrailWish,
    latest_verdict,
    list_actions,
    search_trail,
)
from marketplace.audit.rules import canonical, in_order
from marketplace.core.identity import Role
from marketplace.core.sheets import write_csv
from marketplace.web import allow, current_identity, session
from marketplace.web.areas import looks_after_all
from marketplace.web.downloads import CSV

ON_A_PAGE = 50
AT_ONCE = 1000
NOBODY = -1
JSON_LINES = "application/jsonl; charset=utf-8"
BOM = b"\xef\xbb\xbf"


def _wish(asked: TrailFilter) -> TrailWish:
    """What is asked for, within what the person may see: the auditor of all counties
    everything, others what was done in their county."""
    county = (asked.county or None) if _sees_all() else my_county()
    return asked.wish(_actor_id(asked.actor), county)


def _sees_all() -> bool:
    identity = current_identity()
    return identity.is_in_centre(Role.AUDITOR) and looks_after_all(session(), identity)


def _actor_id(typed: str) -> int | None:
    if not typed:
        return None
    if typed.isascii() and typed.isdigit() and len(typed) < 19:
        return int(typed)
    person = find_person(session(), typed)
    return person.id if person else NOBODY


@blueprint.get("/desk/audit")
@allow(reads_trail)
def trail() -> str:
    asked, before_id = TrailFilter.of(request.args), read_before(request.args)
    found = search_trail(session(), _wish(asked), before_id=before_id, most=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    actors = {one.entry["actor_id"] for one in shown if one.entry["actor_id"]}
    return render_template(
        "administration/trail.html",
        rows=[(one, _words_of(one.entry), changes_in(one.entry)) for one in shown],
        names=names_of(session(), actors),
        asked=asked,
        actions=_choices({one: all_words_of(one) for one in list_actions(session())}, asked.action),
        kinds=_choices({kind: [words] for kind, words in OBJECT_WORDS.items()}, asked.kind),
        verdict=latest_verdict(session()),
        next_id=shown[-1].id if len(found) > ON_A_PAGE else None,
        is_first=before_id is None,
        sees_all=_sees_all(),
    )


def _words_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """What was done and to what, in the reader's words; by its code what has none."""
    action, kind = entry["action"], entry["object_kind"]
    return _(deed_words(action, kind) or action), _(OBJECT_WORDS.get(kind, kind))


def _choices(known: Mapping[str, list[str]], asked: str) -> list[tuple[str, str]]:
    """Codes by their words; also what the address asks for, which may be a part of a code."""
    named = [(code, " / ".join(map(_, words)) or code) for code, words in known.items()]
    unknown = [(asked, asked)] if asked and asked not in known else []
    return [("", _("全部")), *unknown, *sorted(named, key=itemgetter(1))]


def changes_in(entry: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, before, after) of a change, one line a fact."""
    before, after = entry["before"] or {}, entry["after"] or {}
    names = dict.fromkeys((*before, *after))
    return [(name, _shown(before, name), _shown(after, name)) for name in names]


def _shown(facts: Mapping[str, Any], name: str) -> str:
    if name not in facts:
        return "—"
    value = facts[name]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@blueprint.get("/desk/audit/trail.<any(csv, jsonl):suffix>")
@allow(reads_trail)
def export_trail(suffix: str) -> ResponseReturnValue:
    """Exactly what is filtered, the newest first; what is not sealed yet has no position."""
    wish = _wish(TrailFilter.of(request.args))
    lines, media_type = (_csv(wish), CSV) if suffix == "csv" else (_jsonl(wish), JSON_LINES)
    answer = Response(stream_with_context(lines), content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-trail.{suffix}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _parts(wish: TrailWish) -> Iterator[list[SealedEntry]]:
    """All of it, some at a time: the whole trail need not fit into memory."""
    before_id: int | None = None
    while found := search_trail(session(), wish, before_id=before_id, most=AT_ONCE):
        yield found
        before_id = found[-1].id


def _csv(wish: TrailWish) -> Iterator[bytes]:
    head = (
        _("编号"),
        _("时间"),
        _("谁"),
        _("做了什么"),
        _("对象"),
        _("对象编号"),
        _("经由"),
        _("县"),
        _("变更前"),
        _("变更后"),
        _("链上位置"),
        _("前一个哈希"),
        _("哈希"),
    )
    yield write_csv([head])
    for part in _parts(wish):
        yield write_csv(map(_csv_row, part)).removeprefix(BOM)


def _csv_row(one: SealedEntry) -> tuple[Any, ...]:
    entry = one.entry
    plain = ("action", "object_kind", "object_id", "origin", "county_code")
    return (
        entry["id"],
        entry["at"].isoformat(),
        entry["actor_id"] or "",
        *(entry[name] for name in plain),
        in_order(entry["before"]) if entry["before"] is not None else "",
        in_order(entry["after"]) if entry["after"] is not None else "",
        one.position or "",
        one.previous_hash or "",
        one.hash or "",
    )


def _jsonl(wish: TrailWish) -> Iterator[bytes]:
    for part in _parts(wish):
        yield "".join(f"{_json_line(one)}\n" for one in part).encode()


def _json_line(one: SealedEntry) -> str:
    facts = {
        "county_code": one.entry["county_code"],
        "position": one.position,
        "previous_hash": one.previous_hash,
        "hash": one.hash,
        # Exactly the words that were sealed.
        "entry": json.loads(canonical(one.entry)),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)
