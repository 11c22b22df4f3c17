"""Every address says who may open it."""

from flask import Flask

from marketplace.web import allow, public
from marketplace.web.access import rule_of

# Flask serves the files of the static folder itself: anyone may have them.
SERVED_BY_FLASK = {"static"}


def unguarded(app: Flask) -> list[str]:
    """Endpoints that were given no access rule."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - SERVED_BY_FLASK
    return sorted(name for name in endpoints if not _is_guarded(app.view_functions[name]))


def _is_guarded(view) -> bool:
    """Views of classes carry the rule on each method that answers."""
    if rule_of(view) is not None:
        return True
    methods = getattr(view, "methods", None) or ()
    answers = [getattr(getattr(view, "view_class", None), name.lower(), None) for name in methods]
    found = [answer for answer in answers if answer is not None]
    return bool(found) and all(rule_of(answer) is not None for answer in found)


def test_every_route_names_its_rule(app):
    assert unguarded(app) == []


def test_a_route_without_a_rule_would_be_noticed():
    app = Flask("bare")
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/closed", "closed", allow()(lambda: "closed"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "forgotten")
    assert unguarded(app) == ["forgotten"]


def test_only_posts_and_their_kin_change_something(app):
    """A link that is merely followed must not write, whoever sends it."""
    mixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and (rule.methods or set()) & {"PUT", "PATCH", "DELETE"}
    ]
    assert mixed == []
