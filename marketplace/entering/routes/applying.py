"""The applicant's pages, and what everyone may see while an application is shown."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.areas import EVERYTHING
from marketplace.core.clock import day_of
from marketplace.entering import commands, queries
from marketplace.entering.forms import read_entry
from marketplace.entering.routes.room import blueprint
from marketplace.entering.rules.application import BENEFIT_ROWS, GivenEntry
from marketplace.entering.rules.requirements import KNOWN, By
from marketplace.entering.rules.states import WITH_THE_APPLICANT
from marketplace.geography.queries import codes_by_name, list_living
from marketplace.producers.rules import BENEFITS, FOOD_KINDS, KINDS
from marketplace.web import allow, commit, current_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import own_county
from marketplace.web.downloads import download
from marketplace.web.fields import read_page


def form_page() -> str:
    """The form with what was kept; where it was handed in, how far it is."""
    identity = current_identity()
    own = queries.find_own(session(), identity)
    return render_template(
        "entering/apply.html",
        own=own,
        earlier=queries.list_own(session(), identity),
        may_write=own is None or own.row.state in WITH_THE_APPLICANT,
        kinds=KINDS,
        food_kinds=FOOD_KINDS,
        benefit_kinds=BENEFITS,
        rows=range(1, BENEFIT_ROWS + 1),
        attested=[one for one in KNOWN.values() if one.by == By.APPLICANT],
        villages=list_living(session(), own_county()),
    )


def given_entry() -> GivenEntry:
    villages = codes_by_name(session(), EVERYTHING, request.form.values())
    return read_entry(request.form, request.files, villages)


@blueprint.get("/enter")
@allow()
def apply() -> str:
    return form_page()


@blueprint.post("/enter")
@allow()
@shown_again_by(form_page)
def keep() -> ResponseReturnValue:
    given = given_entry()
    commands.write_entry(session(), current_identity(), given, now())
    commit()
    flash(_("草稿已保存,可以以后再填。"))
    return redirect(url_for("entering.apply"))


@blueprint.post("/enter/submit")
@allow()
@shown_again_by(form_page)
def submit() -> ResponseReturnValue:
    given = given_entry()
    application = commands.submit_entry(session(), current_identity(), given, now())
    commit()
    flash(_("申请已提交,乡镇会先初审。"))
    return redirect(url_for("entering.show", application_id=application.id))


def one_page(application_id: int, **_place: str) -> str:
    identity = current_identity()
    entry = queries.get_entry(session(), identity, application_id)
    return render_template("entering/one.html", entry=entry, is_centre=identity.is_in_centre())


@blueprint.get("/enter/<int:application_id>")
@allow()
def show(application_id: int) -> str:
    return one_page(application_id)


@blueprint.get("/enter/<int:application_id>/papers/<int:upload_id>")
@allow()
def paper(application_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_paper(session(), current_identity(), application_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)


@blueprint.get("/enter/notice")
@public
def notice() -> str:
    """Who is about to enter: anyone may object until the last day."""
    page = queries.list_shown(session(), day_of(now()), read_page(request.args))
    return render_template("entering/notice.html", page=page)
