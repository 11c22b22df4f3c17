"""Reports of sessions: of one, of a host or an agency, of the county."""

from datetime import date
from typing import Any

from flask import Response, render_template, request

from marketplace.broadcast.forms.reports import Wanted, read_wanted, this_year
from marketplace.broadcast.queries.record import record_of
from marketplace.broadcast.queries.reports import (
    Report,
    ReportWish,
    held_of,
    read_report,
    report_of,
)
from marketplace.broadcast.queries.sight import get_ours, hosts_seen_by
from marketplace.broadcast.routes.room import blueprint
from marketplace.broadcast.rules.report import BY_WORDS, ROW_WORDS, By
from marketplace.broadcast.rules.tables import table_of
from marketplace.core.areas import EVERYTHING
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.hosts.queries import names_of
from marketplace.hosts.rules import is_a_host, is_an_agency
from marketplace.livestream.queries.sessions import SessionView
from marketplace.web import allow, current_identity, from_replica, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download

ZIP = "application/zip"


def sells_live(identity: Identity) -> bool:
    """People of hosts, and of agencies."""
    return is_a_host(identity) or is_an_agency(identity)


def in_the_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


@blueprint.get("/host/sessions/<int:session_id>/report")
@allow()
def session_report(session_id: int) -> str:
    return _session_page("broadcast.session_report", session_id)


@blueprint.get("/desk/sessions/<int:session_id>/report")
@allow(in_the_centre)
def desk_session_report(session_id: int) -> str:
    return _session_page("broadcast.desk_session_report", session_id)


@blueprint.get("/host/sessions/<int:session_id>/report.<any(csv, xlsx):form>")
@allow()
def session_report_file(session_id: int, form: str) -> Response:
    """The goods of the session, as the page shows them."""
    view = get_ours(session(), current_identity(), session_id, now())
    by = By.VILLAGE if request.args.get("by") == By.VILLAGE else By.PRODUCT
    return _file(_report_of(view, by), by, form, f"session-{session_id}-{by.value}")


def _own_this_year() -> str:
    return _own_page(this_year(_today()))


def _desk_this_year() -> str:
    return _desk_page(this_year(_today()))


@blueprint.get("/host/reports")
@allow(sells_live)
@shown_again_by(_own_this_year)
@from_replica
def own_reports() -> str:
    return _own_page(read_wanted(request.args, _today()))


@blueprint.get("/host/reports.<any(csv, xlsx):form>")
@allow(sells_live)
@from_replica
def own_reports_file(form: str) -> Response:
    wanted = read_wanted(request.args, _today())
    return _overview_file(wanted, _own_hosts(), form)


@blueprint.get("/desk/livestream")
@allow(in_the_centre)
@shown_again_by(_desk_this_year)
@from_replica
def livestream_reports() -> str:
    return _desk_page(read_wanted(request.args, _today()))


@blueprint.get("/desk/livestream.<any(csv, xlsx):form>")
@allow(in_the_centre)
@from_replica
def livestream_reports_file(form: str) -> Response:
    return _overview_file(read_wanted(request.args, _today()), None, form)


def _today() -> date:
    return day_of(now())


def _own_hosts() -> frozenset[int]:
    return hosts_seen_by(session(), current_identity(), now())


def _own_page(wanted: Wanted) -> str:
    return _overview("broadcast.own_reports", wanted, _own_hosts())


def _desk_page(wanted: Wanted) -> str:
    return _overview("broadcast.livestream_reports", wanted, None)


def _wish(wanted: Wanted, ours: frozenset[int] | None) -> ReportWish:
    """Of all hosts one may see, or of the one that is named; another's is not there."""
    if wanted.host_id is None:
        return ReportWish(wanted.by, wanted.first, wanted.last, ours, _area(ours))
    if ours is not None and wanted.host_id not in ours:
        raise NotFound
    only = frozenset({wanted.host_id})
    return ReportWish(wanted.by, wanted.first, wanted.last, only, _area(ours))


def _area(ours: frozenset[int] | None) -> str:
    """Hosts see their sessions wherever these are; an official those of the area."""
    return current_identity().area if ours is None else EVERYTHING


def _overview(endpoint: str, wanted: Wanted, ours: frozenset[int] | None) -> str:
    report = read_report(session(), _wish(wanted, ours))
    hosts = names_of(session(), ours) if ours is not None else {}
    return render_template(
        "broadcast/reports.html",
        endpoint=endpoint,
        wanted=wanted,
        hosts=hosts,
        by_words=BY_WORDS,
        **_shown(report, wanted.by),
    )


def _overview_file(wanted: Wanted, ours: frozenset[int] | None, form: str) -> Response:
    name = f"livestream-{wanted.by.value}-{wanted.first}-{wanted.last}"
    return _file(read_report(session(), _wish(wanted, ours)), wanted.by, form, name)


def _session_page(endpoint: str, session_id: int) -> str:
    view = get_ours(session(), current_identity(), session_id, now())
    return render_template(
        "broadcast/session_report.html",
        endpoint=endpoint,
        view=view,
        is_desk=current_identity().is_in_centre(),
        villages=_report_of(view, By.VILLAGE).rows,
        **_shown(_report_of(view, By.PRODUCT), By.PRODUCT),
    )


def _report_of(view: SessionView, by: By) -> Report:
    return report_of(session(), held_of(view), by)


def _shown(report: Report, by: By) -> dict[str, Any]:
    return {"report": report, "by": by.value, "row_word": ROW_WORDS[by]}


def _file(report: Report, by: By, form: str, name: str) -> Response:
    rows = table_of(report.rows, report.total, by)
    if form == "csv":
        return download(write_csv(rows), CSV, f"{name}.csv")
    return download(write_xlsx(rows, now()), XLSX, f"{name}.xlsx")


@blueprint.get("/desk/sessions/<int:session_id>/record.zip")
@allow(in_the_centre)
def session_record(session_id: int) -> Response:
    """What is kept of the session, with a manifest that any program checks."""
    view = get_ours(session(), current_identity(), session_id, now())
    return download(record_of(session(), view, now()), ZIP, f"session-{session_id}.zip")
