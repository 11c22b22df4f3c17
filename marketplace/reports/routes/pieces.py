"""The pieces of the frame: who is logged in, what waits for them, what their unit still needs."""

from flask import request, url_for
from markupsafe import Markup

from marketplace.web.pieces import Facts, draw, piece
from marketplace.web.security import token


@piece("account")
def account(facts: Facts, _about: str) -> Markup:
    """The bell, the name and the way out; for visitors the way in."""
    person = facts["person"]
    if person is None:
        return draw("way_in")
    in_inbox = request.path == url_for("notices.inbox")
    return draw("account", person.name, facts["notice_count"], token(), in_inbox)


@piece("basket")
def basket(facts: Facts, _about: str) -> Markup:
    return draw("basket", facts["basket_count"])


@piece("work")
def work(facts: Facts, _about: str) -> Markup:
    links = facts["work_links"]
    return draw("work", links, request.path) if links else Markup()


@piece("quota")
def quota(facts: Facts, _about: str) -> Markup:
    bar = facts["quota_bar"]
    return draw("quota", bar) if bar else Markup()
