"""Goods by table: every row with its verdict, written at once or not at all."""

from typing import Any

from flask import request
from flask_babel import gettext

from marketplace.api.door import Door
from marketplace.api.schemas.listing import Import, ImportQuery
from marketplace.core.errors import N_, NotFound
from marketplace.core.sheets import MOST_BYTES
from marketplace.listing.commands.imports import import_now
from marketplace.listing.forms.tables import read_table
from marketplace.listing.queries.judging import BAD, CHANGED, NEW, SAME, WAITING, Judged, judge
from marketplace.listing.rules import is_own
from marketplace.uploads.forms import read_file
from marketplace.uploads.rules import GivenFile
from marketplace.web import allow, current_identity, now, session
from marketplace.web.downloads import XLSX
from marketplace.web.refusals import in_words

door = Door("imports")

Shown = dict[str, Any]
FIELD = "file"
FORM = "multipart/form-data"
WORDS = {
    NEW: N_("新增"),
    CHANGED: N_("修改,写入就生效"),
    WAITING: N_("送审,通过前仍按原来的出售"),
    SAME: N_("没有变化"),
}


@door.call("POST", "/producers/<id:producer_id>/imports", N_("导入商品表格,逐行给出结论"))
@allow()
@door.takes_file(MOST_BYTES + 64 * 1024, "text/csv", XLSX, FORM)
@door.asks(ImportQuery)
@door.does(Import)
def import_goods(query: dict[str, Any], producer_id: int) -> Shown:
    identity = current_identity()
    if not is_own(identity, producer_id):
        raise NotFound
    name, rows = read_table(_given(query.get("name")))
    if query["dry_run"]:
        return _shown(judge(session(), producer_id, rows), written=False)
    takes_good = query["rows"] == "good"
    judged = import_now(
        session(), identity, producer_id, (name, rows), now(), takes_good=takes_good
    )
    return _shown(judged, written=True)


def _given(name: str | None) -> GivenFile | None:
    if request.mimetype == FORM:
        return read_file(FIELD, request.files.get(FIELD))
    content = request.get_data(cache=True)
    return GivenFile(FIELD, name or FIELD, content) if content else None


def _shown(judged: Judged, *, written: bool) -> Shown:
    counts = {kind.lower(): number for kind, number in judged.count().items()}
    return {"written": written, "counts": counts, "rows": _rows(judged)}


def _rows(judged: Judged) -> list[Shown]:
    said = {kind: gettext(words) for kind, words in WORDS.items()}
    rows: list[Shown] = []
    for verdict in judged.verdicts:
        about = {"row": verdict.row.number, "verdict": verdict.kind.lower()}
        if verdict.kind != BAD:
            rows.append({**about, "column": None, "message": said[verdict.kind]})
        for error in verdict.errors:
            message = in_words(error.message, dict(error.params))
            rows.append({**about, "column": error.column, "message": message})
    return rows
