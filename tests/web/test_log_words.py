"""Nothing that people type, and nothing that names them, comes into the log of an open shop."""

import io
import json
import logging

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.models import Person
from marketplace.web import db, logs
from marketplace.web.access import public
from marketplace.web.lines import PlainLines
from marketplace.web.logs import log
from tests.accounts.people import PASSWORD, enrol
from tests.conftest import NOON

LOGIN = "wang@example.org"
TYPED = {
    "phone": "13800000000",
    "identity": "420304199001011234",
    "name": "王芳芳",
    "address": "茶店镇长岭大道77号",
    "mail": "somebody@example.net",
    "password": "wrong-and-secret-words",
    "token": "bf_secret_token_of_somebody",
    "cookie": "eyJzZWNyZXQiOiJjb29raWUifQ",
}
PERSONAL = {*TYPED.values(), LOGIN, PASSWORD}


@pytest.fixture
def shop(make_app) -> Flask:
    """As visitors meet it: in production, where our mistakes are caught and told."""
    app: Flask = make_app(production=True, testing=False, public_url="http://localhost")
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def told(shop):
    logs.configure(stream := io.StringIO(), has_visitors=True)
    yield stream
    logs.configure()


def require_no_word(said: str, least: int) -> None:
    lines = [json.loads(line) for line in said.splitlines()]
    assert len(lines) >= least
    whole = json.dumps(lines, ensure_ascii=False)
    assert {word for word in PERSONAL if word in whole} == set()


def test_pages_and_api_right_and_wrong_leave_no_word(shop, told, session):
    enrol(session)
    issued = create_token(session, session.query(Person).one(), NOON)
    session.commit()
    client = shop.test_client()
    client.set_cookie("session", TYPED["cookie"])
    words = "&".join(f"{name}={word}" for name, word in TYPED.items())
    asked = 0
    for path in ("/login", "/password/forgotten", "/hosts/apply", "/me/data", "/search", "/verify"):
        for login, password in ((LOGIN, PASSWORD), (TYPED["mail"], TYPED["password"])):
            client.post(path, data={**TYPED, "login": login, "password": password})
            client.get(f"{path}?q={TYPED['name']}&{words}")
            client.get(f"{path}/{TYPED['phone']}/{TYPED['identity']}")
            asked += 3
    for bearer in (issued.token, TYPED["token"]):
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": TYPED["phone"]}
        headers |= {"X-Request-ID": TYPED["identity"], "User-Agent": TYPED["name"].encode().hex()}
        for path in ("/me", "/orders", f"/orders/{TYPED['phone']}", f"/products?q={words}"):
            client.get(f"/api/v1{path}", headers=headers)
            client.post(f"/api/v1{path}", headers=headers, json=TYPED)
            asked += 2
    assert issued.token not in told.getvalue()
    require_no_word(told.getvalue(), asked)


def test_our_mistake_over_what_was_typed_is_told_by_its_kind(shop, told):
    def fail() -> str:
        raise ValueError(TYPED["identity"]) from KeyError(TYPED["phone"])

    shop.add_url_rule("/mistake", "mistake", public(fail))
    assert shop.test_client().get(f"/mistake?q={TYPED['name']}").status_code == 500
    require_no_word(told.getvalue(), 2)
    failed = json.loads(told.getvalue().splitlines()[0])
    assert failed["error"] == ["ValueError", "KeyError"]
    assert failed["trace"][-1].startswith("tests/web/test_log_words.py:")
    assert failed["trace"][-1].endswith(" fail")


def test_a_row_that_the_database_refuses_is_not_quoted(shop, told, session, database_kind):
    enrol(session)
    row = dict(session.execute(select(Person.__table__)).mappings().one())
    wrong = {**row, "id": row["id"] + 1, "login": TYPED["mail"], "name": TYPED["name"]}
    wrong["session_epoch"] = None
    session.rollback()

    def fail() -> str:
        db.session.execute(insert(Person).values(**wrong))
        return ""

    shop.add_url_rule("/wrong", "wrong", public(fail))
    assert shop.test_client().get("/wrong").status_code == 500
    require_no_word(told.getvalue(), 2)
    failed = json.loads(told.getvalue().splitlines()[0])
    assert failed["error"][0] == IntegrityError.__name__
    if database_kind == "postgresql":
        assert failed["sqlstate"] == "23502"


def test_where_nobody_visits_a_mistake_is_told_in_full(app):
    logs.configure(stream := io.StringIO())
    log.error("x", exc_info=ValueError("what was wrong"))
    assert "what was wrong" in stream.getvalue()
    logs.configure()


def test_what_libraries_say_is_told_without_what_they_put_into_it():
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(PlainLines())
    library = logging.Logger("gunicorn.error")
    library.addHandler(handler)
    library.error("Error handling request %s", f"/trace/{TYPED['phone']}")
    library.warning("Worker (pid:%s) exited with %s", 4711, TYPED["name"])
    try:
        raise ValueError(TYPED["mail"])
    except ValueError:
        library.exception("Exception in worker\n" + TYPED["address"])
    require_no_word(said.getvalue(), 3)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert lines[0]["event"] == "Error handling request %s"
    assert lines[1]["numbers"] == [4711]
    assert (lines[2]["error"], lines[2]["event"]) == (["ValueError"], "Exception in worker")
