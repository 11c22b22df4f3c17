"""Where one is logged in, what proves who one is, and ending what one does not know."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands.sessions import end_other_sessions, end_session, end_token
from marketplace.accounts.queries.proofs import list_outside_logins, second_steps_of
from marketplace.accounts.queries.seats import (
    list_open_sessions,
    list_open_tokens,
    list_sign_ins,
)
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.visitors import forget
from marketplace.accounts.rules.second_step import OUTCOME_WORDS, WAY_WORDS
from marketplace.web import (
    allow,
    commit,
    confirmed_lately,
    current_identity,
    current_seat,
    now,
    session,
)
from marketplace.web.again import shown_again_by


def security_page(**_place: Any) -> str:
    me = current_identity().person_id
    return render_template(
        "accounts/security.html",
        steps=second_steps_of(session(), me),
        sessions=list_open_sessions(session(), me, now()),
        here=current_seat().session_id,
        tokens=list_open_tokens(session(), me, now()),
        sign_ins=list_sign_ins(session(), me),
        linked={one.provider: one for one in list_outside_logins(session(), me)},
        providers=current_app.config["SETTINGS"].providers,
        is_needed="needed" in request.args and not current_seat().has_second_step,
        way_words=WAY_WORDS,
        outcome_words=OUTCOME_WORDS,
    )


@blueprint.get("/account/security")
@allow(own=True)
def security() -> str:
    return security_page()


@blueprint.post("/account/security/sessions/<int:session_id>/end")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def end_one(session_id: int) -> ResponseReturnValue:
    end_session(session(), current_identity().person_id, session_id, now())
    if session_id == current_seat().session_id:
        forget()
    return back(_("已退出那里的登录,从下一次点击起生效。"))


@blueprint.post("/account/security/sessions/end-others")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def end_others() -> ResponseReturnValue:
    seat = current_seat()
    end_other_sessions(session(), current_identity().person_id, seat.session_id, now())
    return back(_("除了这里,其他登录和接口令牌都已失效。"))


@blueprint.post("/account/security/tokens/<mark>/end")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def end_one_token(mark: str) -> ResponseReturnValue:
    end_token(session(), current_identity().person_id, mark, now())
    return back(_("令牌已失效。"))


def back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("accounts.security"))
