"""The workshops of a county's producers, for whoever looks for one."""

from flask import render_template, request

from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import reads_desk
from marketplace.producers.queries.workshops import list_workshops
from marketplace.web import allow, current_identity, session
from marketplace.web.fields import read_page, read_search


@blueprint.get("/desk/workshops")
@allow(reads_desk)
def workshops() -> str:
    words = read_search(request.args)
    page = list_workshops(session(), current_identity().area, words, read_page(request.args))
    return render_template("desk/workshops.html", page=page, words=words)
