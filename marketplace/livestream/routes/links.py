"""`/l/<code>`: a link out of a livestream leads to its product, and is remembered as followed."""

import secrets
from typing import cast

from flask import Response, abort, current_app, request, url_for
from flask import session as cookie

from marketplace.core.ids import plain_code
from marketplace.livestream.local.known import KnownLink, KnownLinks
from marketplace.livestream.local.spool import ClickSpool
from marketplace.livestream.queries.links import find_link
from marketplace.livestream.routes.room import blueprint
from marketplace.livestream.routes.touches import find_own_trail, remember
from marketplace.livestream.rules.links import Followed, is_signed
from marketplace.livestream.rules.trails import VISITOR_LETTERS, Trail
from marketplace.livestream.rules.visits import Visit, judge_visit
from marketplace.web import now, public, session

AN_HOUR_S = 3600


@blueprint.get("/l/<code>")
@public
def follow(code: str) -> Response:
    """Asks nothing of the database but, once in a process, where the code leads."""
    link = _known(plain_code(code))
    visit = judge_visit(request.method, request.environ)
    answer = Response(status=302, headers={"Location": link.address, "Cache-Control": "no-store"})
    second = int(now().timestamp())
    trail = Trail("")
    if visit == Visit.PERSON:
        trail = find_own_trail() or Trail(secrets.token_urlsafe(16)[:VISITOR_LETTERS])
        remember(answer, trail.after(Followed(link.link_id, second)))
    spool = cast(ClickSpool, current_app.extensions["clicks"])
    spool.note(second // AN_HOUR_S, link.link_id, trail.visitor, _person(), visit)
    return answer


def _known(code: str) -> KnownLink:
    """The link of a code of ours."""
    links = cast(KnownLinks, current_app.extensions["links"])
    return links.get((code, request.script_root), lambda: _look_up(code)) or abort(404)


def _look_up(code: str) -> KnownLink | None:
    """A code that is not signed is not looked up at all."""
    settings = current_app.config["SETTINGS"]
    if not is_signed(code, settings.link_key or settings.secret_key):
        return None
    found = find_link(session(), code)
    if found is None:
        return None
    return KnownLink(found.id, url_for("storefront.product", product_id=found.product_id))


def _person() -> str:
    """Who is logged in, as the signed cookie says: whoever works for the host is not counted."""
    person = str(cookie.get("_user_id", "")).partition(".")[0]
    return person if person.isascii() and person.isdigit() else ""
