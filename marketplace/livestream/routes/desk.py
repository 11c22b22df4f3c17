"""The county's look at sessions before they start, their records, and its rule."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, Role
from marketplace.livestream.commands.county import decide_rule
from marketplace.livestream.commands.record import correct_record
from marketplace.livestream.commands.sessions import pass_session, refuse_session
from marketplace.livestream.forms.county import read_rule
from marketplace.livestream.forms.plans import read_reason
from marketplace.livestream.forms.sessions import read_correction, read_seen
from marketplace.livestream.queries.checks import cautions_of
from marketplace.livestream.queries.claims import USUAL, own_hosts
from marketplace.livestream.queries.county import in_force_of, list_versions
from marketplace.livestream.queries.record import list_entries
from marketplace.livestream.queries.sessions import get_view, list_to_check, offers_of
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.routes.sessions import WORDS
from marketplace.livestream.rules.sessions import CHECK_WORDS, Check
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here
from marketplace.web.fields import read_page
from marketplace.web.refusals import in_words

PLACE = "/desk/sessions/<int:session_id>"


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def operates(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def _county() -> str:
    return county_here(current_identity())


@blueprint.get("/desk/sessions")
@allow(in_centre)
def to_check() -> str:
    typed = request.args.get("check", "")
    check = typed if typed in set(Check) else str(Check.WAITING)
    return render_template(
        "livestream/desk.html",
        page=list_to_check(session(), _county(), check, read_page(request.args)),
        check=check,
        checks=CHECK_WORDS,
        words=WORDS,
    )


def desk_page(session_id: int, **_place: Any) -> str:
    """Everything about one session, with what is worth a look."""
    identity = current_identity()
    view = get_view(session(), identity, session_id)
    offers = offers_of(session(), [session_id])
    entries = list_entries(session(), session_id)
    return render_template(
        "livestream/desk_session.html",
        view=view,
        offers=offers,
        entries=entries,
        seen=entries[0].id if entries else 0,
        cautions=[
            in_words(one.message, dict(one.params))
            for one in cautions_of(session(), view, offers, day_of(now()))
        ],
        may_decide=operates(identity) and view.host_id not in own_hosts(session(), identity, now()),
        may_correct=operates(identity),
        words=WORDS,
    )


@blueprint.get(PLACE)
@allow(in_centre)
def desk_session(session_id: int) -> str:
    return desk_page(session_id)


def _done(session_id: int, said: str) -> ResponseReturnValue:
    commit()
    flash(said)
    return redirect(url_for("livestream.desk_session", session_id=session_id))


@blueprint.post(f"{PLACE}/pass")
@allow(operates)
@shown_again_by(desk_page)
def let_pass(session_id: int) -> ResponseReturnValue:
    pass_session(session(), current_identity(), session_id, read_seen(request.form), now())
    return _done(session_id, _("预审通过,主播可以开播。"))


@blueprint.post(f"{PLACE}/refuse")
@allow(operates)
@shown_again_by(desk_page)
def send_back(session_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    seen = (session_id, read_seen(request.form))
    refuse_session(session(), current_identity(), seen, reason, now())
    return _done(session_id, _("已告诉主播哪里要改,改好会再次送审。"))


@blueprint.post(f"{PLACE}/correction")
@allow(operates)
@shown_again_by(desk_page)
def desk_correction(session_id: int) -> ResponseReturnValue:
    given = read_correction(request.form)
    correct_record(session(), current_identity(), session_id, given, now())
    return _done(session_id, _("更正已记入留档,原来的记录保留。"))


def rule_page() -> str:
    """Every version of the county's rule, and the form for another."""
    versions = list_versions(session(), _county())
    holding = in_force_of(versions, now())
    usual = {
        "window_days": USUAL.window.days,
        "grace_hours": int(USUAL.grace.total_seconds()) // 3600,
        "code_beats_link": USUAL.code_beats_link,
        "units_earn": USUAL.units_earn,
    }
    return render_template(
        "livestream/rule.html",
        versions=versions,
        holding=holding,
        begun=versions[0] if versions else usual,
        usual=usual,
        newest=versions[0].version if versions else 0,
        now=now(),
        today=day_of(now()),
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/livestream-rule")
@allow(in_centre)
def county_rule() -> str:
    return rule_page()


@blueprint.post("/desk/livestream-rule")
@allow(operates)
@shown_again_by(rule_page)
def decide() -> ResponseReturnValue:
    wish = read_rule(request.form)
    version = decide_rule(session(), current_identity(), _county(), wish, now())
    commit()
    flash(_("规则版本 %(version)s 已定。已下的订单仍按原来的版本。", version=version))
    return redirect(url_for("livestream.county_rule"))
