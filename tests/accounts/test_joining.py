"""An account of one's own, by a link that comes by mail."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person
from marketplace.accounts.rules.passwords import use_cheap_hashes
from marketplace.audit.models import AuditEntry
from marketplace.outbox.models import OutboxMessage
from tests.accounts.people import PASSWORD, enrol, is_known, send

HOUSE = "http://127.0.0.1:8000"
NEW = {"login": "Li@Example.org", "name": "李秀英", "agreement": "1"}
SET = {"new_password": PASSWORD, "new_password_again": PASSWORD}


def letters(session):
    sent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    session.commit()
    return [message.payload for message in sent]


def link_in(letter):
    word = next(word for word in letter["body"].split() if word.startswith(HOUSE))
    return word.removeprefix(HOUSE)


def ask(session, client, **changes):
    use_cheap_hashes()
    answer = send(client, "/register", **{**NEW, **changes})
    assert answer.location == "/register/sent"
    return link_in(letters(session)[-1])


def test_whoever_has_no_account_finds_the_way_to_one(client):
    assert 'href="/register"' in client.get("/login").text
    assert client.get("/register").status_code == 200


def test_a_newcomer_sets_a_password_by_the_link_and_is_in(session, client):
    path = ask(session, client)
    assert find_person(session, "li@example.org") is None
    session.commit()
    assert "li@example.org" in client.get(path).text
    assert send(client, path, **SET).status_code == 302
    assert is_known(client)
    person = find_person(session, "li@example.org")
    assert person is not None
    assert (person.name, person.phone) == ("李秀英", None)


def test_the_trail_says_when_a_newcomer_agreed_to_the_rules(session, client, clock):
    path = ask(session, client)
    agreed_at = clock()
    clock.advance(minutes=30)
    send(client, path, **SET)
    person = find_person(session, "li@example.org")
    assert person is not None
    wanted = select(AuditEntry.after).where(
        AuditEntry.action == "person.created", AuditEntry.object_id == str(person.id)
    )
    assert session.scalar(wanted) == {"agreed_at": agreed_at.isoformat()}


def test_a_link_makes_one_account(session, client):
    path = ask(session, client)
    send(client, path, **SET)
    assert client.get(path).status_code == 410
    assert send(client, path, **SET).status_code == 410


def test_a_link_to_join_is_good_for_an_hour(session, client, clock):
    path = ask(session, client)
    clock.advance(hours=1)
    assert client.get(path).status_code == 410


def test_one_letter_in_five_minutes_is_enough_for_a_newcomer(session, client, clock):
    ask(session, client)
    ask(session, client)
    assert len(letters(session)) == 1
    clock.advance(minutes=5)
    ask(session, client)
    assert len(letters(session)) == 2


def test_whoever_has_an_account_is_told_by_letter_and_by_nothing_else(session, client):
    enrol(session)
    path = ask(session, client, login="wang@example.org")
    assert path == "/login"
    assert "已经有账号" in letters(session)[-1]["subject"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": ""}, "login"),
        ({"login": "李秀英"}, "login"),
        ({"login": "li@demo"}, "login"),
        ({"login": "a" * 121 + "@example.org"}, "login"),
        ({"name": ""}, "name"),
        ({"name": "字" * 61}, "name"),
        ({"agreement": ""}, "agreement"),
    ],
)
def test_what_a_newcomer_left_out_is_named(session, client, changes, field):
    answer = send(client, "/register", **{**NEW, **changes})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert letters(session) == []


def test_a_first_password_that_is_too_easy_makes_no_account(session, client):
    path = ask(session, client)
    answer = send(client, path, new_password="1234567890", new_password_again="1234567890")
    assert answer.status_code == 422
    assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("token", ["nonsense", "%00", "a" * 2000, "链接"])
def test_a_link_that_is_none_of_ours_is_spent(client, token):
    assert client.get(f"/register/{token}").status_code in (404, 410)
