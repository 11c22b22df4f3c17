"""Pairings at the desk: seen by all of the centre, written by operators."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput
from marketplace.core.identity import Identity
from marketplace.core.paging import PageRequest
from marketplace.core.sheets import write_csv
from marketplace.geography.queries import codes_by_name, list_living
from marketplace.pairings import queries
from marketplace.pairings.commands import end_pairing, pair, pair_by_table
from marketplace.pairings.forms import read_end, read_pairing, read_table
from marketplace.pairings.rules import writes
from marketplace.units.queries import list_units
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here
from marketplace.web.downloads import CSV, download
from marketplace.web.fields import read_page, read_search

blueprint = Blueprint("pairings", __name__)
EVERY = PageRequest(1, 50_000)
# As many units as a page may offer; the others are typed all the same.
NAMES = PageRequest(1, 500)


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def _asked() -> tuple[str, str, Any]:
    """(area, words, day) of the list that is asked for."""
    words = read_search(request.args)
    day = None if request.args.get("ended") == "1" else day_of(now())
    return current_identity().area, words, day


def desk_page(**_place: Any) -> str:
    county, words, day = _asked()
    page = queries.list_pairings(session(), county, words, read_page(request.args), on=day)
    may_write = writes(current_identity())
    return render_template(
        "pairings/desk.html",
        page=page,
        words=words,
        with_ended=day is None,
        today=day_of(now()),
        may_write=may_write,
        units=[one.name for one in list_units(session(), NAMES, area=county).items]
        if may_write
        else (),
        villages=list_living(session(), county_here(current_identity())) if may_write else (),
    )


@blueprint.get("/desk/pairings")
@allow(reads_desk)
def desk() -> str:
    return desk_page()


@blueprint.get("/desk/pairings/list.csv")
@allow(reads_desk)
def table() -> ResponseReturnValue:
    """What is filtered, whole."""
    county, words, day = _asked()
    head = (_("单位"), _("村代码"), _("村"), _("乡镇"), _("开始日期"), _("最后一天"), _("依据"))
    rows = [
        (
            row.unit_name,
            row.village_code,
            row.village_name,
            row.township_name,
            row.from_on.isoformat(),
            row.until_on.isoformat() if row.until_on else "",
            row.basis,
        )
        for row in queries.list_pairings(session(), county, words, EVERY, on=day).items
    ]
    return download(write_csv([head, *rows]), CSV, "pairings.csv")


@blueprint.post("/desk/pairings")
@allow(writes)
@shown_again_by(desk_page)
def make() -> ResponseReturnValue:
    here = county_here(current_identity())
    villages = codes_by_name(session(), here, [request.form.get("village", "")])
    where = (session(), current_identity().area)
    given = read_pairing(where, request.form, villages, day_of(now()))
    pair(session(), current_identity(), given, now())
    return _back(_("已结对。"))


@blueprint.post("/desk/pairings/table")
@allow(writes)
@shown_again_by(desk_page)
def take_table() -> ResponseReturnValue:
    """A whole table or nothing: every row that is wrong is named."""
    file = request.files.get("file")
    typed = read_table(file.read() if file else b"")
    good, errors = queries.read_table(session(), typed, day_of(now()), area=current_identity().area)
    if errors:
        raise InvalidInput(*errors)
    new = pair_by_table(session(), current_identity(), good, now())
    return _back(_("表格共 %(rows)s 行,新结对 %(new)s 个。", rows=len(good), new=new))


@blueprint.post("/desk/pairings/<int:pairing_id>/end")
@allow(writes)
@shown_again_by(desk_page)
def end(pairing_id: int) -> ResponseReturnValue:
    end_pairing(
        session(), current_identity(), pairing_id, read_end(request.form, day_of(now())), now()
    )
    return _back(_("结对已结束,以前的记录保留。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("pairings.desk"))
