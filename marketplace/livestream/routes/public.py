"""Sessions as everyone sees them: what is on, what comes, and what is sold there."""

from flask import render_template, request

from marketplace.livestream.queries.sessions import get_public, list_public, offers_of
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.routes.sessions import WORDS
from marketplace.livestream.rules.sessions import OfferState
from marketplace.web import public, session
from marketplace.web.fields import read_page


@blueprint.get("/sessions/")
@public
def all_sessions() -> str:
    return render_template(
        "livestream/all.html",
        page=list_public(session(), read_page(request.args)),
        words=WORDS,
    )


@blueprint.get("/sessions/<int:session_id>")
@public
def public_session(session_id: int) -> str:
    view = get_public(session(), session_id)
    offers = offers_of(session(), [session_id])
    # What the producer has not agreed to is nothing that one could rely on yet.
    shown = [one for one in offers if one.is_on_sale and one.state == OfferState.AGREED]
    return render_template("livestream/public.html", view=view, offers=shown, words=WORDS)
