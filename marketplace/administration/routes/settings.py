"""What the county has set, since when and why; a change is asked for and decided."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import names_of
from marketplace.administration import commands
from marketplace.administration.forms import read_decision, read_setting
from marketplace.administration.queries import list_setting_requests, list_settings
from marketplace.administration.routes.room import blueprint, my_county
from marketplace.administration.rules import STATE_WORDS, asks, decides, reads, reads_settings
from marketplace.administration.rules.settings import SETTINGS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def settings_page(**_place: Any) -> str:
    held = list_settings(session(), my_county(), now())
    asked = list_setting_requests(session(), my_county())
    people = {who for one in asked for who in (one.asked_by, one.decided_by) if who}
    people |= {
        who for one in held for row in one.versions for who in (row.asked_by, row.decided_by)
    }
    me = current_identity()
    return render_template(
        "administration/settings.html",
        held=held,
        asked=asked,
        names=names_of(session(), people),
        known=SETTINGS,
        state_words=STATE_WORDS,
        me=me.person_id,
        reads_people=reads(me),
        may_ask=asks(me),
        may_decide=decides(me),
    )


@blueprint.get("/desk/settings")
@allow(reads_settings)
def settings() -> str:
    return settings_page()


@blueprint.post("/desk/settings")
@allow(asks)
@shown_again_by(settings_page)
def ask_for_setting() -> ResponseReturnValue:
    wanted = read_setting(request.form)
    commands.ask_for_setting(session(), (current_identity(), my_county()), wanted, now())
    return _back(_("申请已提交,由安全管理员决定。"))


@blueprint.post("/desk/settings/<int:request_id>/decide")
@allow(decides)
@shown_again_by(settings_page)
def decide_setting(request_id: int) -> ResponseReturnValue:
    decision = read_decision(request.form)
    place = (current_identity(), my_county())
    commands.decide_setting(session(), place, request_id, decision, now())
    return _back(_("已同意,现在生效。") if decision.is_granted else _("未同意,理由已记下。"))


@blueprint.post("/desk/settings/<int:request_id>/withdraw")
@allow(asks)
@shown_again_by(settings_page)
def withdraw_setting(request_id: int) -> ResponseReturnValue:
    commands.withdraw_setting(session(), current_identity(), (my_county(), request_id), now())
    return _back(_("申请已撤回。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("administration.settings"))
