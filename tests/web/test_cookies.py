"""A cookie is read once a minute and says the same to every request that brings it."""

from flask import Flask, session

KEY = "session"


def cookie_of(app: Flask, **values: object) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps(values))


def read(app: Flask, cookie: str) -> dict[str, object]:
    with app.test_request_context("/", headers={"Cookie": f"{KEY}={cookie}"}):
        return dict(session)


def test_what_one_request_changes_no_other_sees(app: Flask) -> None:
    cookie = cookie_of(app, locale="en")
    with app.test_request_context("/", headers={"Cookie": f"{KEY}={cookie}"}):
        assert session["locale"] == "en"
        session["locale"] = "zh_Hans_CN"
        session["csrf_token"] = "of this browser"
    assert read(app, cookie) == {"locale": "en"}


def test_a_cookie_changed_by_a_letter_says_nothing(app: Flask) -> None:
    cookie = cookie_of(app, locale="en")
    assert read(app, cookie) == {"locale": "en"}
    other = "A" if cookie[-3] != "A" else "B"
    assert read(app, f"{cookie[:-3]}{other}{cookie[-2:]}") == {}


def test_what_could_be_changed_in_its_place_is_each_requests_own(app: Flask) -> None:
    cookie = cookie_of(app, _flashes=[["info", "one"]])
    with app.test_request_context("/", headers={"Cookie": f"{KEY}={cookie}"}):
        session["_flashes"].append(["info", "two"])
    assert read(app, cookie) == {"_flashes": [["info", "one"]]}
