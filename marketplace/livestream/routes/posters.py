"""All links of a session on one page: to copy, to show on a screen, to print and hang up."""

import segno
from flask import current_app, render_template, url_for

from marketplace.livestream.queries.posters import posters_of_session
from marketplace.livestream.routes.room import blueprint
from marketplace.web import allow, current_identity, session


def address_of(code: str) -> str:
    """The whole short address, as it is printed and spoken."""
    home = current_app.config["SETTINGS"].public_url.rstrip("/")
    return str(home + url_for("livestream.follow", code=code))


@blueprint.get("/host/sessions/<int:session_id>/links")
@allow()
def session_links(session_id: int) -> str:
    posters = posters_of_session(session(), current_identity(), session_id)
    addresses = {poster.link_id: address_of(poster.code) for poster in posters}
    return render_template(
        "livestream/links.html",
        posters=posters,
        addresses=addresses,
        pictures={key: _picture(address) for key, address in addresses.items()},
    )


def _picture(address: str) -> str:
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))
