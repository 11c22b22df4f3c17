"""The county's pages: who waits, who was admitted, who is suspended, and each decision."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.identity import Identity
from marketplace.hosts import commands
from marketplace.hosts.commands import Subject
from marketplace.hosts.forms import read_words
from marketplace.hosts.queries.applications import list_waiting, view_application
from marketplace.hosts.queries.register import (
    TABS,
    count_register,
    list_register,
    view_subject,
)
from marketplace.hosts.routes.room import blueprint
from marketplace.hosts.rules.application import AGENCY, HOST
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import picture
from marketplace.web.fields import read_page
from marketplace.web.sealing import sealer

ACTS = {"suspend": commands.suspend, "lift": commands.lift_suspension}
TRUST = {"trust": commands.trust, "untrust": commands.untrust}


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


@blueprint.get("/desk/hosts")
@allow(in_centre)
def desk() -> str:
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    area = current_identity().area
    words, wanted = request.args.get("named", "")[:60], read_page(request.args)
    waits = tab == "waiting"
    return render_template(
        "hosts/desk.html",
        tab=tab,
        counts=count_register(session(), area=area),
        named=words,
        waiting=list_waiting(session(), wanted, area=area) if waits else None,
        page=None if waits else list_register(session(), tab, words, wanted, area=area),
    )


def application_page(application_id: int, **_place: Any) -> str:
    """One application; names and numbers masked until somebody opens them."""
    view = view_application(session(), current_identity(), application_id, sealer())
    return render_template("hosts/application.html", view=view, whole=g.get("opened_whole"))


@blueprint.get("/desk/hosts/applications/<int:application_id>")
@allow(in_centre)
def application(application_id: int) -> str:
    return application_page(application_id)


@blueprint.post("/desk/hosts/applications/<int:application_id>/reveal")
@allow(in_centre)
@shown_again_by(application_page)
def reveal(application_id: int) -> ResponseReturnValue:
    """Shown in the answer itself and kept nowhere: to see it again is to open it again."""
    g.opened_whole = commands.reveal(session(), current_identity(), application_id, sealer(), now())
    commit()
    return application_page(application_id), {"Cache-Control": "no-store"}


@blueprint.post("/desk/hosts/applications/<int:application_id>/photo")
@allow(in_centre)
@shown_again_by(application_page)
def photo(application_id: int) -> ResponseReturnValue:
    kept = commands.open_photo(session(), current_identity(), application_id, sealer(), now())
    commit()
    answer = picture(kept.content, kept.media_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/desk/hosts/applications/<int:application_id>/admit")
@allow(in_centre)
@shown_again_by(application_page)
def admit(application_id: int) -> ResponseReturnValue:
    commands.admit(session(), current_identity(), application_id, now())
    return _to_application(application_id, _("已通过,申请人会收到通知。"))


@blueprint.post("/desk/hosts/applications/<int:application_id>/refuse")
@allow(in_centre)
@shown_again_by(application_page)
def refuse(application_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.refuse(session(), current_identity(), application_id, words, now())
    return _to_application(application_id, _("已驳回,申请人会看到理由。"))


def _to_application(application_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("hosts.application", application_id=application_id))


def host_page(host_id: int, **_place: Any) -> str:
    return _subject_page(HOST, host_id)


def agency_page(agency_id: int, **_place: Any) -> str:
    return _subject_page(AGENCY, agency_id)


def _subject_page(kind: str, subject_id: int) -> str:
    view = view_subject(session(), current_identity(), kind, subject_id)
    return render_template("hosts/one.html", view=view)


@blueprint.get("/desk/hosts/<int:host_id>")
@allow(in_centre)
def one_host(host_id: int) -> str:
    return host_page(host_id)


@blueprint.get("/desk/agencies/<int:agency_id>")
@allow(in_centre)
def one_agency_on_desk(agency_id: int) -> str:
    return agency_page(agency_id)


@blueprint.post("/desk/hosts/<int:host_id>/<any(suspend,lift):act>")
@allow(in_centre)
@shown_again_by(host_page)
def act_on_host(host_id: int, act: str) -> ResponseReturnValue:
    return _act(Subject(HOST, host_id), act)


@blueprint.post("/desk/agencies/<int:agency_id>/<any(suspend,lift):act>")
@allow(in_centre)
@shown_again_by(agency_page)
def act_on_agency(agency_id: int, act: str) -> ResponseReturnValue:
    return _act(Subject(AGENCY, agency_id), act)


@blueprint.post("/desk/hosts/<int:host_id>/<any(trust,untrust):act>")
@allow(in_centre)
@shown_again_by(host_page)
def trust_host(host_id: int, act: str) -> ResponseReturnValue:
    words = read_words(request.form, required=act == "untrust")
    TRUST[act](session(), current_identity(), host_id, words, now())
    return _to_subject(Subject(HOST, host_id))


def _act(subject: Subject, act: str) -> ResponseReturnValue:
    words = read_words(request.form, required=act == "suspend")
    ACTS[act](session(), current_identity(), subject, words, now())
    return _to_subject(subject)


def _to_subject(subject: Subject) -> ResponseReturnValue:
    commit()
    flash(_("已记下。"))
    if subject.kind == HOST:
        return redirect(url_for("hosts.one_host", host_id=subject.id))
    return redirect(url_for("hosts.one_agency_on_desk", agency_id=subject.id))
