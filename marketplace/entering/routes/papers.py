"""Papers looked at again every six months: told by the producer, compared by the county."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.entering import commands, queries
from marketplace.entering.commands.remind import AHEAD
from marketplace.entering.forms import read_papers, read_words
from marketplace.entering.routes.desk import in_centre
from marketplace.entering.routes.room import blueprint
from marketplace.producers.queries import get_producer, list_due, term_days
from marketplace.producers.rules import FOOD_KINDS
from marketplace.uploads.forms import read_file
from marketplace.uploads.rules import GivenFile
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.fields import read_page

MOST_DUE = PageRequest(1, 50)
SCANS = (("LICENCE", "licence"), ("FOOD", "food_paper"))


def works_for_a_producer(identity: Identity) -> bool:
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def papers_page(producer_id: int) -> str:
    """What is known of the producer's papers, and a form to confirm or change it."""
    if not current_identity().has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    return render_template(
        "entering/papers.html",
        producer=get_producer(session(), producer_id),
        latest=queries.find_latest(session(), producer_id),
        grace=term_days(session(), "grace"),
        food_kinds=FOOD_KINDS,
        today=day_of(now()),
    )


@blueprint.get("/producer/<int:producer_id>/papers")
@allow(works_for_a_producer)
def papers(producer_id: int) -> str:
    return papers_page(producer_id)


@blueprint.post("/producer/<int:producer_id>/papers")
@allow(works_for_a_producer)
@shown_again_by(papers_page)
def confirm(producer_id: int) -> ResponseReturnValue:
    told = (read_papers(request.form), _scans())
    commands.confirm_papers(session(), current_identity(), producer_id, told, now())
    commit()
    flash(_("已提交,运营中心核对后再有效六个月。"))
    return redirect(url_for("entering.papers", producer_id=producer_id))


def _scans() -> tuple[tuple[str, GivenFile], ...]:
    files = ((kind, read_file(name, request.files.get(name))) for kind, name in SCANS)
    return tuple((kind, file) for kind, file in files if file is not None)


def verifications_page(**_place: Any) -> str:
    identity = current_identity()
    return render_template(
        "entering/verifications.html",
        page=queries.list_verifications(session(), read_page(request.args), area=identity.area),
        due=list_due(session(), day_of(now()) + AHEAD, MOST_DUE, area=identity.area),
        today=day_of(now()),
        grace=term_days(session(), "grace"),
        may_answer=identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER),
    )


@blueprint.get("/desk/verifications")
@allow(in_centre)
def verifications() -> str:
    return verifications_page()


@blueprint.post("/desk/verifications/<int:reverification_id>/verify")
@allow(in_centre)
@shown_again_by(verifications_page)
def verify(reverification_id: int) -> ResponseReturnValue:
    commands.verify_papers(session(), current_identity(), reverification_id, now())
    return _back(_("已核对,有效六个月。"))


@blueprint.post("/desk/verifications/<int:reverification_id>/return")
@allow(in_centre)
@shown_again_by(verifications_page)
def send_papers_back(reverification_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.return_papers(session(), current_identity(), reverification_id, words, now())
    return _back(_("已退回,供应商会看到您的说明。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("entering.verifications"))


@blueprint.get("/verifications/<int:reverification_id>/scans/<int:upload_id>")
@allow()
def scan(reverification_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_scan(session(), current_identity(), reverification_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)
