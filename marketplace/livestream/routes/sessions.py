"""A host's sessions: the list, planning one, its page, its run sheet, and its steps."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import NotFound
from marketplace.core.identity import OrganisationKind
from marketplace.hosts.queries import names_of
from marketplace.hosts.rules import is_a_host, works_for_host
from marketplace.livestream.commands.record import (
    correct_record,
    end_session,
    note_recording,
    start_session,
)
from marketplace.livestream.commands.sessions import cancel_session, plan_session
from marketplace.livestream.forms.plans import read_reason
from marketplace.livestream.forms.sessions import read_correction, read_recording, read_session
from marketplace.livestream.queries.checks import claims_of
from marketplace.livestream.queries.record import list_entries
from marketplace.livestream.queries.sessions import (
    SessionView,
    count_of_hosts,
    get_view,
    list_of_hosts,
    offers_of,
)
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.rules.sessions import (
    CHECK_WORDS,
    KIND_WORDS,
    OFFER_WORDS,
    STATE_WORDS,
    USUAL_LENGTH,
    SessionState,
)
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page
from marketplace.web.refusals import in_words

PLACE = "/host/sessions/<int:session_id>"
WORDS = {
    "states": STATE_WORDS,
    "checks": CHECK_WORDS,
    "offer_states": OFFER_WORDS,
    "entry_kinds": KIND_WORDS,
}


def my_hosts() -> tuple[int, ...]:
    return current_identity().organisations(OrganisationKind.HOST)


def own_view(session_id: int) -> SessionView:
    """A session of a host one works for. Raises NotFound for everyone else, officials too:
    they have a page of their own."""
    view = get_view(session(), current_identity(), session_id)
    if not works_for_host(current_identity(), view.host_id):
        raise NotFound
    return view


@blueprint.get("/host/sessions")
@allow(is_a_host)
def sessions() -> str:
    typed = request.args.get("state", "")
    state = typed if typed in set(SessionState) else None
    return render_template(
        "livestream/sessions.html",
        page=list_of_hosts(session(), my_hosts(), state, read_page(request.args)),
        counts=count_of_hosts(session(), my_hosts()),
        state=state,
        several=len(my_hosts()) > 1,
        words=WORDS,
    )


def as_typed(moment: datetime) -> str:
    """As a browser's field for day and minute wants it, in China."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def new_page() -> str:
    tomorrow = (now().astimezone(SHANGHAI) + timedelta(days=1)).replace(hour=20, minute=0)
    return render_template(
        "livestream/new.html",
        hosts=[(str(key), name) for key, name in names_of(session(), my_hosts()).items()],
        starts_at=as_typed(tomorrow),
        ends_at=as_typed(tomorrow + USUAL_LENGTH),
    )


@blueprint.get("/host/sessions/new")
@allow(is_a_host)
def new_session() -> str:
    return new_page()


@blueprint.post("/host/sessions/new")
@allow(is_a_host)
@shown_again_by(new_page)
def plan() -> ResponseReturnValue:
    wish = read_session(request.form)
    typed = request.form.get("host_id", "")
    host_id = next((one for one in my_hosts() if str(one) == typed), my_hosts()[0])
    place = (host_id, current_app.config["SETTINGS"].county_code)
    live = plan_session(session(), current_identity(), place, wish, now())
    commit()
    flash(_("场次已安排。现在加入要带的商品。"))
    return redirect(url_for("livestream.choose", session_id=live.id))


def session_page(session_id: int, **_place: Any) -> str:
    view, offers = own_view(session_id), offers_of(session(), [session_id])
    return render_template(
        "livestream/session.html",
        view=view,
        offers=offers,
        claims=[in_words(one.message, dict(one.params)) for one in claims_of(view, offers)],
        entries=list_entries(session(), session_id),
        words=WORDS,
    )


@blueprint.get(PLACE)
@allow(is_a_host)
def one_session(session_id: int) -> str:
    return session_page(session_id)


@blueprint.get(f"{PLACE}/sheet")
@allow(is_a_host)
def run_sheet(session_id: int) -> str:
    view = own_view(session_id)
    offers = offers_of(session(), [session_id])
    return render_template(
        "livestream/sheet.html",
        view=view,
        offers=offers,
        begins=_begins(view, [offer.minutes for offer in offers]),
    )


def _begins(view: SessionView, minutes: list[int]) -> list[str]:
    """When each product is due, one after the other."""
    begins, at = [], (view.started_at or view.starts_at).astimezone(SHANGHAI)
    for length in minutes:
        begins.append(f"{at:%H:%M}")
        at += timedelta(minutes=length)
    return begins


def _done(session_id: int, said: str) -> ResponseReturnValue:
    commit()
    flash(said)
    return redirect(url_for("livestream.one_session", session_id=session_id))


@blueprint.post(f"{PLACE}/start")
@allow(is_a_host)
@shown_again_by(session_page)
def start(session_id: int) -> ResponseReturnValue:
    own_view(session_id)
    live = start_session(session(), current_identity(), session_id, now())
    is_live = live.state == SessionState.LIVE
    return _done(session_id, _("已开播,商品和价格已记入留档。") if is_live else _("这一场已结束。"))


@blueprint.post(f"{PLACE}/end")
@allow(is_a_host)
@shown_again_by(session_page)
def end(session_id: int) -> ResponseReturnValue:
    own_view(session_id)
    end_session(session(), current_identity(), session_id, now())
    return _done(session_id, _("已下播。请登记录像的地址和 SHA-256。"))


@blueprint.post(f"{PLACE}/cancel")
@allow(is_a_host)
@shown_again_by(session_page)
def cancel(session_id: int) -> ResponseReturnValue:
    own_view(session_id)
    cancel_session(session(), current_identity(), session_id, read_reason(request.form), now())
    return _done(session_id, _("这一场已取消。"))


@blueprint.post(f"{PLACE}/recording")
@allow(is_a_host)
@shown_again_by(session_page)
def recording(session_id: int) -> ResponseReturnValue:
    own_view(session_id)
    given = read_recording(request.form)
    note_recording(session(), current_identity(), session_id, given, now())
    return _done(session_id, _("录像已记入留档。"))


@blueprint.post(f"{PLACE}/correction")
@allow(is_a_host)
@shown_again_by(session_page)
def correction(session_id: int) -> ResponseReturnValue:
    own_view(session_id)
    given = read_correction(request.form)
    correct_record(session(), current_identity(), session_id, given, now())
    return _done(session_id, _("更正已记入留档,原来的记录保留。"))
