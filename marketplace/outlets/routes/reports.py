"""Reports of sales: the template, the upload, the verdict row by row, the receipt by hand."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries.outlets import list_at_outlets, list_outlets
from marketplace.catalogue.queries.sold import get_outlet, list_shelf
from marketplace.core.areas import EVERYTHING
from marketplace.core.clock import day_of
from marketplace.core.paging import page_of
from marketplace.outlets import commands, queries
from marketplace.outlets.forms import read_receipt, read_table
from marketplace.outlets.queries.judging import BAD, KNOWN, NEW
from marketplace.outlets.routes.room import blueprint, reports_sales, sees, taken_away
from marketplace.outlets.rules import sells_for
from marketplace.outlets.rules.sheet import COLUMNS, FINGERPRINT, MOST_LINES, head
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

SHOWN_BAD = 200
REPORTS = "/outlets/<int:outlet_id>/reports"


@blueprint.get("/outlets")
@allow(sees)
def index() -> str:
    """The outlets that sales can be reported for."""
    identity = current_identity()
    # Producers send their goods to outlets of other counties too.
    area = identity.area if identity.is_in_centre() else EVERYTHING
    outlets = list_outlets(session(), with_closed=True, area=area)
    mine = sells_for(identity) or ()
    own = _own_packs(mine)
    # Where something of theirs lies comes first; the rest keeps its order.
    outlets = sorted(outlets, key=lambda outlet: outlet.id not in own)
    page = page_of(outlets, read_page(request.args))
    return render_template("outlets/index.html", page=page, own=own, producers=mine)


def _own_packs(producers: tuple[int, ...]) -> dict[int, int]:
    """How many packs of these producers lie at which outlet."""
    there: dict[int, int] = {}
    for producer_id in producers:
        for one in list_at_outlets(session(), producer_id):
            there[one.outlet_id] = there.get(one.outlet_id, 0) + one.there
    return there


def reports_page(outlet_id: int, **_place: Any) -> str:
    identity = current_identity()
    return render_template(
        "outlets/reports.html",
        outlet=get_outlet(session(), outlet_id),
        reports=queries.list_reports(session(), identity, outlet_id),
        shelf=_shelf(outlet_id),
        may_report=reports_sales(identity),
        producers=sells_for(identity) or (),
        fingerprint=FINGERPRINT,
        most=MOST_LINES,
        today=day_of(now()),
    )


def _shelf(outlet_id: int) -> list[Any]:
    """What of the person's goods lies there."""
    mine = sells_for(current_identity())
    return [one for one in list_shelf(session(), outlet_id, mine) if one.there > 0]


@blueprint.get(REPORTS)
@allow(sees)
def reports(outlet_id: int) -> str:
    return reports_page(outlet_id)


@blueprint.get("/outlets/template.<kind>")
@allow(sees)
def template(kind: str) -> ResponseReturnValue:
    """The template, empty."""
    return taken_away(head(), kind, f"outlet-sales-{FINGERPRINT}")


@blueprint.post(REPORTS)
@allow(reports_sales)
@shown_again_by(reports_page)
def hand_in(outlet_id: int) -> ResponseReturnValue:
    told = read_table(read_file("file", request.files.get("file")))
    kept = commands.hand_in(session(), current_identity(), outlet_id, told, now())
    commit()
    return redirect(url_for("outlets.report", report_id=kept.id))


@blueprint.post("/outlets/<int:outlet_id>/receipts")
@allow(reports_sales)
@shown_again_by(reports_page)
def add_receipt(outlet_id: int) -> ResponseReturnValue:
    """One receipt, typed."""
    get_outlet(session(), outlet_id)
    told = read_receipt(request.form, _shelf(outlet_id))
    kept, _judged = commands.report_now(session(), current_identity(), outlet_id, told, now())
    commit()
    flash(_("小票 %(number)s 已记入。", number=told.name))
    return redirect(url_for("outlets.report", report_id=kept.id))


def report_page(report_id: int, **_place: Any) -> str:
    """Every receipt with its verdict as of now; what is wrong by row and column."""
    identity = current_identity()
    kept = queries.visible_report(session(), identity, report_id)
    scope = queries.Scope(kept.outlet_id, sells_for(identity) or None, day_of(now()))
    judged = queries.judge(session(), scope, kept.rows)
    errors = [(row, error) for one in judged.of(BAD) for row, error in one.errors]
    return render_template(
        "outlets/report.html",
        report=kept,
        outlet=get_outlet(session(), kept.outlet_id),
        counts={kind: len(judged.of(kind)) for kind in (NEW, KNOWN, BAD)},
        wrong=errors[:SHOWN_BAD],
        new=judged.of(NEW)[:SHOWN_BAD],
        columns=COLUMNS,
        may_report=reports_sales(identity),
    )


@blueprint.get("/outlets/reports/<int:report_id>")
@allow(sees)
def report(report_id: int) -> str:
    return report_page(report_id)


@blueprint.post("/outlets/reports/<int:report_id>/write")
@allow(reports_sales)
@shown_again_by(report_page)
def write(report_id: int) -> ResponseReturnValue:
    takes_good = request.form.get("rows") == "good"
    judged = commands.write_report(
        session(), current_identity(), report_id, now(), takes_good=takes_good
    )
    commit()
    new, known = len(judged.of(NEW)), len(judged.of(KNOWN))
    flash(_("记入 %(new)s 张小票;%(known)s 张以前记过,没有变化。", new=new, known=known))
    return redirect(url_for("outlets.report", report_id=report_id))
