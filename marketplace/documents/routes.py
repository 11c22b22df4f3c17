"""Papers of an object, one paper, and the page on which anyone checks a certificate."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.documents.commands import ask_for_paper
from marketplace.documents.forms import read_wish
from marketplace.documents.printers import posters
from marketplace.documents.queries.composers import find_subject, kinds_due
from marketplace.documents.queries.papers import (
    get_certificate,
    get_file,
    get_paper,
    get_sheet,
    list_papers,
)
from marketplace.documents.queries.subjects import home_of, returned_since
from marketplace.documents.rules.kinds import ZIP, package_of, read_subject
from marketplace.livestream.queries.posters import get_poster
from marketplace.livestream.routes.posters import address_of
from marketplace.web import allow, commit, current_identity, now, public, session
from marketplace.web.downloads import download
from marketplace.web.fields import read_page

blueprint = Blueprint("documents", __name__)


@blueprint.get("/papers")
@allow()
def papers() -> str:
    """What can be had of an object, and what was had."""
    identity, subject = current_identity(), read_subject(request.args.get("object", ""))
    found = find_subject(session(), identity, subject)
    return render_template(
        "documents/papers.html",
        subject=subject,
        home=home_of(subject, found),
        kinds=kinds_due(subject, found, day_of(now())),
        package=package_of(subject),
        page=list_papers(session(), identity, subject, read_page(request.args)),
    )


@blueprint.post("/papers")
@allow()
def ask() -> ResponseReturnValue:
    paper_id = ask_for_paper(session(), current_identity(), read_wish(request.form), now())
    commit()
    return redirect(url_for("documents.paper", paper_id=paper_id))


@blueprint.get("/papers/<int:paper_id>")
@allow()
def paper(paper_id: int) -> str:
    """How far a paper is, and what stands on it."""
    kept = get_paper(session(), current_identity(), paper_id)
    return render_template(
        "documents/paper.html",
        paper=kept,
        sheet=None if kept.format == ZIP else get_sheet(session(), paper_id),
    )


@blueprint.get("/papers/<int:paper_id>/file")
@allow()
def file(paper_id: int) -> ResponseReturnValue:
    kept = get_file(session(), current_identity(), paper_id)
    return download(kept.content, kept.media_type, kept.name)


@blueprint.get("/host/links/<int:link_id>/poster.<any(pdf, png):form>")
@allow()
def poster(link_id: int, form: str) -> ResponseReturnValue:
    """The poster of a short link, for its host's people."""
    found = get_poster(session(), current_identity(), link_id)
    address = address_of(found.code)
    name = f"{found.host_code}-{found.code}.{form}"
    if form == "png":
        return download(posters.draw_poster(found, address), posters.PNG, name)
    return download(posters.print_poster(found, address), posters.PDF, name)


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Where a number from a paper is typed."""
    typed = request.args.get("no", "").strip()
    if not typed:
        return render_template("documents/verify.html", certificate=None, typed="")
    return redirect(url_for("documents.certificate", number=typed[:40]))


@blueprint.get("/verify/<number>")
@public
def certificate(number: str) -> ResponseReturnValue:
    """A certificate as it was issued, and what was given back since."""
    try:
        found = get_certificate(session(), number)
    except NotFound:
        flash(_("没有这个编号的采购证明,请对照纸面再输一次。"), "error")
        return render_template("documents/verify.html", certificate=None, typed=number), 404
    return render_template(
        "documents/verify.html",
        certificate=found,
        typed=found.number,
        returned_fen=returned_since(session(), found),
    )
