"""Codes on paper: each stands for the phone once."""

from hashlib import sha256
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import RecoveryCode
from marketplace.accounts.rules.passwords import slow_mark
from marketplace.accounts.rules.second_step import Way
from tests.accounts.people import enrol, log_in, send
from tests.accounts.phones import SEALER, check, enrol_with_phone


def test_a_recovery_code_stands_for_the_phone_once(session, app, clock):
    _person, phone = enrol_with_phone(session, clock)
    for client, status in ((app.test_client(), 302), (app.test_client(), 401)):
        log_in(client)
        assert send(client, "/login/code", code=phone.paper[3].upper()).status_code == status
    assert "还有 9 个没用过" in _page_of(app, phone)


def _page_of(app, phone):
    client = app.test_client()
    log_in(client)
    send(client, "/login/code", code=phone.next())
    return str(client.get("/account/security").text)


def test_a_recovery_code_of_somebody_else_opens_nothing(session, clock):
    wang, _phone = enrol_with_phone(session, clock)
    _other, theirs = enrol_with_phone(session, clock, "li@example.org")
    assert check(session, wang, theirs.paper[0]) == "login.code_wrong"


def test_of_two_who_use_a_recovery_code_at_once_one_gets_in(session, engine, clock):
    person, phone = enrol_with_phone(session, clock)
    barrier, found = Barrier(2), []

    def use():
        with Session(engine, expire_on_commit=False) as mine:
            barrier.wait()
            found.append(check(mine, person, phone.paper[0]))

    threads = [Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted([Way.RECOVERY, "login.code_wrong"])


def test_new_recovery_codes_make_the_old_ones_worthless(session, client, clock):
    person, phone = enrol_with_phone(session, clock)
    log_in(client)
    send(client, "/login/code", code=phone.next())
    page = send(client, "/account/security/recovery-codes")
    assert page.status_code == 200
    assert phone.paper[0] not in page.text
    assert check(session, person, phone.paper[0], clock.now) == "login.code_wrong"


def test_a_recovery_code_is_kept_as_slowly_as_a_password(session, clock):
    """Fifty bits can be tried one after the other, if each try is quick."""
    person, phone = enrol_with_phone(session, clock)
    held = set(session.scalars(select(RecoveryCode.code_mark)))
    quick = {sha256(code.replace("-", "").encode()).hexdigest() for code in phone.paper}
    assert len(held) == len(phone.paper) == 10
    assert not held & (quick | set(phone.paper))
    salt = SEALER.mark(f"recovery salt of {person.id}")
    assert slow_mark(phone.paper[0].replace("-", ""), salt) in held
    assert slow_mark(phone.paper[0].replace("-", ""), "another salt") not in held


def test_recovery_codes_without_a_second_step_make_no_sense(session, client):
    enrol(session)
    log_in(client)
    assert send(client, "/account/security/recovery-codes").status_code == 409
