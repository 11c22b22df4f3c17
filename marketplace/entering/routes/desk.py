"""The county's pages: applications by state, each step, and the days that things take."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, Role
from marketplace.entering import commands, queries
from marketplace.entering.forms import read_days, read_words
from marketplace.entering.routes.applying import one_page
from marketplace.entering.routes.room import blueprint
from marketplace.entering.rules.requirements import MOST_SETTLED, Settled
from marketplace.producers.commands import set_term
from marketplace.producers.queries import term_days
from marketplace.producers.rules import TERMS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page

ANSWERS = {"verify": Settled.VERIFIED, "waive": Settled.WAIVED}


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def desk_page(**_place: str) -> str:
    tab = request.args.get("tab", "")
    tab = tab if tab in queries.TABS else queries.TABS[0]
    area = current_identity().area
    return render_template(
        "entering/desk.html",
        tab=tab,
        counts=queries.count_entries(session(), area=area),
        waiting=queries.count_verifications(session(), area=area),
        page=queries.list_entries(session(), tab, read_page(request.args), area=area),
        terms={name: term_days(session(), name) for name in TERMS},
        may_set=current_identity().is_in_centre(Role.OPERATOR, Role.CERTIFIER),
    )


@blueprint.get("/desk/entering")
@allow(in_centre)
def desk() -> str:
    return desk_page()


@blueprint.post("/desk/entering/terms/<name>")
@allow(in_centre)
@shown_again_by(desk_page)
def set_days(name: str) -> ResponseReturnValue:
    if name not in TERMS:
        raise NotFound
    set_term(session(), current_identity(), (name, read_days(request.form)), now())
    commit()
    flash(_("天数已改,从现在起生效。"))
    return redirect(url_for("entering.desk"))


def _back(application_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("entering.show", application_id=application_id))


@blueprint.post("/enter/<int:application_id>/requirements/<code>/<answer>")
@allow(in_centre)
@shown_again_by(one_page)
def settle(application_id: int, code: str, answer: str) -> ResponseReturnValue:
    if answer not in ANSWERS:
        raise NotFound
    words = read_words(request.form, required=answer == "waive", most=MOST_SETTLED)
    given = (code, ANSWERS[answer], words)
    commands.settle_requirement(session(), current_identity(), application_id, given, now())
    return _back(application_id, _("已记下这一项。"))


@blueprint.post("/enter/<int:application_id>/pass")
@allow(in_centre)
@shown_again_by(one_page)
def go_on(application_id: int) -> ResponseReturnValue:
    words = read_words(request.form, required=False)
    commands.pass_entry(session(), current_identity(), application_id, words, now())
    return _back(application_id, _("已通过这一步。"))


@blueprint.post("/enter/<int:application_id>/return")
@allow(in_centre)
@shown_again_by(one_page)
def send_back(application_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.return_entry(session(), current_identity(), application_id, words, now())
    return _back(application_id, _("已退回,申请人会看到您的说明。"))


@blueprint.post("/enter/<int:application_id>/refuse")
@allow(in_centre)
@shown_again_by(one_page)
def refuse(application_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.refuse_entry(session(), current_identity(), application_id, words, now())
    return _back(application_id, _("已驳回,申请人会看到理由。"))
