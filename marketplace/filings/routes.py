"""A unit files its year; its supervisor and the finance bureau look at it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.filings import queries
from marketplace.filings.commands import (
    pass_filing,
    return_filing,
    set_filing_due,
    submit_filing,
    write_filing,
)
from marketplace.filings.forms import read_filing, read_words
from marketplace.filings.rules import WITH_THE_UNIT, holds_from, may_file
from marketplace.units.queries import get_visible_unit, headcount_on
from marketplace.units.rules import CANTEENS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.fields import Fields, read_page

blueprint = Blueprint("filings", __name__)


def wanted_year() -> int:
    """The year in the address, among those that can be filed; else this one."""
    this = day_of(now()).year
    typed = request.args.get("year", "")
    return int(typed) if typed in {str(this - 1), str(this), str(this + 1)} else this


def filing_page(unit_id: int, year: int | None = None) -> str:
    """A unit's filing of a year: the form, how far it is, and what was said about it."""
    identity, today = current_identity(), day_of(now())
    year = year or wanted_year()
    unit = get_visible_unit(session(), identity, unit_id)
    filing = queries.find_filing(session(), identity, unit_id, year)
    with_unit = filing is None or filing.row.state in (*WITH_THE_UNIT, "APPROVED")
    return render_template(
        "units/filing.html",
        unit=unit,
        year=year,
        years=(today.year - 1, today.year, today.year + 1),
        filing=filing,
        headcount=headcount_on(session(), unit_id, today),
        may_write=may_file(identity, unit_id) and with_unit,
        canteens=CANTEENS,
        due_on=queries.find_due(session(), year),
        # Only a revision asks for a day.
        from_on=holds_from(year, today, revision=2),
    )


@blueprint.get("/unit/<int:unit_id>/filing")
@allow()
def filing(unit_id: int) -> str:
    return filing_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/filing")
@allow()
@shown_again_by(filing_page)
def write(unit_id: int) -> ResponseReturnValue:
    """Keeps what was typed; with the other button it is handed in at once."""
    given = read_filing(request.form, request.files.getlist("papers"))
    identity, year = current_identity(), wanted_year()
    kept = write_filing(session(), identity, unit_id, year, given, now=now())
    words = _("草稿已保存。")
    if request.form.get("then") == "submit":
        submit_filing(session(), identity, kept.id, now())
        words = _("填报已提交,审核结果会显示在这里。")
    commit()
    flash(words)
    return redirect(url_for("filings.filing", unit_id=unit_id, year=year))


def reviews_filings(identity: Identity) -> bool:
    """Supervising units and the operations centre; which filings is asked of each."""
    return identity.is_in_centre() or bool(
        identity.organisations(OrganisationKind.UNIT, Role.ADMIN)
    )


def filings_page(**_place: Any) -> str:
    """Filings by whose turn it is, and who has not filed."""
    identity, year = current_identity(), wanted_year()
    tab = request.args.get("tab", "")
    missing = tab == "missing" and identity.is_in_centre()
    tab = tab if tab in queries.TABS or missing else queries.TABS[0]
    page = read_page(request.args)
    today = day_of(now())
    return render_template(
        "units/filings.html",
        year=year,
        years=(today.year - 1, today.year, today.year + 1),
        tab=tab,
        counts=queries.count_filings(session(), identity, year),
        missing=queries.list_missing(session(), year, today, page, area=identity.area)
        if missing
        else None,
        page=None if missing else queries.list_filings(session(), identity, year, tab, page),
        due_on=queries.find_due(session(), year),
        in_centre=identity.is_in_centre(),
        may_set=identity.is_in_centre(Role.OPERATOR),
    )


@blueprint.get("/filings")
@allow(reviews_filings)
def filings() -> str:
    return filings_page()


@blueprint.post("/filings/due")
@allow(reviews_filings)
@shown_again_by(filings_page)
def set_due() -> ResponseReturnValue:
    fields = Fields(request.form)
    due_on = fields.day("due_on")
    fields.check()
    assert due_on is not None
    year = wanted_year()
    set_filing_due(session(), current_identity(), year, due_on, now())
    commit()
    flash(_("填报截止日期已保存。"))
    return redirect(url_for("filings.filings", year=year))


def one_page(filing_id: int, **_place: Any) -> str:
    """The page of the unit whose filing it is."""
    found = queries.get_filing(session(), current_identity(), filing_id)
    return filing_page(found.row.unit_id, found.row.year)


def _back(filing_id: int, words: str) -> ResponseReturnValue:
    commit()
    row = queries.get_filing(session(), current_identity(), filing_id).row
    flash(words)
    return redirect(url_for("filings.filing", unit_id=row.unit_id, year=row.year))


@blueprint.post("/filings/<int:filing_id>/pass")
@allow(reviews_filings)
@shown_again_by(one_page)
def pass_on(filing_id: int) -> ResponseReturnValue:
    passed = pass_filing(session(), current_identity(), filing_id, now())
    done = passed.state == "APPROVED"
    return _back(
        filing_id, _("已核定,从生效日期起计算。") if done else _("已审核,转财政部门核定。")
    )


@blueprint.post("/filings/<int:filing_id>/return")
@allow(reviews_filings)
@shown_again_by(one_page)
def send_back(filing_id: int) -> ResponseReturnValue:
    return_filing(session(), current_identity(), filing_id, read_words(request.form), now())
    return _back(filing_id, _("已退回,单位会看到您的说明。"))


@blueprint.get("/filings/<int:filing_id>/papers/<int:upload_id>")
@allow()
def paper(filing_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_paper(session(), current_identity(), filing_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)
