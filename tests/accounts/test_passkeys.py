"""Passkeys: registered by name, believed once, doubted where they count backwards."""

import json

import pytest
from sqlalchemy import func, select

from marketplace.accounts.commands.login import forget_old
from marketplace.accounts.models import Passkey, Person, SpentChallenge
from marketplace.accounts.rules.passkeys import MOST_PASSKEYS
from marketplace.audit.models import AuditEntry
from tests.accounts.keys import Key, post, question, register
from tests.accounts.people import enrol, is_known, log_in, send
from tests.conftest import NOON

ANY = "/login/passkey"
SECOND = "/login/code/passkey"


@pytest.fixture
def key(session, client):
    """A registered key of Wang, who then logged out."""
    enrol(session)
    log_in(client)
    made = Key()
    assert register(client, made).status_code == 200
    send(client, "/logout")
    return made


def enter(client, key, path=ANY, **changes):
    asked = question(client, f"{path}/question")
    return send(client, path, **{"credential": key.sign(asked), **changes})


def held(session):
    session.rollback()
    found = session.scalars(select(Passkey)).all()
    session.expunge_all()
    session.rollback()
    return found


def test_the_first_key_comes_with_recovery_codes(session, client):
    enrol(session)
    log_in(client)
    first = register(client, Key())
    assert first.text.count("<li><code>") == 10
    second = register(client, Key(credential_id=b"another"), "手机")
    assert second.headers["Location"] == "/account/security"
    page = client.get("/account/security").text
    assert "办公室电脑" in page
    assert "手机" in page


def test_a_key_that_verified_its_user_is_the_whole_way_in(client, key):
    answer = enter(client, key, next="/me")
    assert answer.headers["Location"] == "/me"
    assert is_known(client)
    assert "通行密钥" in client.get("/account/security").text


def test_a_key_that_verified_nobody_is_not(client, key):
    key.verifies = False
    assert enter(client, key).status_code == 401
    assert not is_known(client)


def test_after_the_password_it_is_the_second_step_even_so(client, key):
    key.verifies = False
    assert log_in(client).headers["Location"] == "/login/code"
    assert enter(client, key, SECOND).status_code == 302
    assert is_known(client)


def test_the_question_names_the_keys_of_whoever_gave_the_password(client, key):
    assert question(client, f"{ANY}/question")["allowCredentials"] == []
    log_in(client)
    assert len(question(client, f"{SECOND}/question")["allowCredentials"]) == 1


def test_the_question_of_the_second_step_needs_the_first(client, key):
    assert post(client, f"{SECOND}/question").status_code == 401


def test_somebody_elses_key_is_no_second_step(session, app, client, key):
    enrol(session, "li@example.org")
    li = app.test_client()
    log_in(li, "li@example.org")
    theirs = Key(credential_id=b"of-li")
    register(li, theirs)
    log_in(client)
    asked = question(client, f"{SECOND}/question")
    assert send(client, SECOND, credential=theirs.sign(asked)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"host": "evil.example"}, {"origin": "https://evil.example"},
     {"origin": "http://127.0.0.1:8001"}],
)  # fmt: skip
def test_an_answer_made_for_another_site_is_refused(client, key, changes):
    for name, value in changes.items():
        setattr(key, name, value)
    assert enter(client, key).status_code == 401


def test_a_forged_signature_is_refused(client, key):
    other = Key(credential_id=key.credential_id)
    assert enter(client, other).status_code == 401
    assert not is_known(client)


def test_an_answer_counts_once(app, client, key):
    asked = question(client, f"{ANY}/question")
    thief, said = app.test_client(), key.sign(asked)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert send(client, ANY, credential=said).status_code == 302
    thief.set_cookie("session", cookie.value)
    with thief.session_transaction() as kept:
        assert kept["passkey"]["challenge"] == asked["challenge"]
    assert send(thief, ANY, credential=said).status_code == 401
    assert not is_known(thief)


def test_a_question_is_good_for_five_minutes(client, key, clock):
    asked = question(client, f"{ANY}/question")
    clock.advance(minutes=5)
    assert send(client, ANY, credential=key.sign(asked)).status_code == 401


def test_an_answer_to_another_question_is_refused(client, key):
    asked = question(client, f"{ANY}/question")
    question(client, f"{ANY}/question")
    assert send(client, ANY, credential=key.sign(asked)).status_code == 401


def test_a_key_that_counts_backwards_is_refused_and_noted(session, client, key):
    key.count = 10
    assert enter(client, key).status_code == 302
    send(client, "/logout")
    key.count = 3
    page = enter(client, key)
    assert page.status_code == 401
    assert "可能被复制" in page.text
    assert not is_known(client)
    [passkey] = held(session)
    assert (passkey.sign_count, passkey.doubted_at) == (11, NOON)
    assert "passkey.doubted" in session.scalars(select(AuditEntry.action)).all()
    key.count = 11
    assert enter(client, key).status_code == 302
    assert "可能被复制" in client.get("/account/security").text


def test_keys_that_never_count_are_believed(client, key):
    for _ in range(2):
        key.count = -1
        assert enter(client, key).status_code == 302
        send(client, "/logout")


@pytest.mark.parametrize(
    "said",
    ["", "x", "{}", "[]", "null", "\x00", "x" * 100_000, json.dumps({"id": 7}),
     json.dumps({"id": "密", "rawId": "密", "type": "public-key", "response": {}})],
)  # fmt: skip
def test_nonsense_is_refused_and_breaks_nothing(client, key, said):
    for path in (ANY, "/account/security/passkeys"):
        question(client, f"{ANY}/question")
        if path != ANY:
            log_in(client)
            enter(client, key, SECOND)
            question(client, f"{path}/question")
        assert send(client, path, name="名", credential=said).status_code == 401


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "x" * 10_000])
def test_a_key_needs_a_name(session, client, name):
    enrol(session)
    log_in(client)
    page = register(client, Key(), name)
    assert page.status_code == 422
    assert 'id="name-error"' in page.text
    assert held(session) == []


def test_a_key_is_registered_once(session, client):
    enrol(session)
    log_in(client)
    key = Key()
    register(client, key)
    assert register(client, key).status_code == 401
    assert len(held(session)) == 1


def test_there_is_room_for_so_many_keys(session, client):
    person = enrol(session)
    log_in(client)
    for number in range(MOST_PASSKEYS):
        session.add(
            Passkey(
                person_id=person.id, name="x", credential_hash=str(number), credential_id="eA",
                public_key="eA", sign_count=0, created_at=NOON,
            )
        )  # fmt: skip
    session.commit()
    assert register(client, Key()).status_code == 409


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "1e9", "99999999999999999999"])
def test_a_key_that_is_not_there_is_not_found(client, key, number):
    enter(client, key)
    assert send(client, f"/account/security/passkeys/{number}/remove").status_code == 404


def test_a_key_is_removed_by_its_owner_alone(session, app, client, key):
    enrol(session, "li@example.org")
    li = app.test_client()
    log_in(li, "li@example.org")
    [passkey] = held(session)
    path = f"/account/security/passkeys/{passkey.id}/remove"
    assert send(li, path).status_code == 404
    enter(client, key)
    assert send(client, path).status_code == 302
    assert send(client, path).status_code == 404
    session.rollback()
    people = session.scalars(select(Person.second_step_since)).all()
    assert people == [None, None]


def test_a_key_of_whoever_was_deactivated_opens_nothing(session, client, key):
    session.scalars(select(Person)).one().deactivated_at = NOON
    session.commit()
    assert enter(client, key).status_code == 401


def test_a_demonstration_key_opens_nothing_in_production(session, make_app):
    enrol(session, "buyer@demo")
    demonstration, production = make_app().test_client(), make_app(production=True).test_client()
    key = Key()
    log_in(demonstration, "buyer@demo")
    register(demonstration, key)
    assert enter(production, key).status_code == 401


def test_spent_questions_are_forgotten_after_a_day(session, client, key, clock):
    enter(client, key)
    clock.advance(days=2)
    forget_old(session, clock.now)
    assert session.scalar(select(func.count()).select_from(SpentChallenge)) == 0
