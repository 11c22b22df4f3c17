"""Every address says who may open it."""

from flask import Flask
from werkzeug.routing import AnyConverter, Rule, UnicodeConverter

from marketplace.web import allow, public
from marketplace.web.access import rule_of
from tests.seating import seat

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


WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def an_address(app: Flask, rule: Rule, method: str) -> str:
    """One that this rule answers; whether there is anything does not matter."""
    given = {name: _a_value(rule._converters[name]) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, given, method=method)


def _a_value(converter) -> object:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return "1" if isinstance(converter, UnicodeConverter) else 1


def test_no_other_site_sends_a_form_for_somebody(app, county, client):
    """Every route there is, without its token, on behalf of somebody who is logged in. Programs
    bring no cookie, so a cookie opens nothing for them."""
    seat(client, county.operator)
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    told = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & WRITING):
            address = an_address(app, rule, method)
            answer = client.open(address, method=method, headers=elsewhere)
            told[f"{method} {rule.rule}"] = answer.status_code
    pages = {name: status for name, status in told.items() if " /api/" not in name}
    assert len(pages) > 250
    assert {name for name, status in pages.items() if status != 400} == set()
    calls = {name: status for name, status in told.items() if " /api/" in name}
    # A token is given for a password alone, and the gateway signs what it says.
    for name, status in (("tokens", 422), ("webhooks/stripe", 404)):
        assert calls.pop(f"POST /api/v1/{name}") == status
    assert set(calls.values()) == {401}
