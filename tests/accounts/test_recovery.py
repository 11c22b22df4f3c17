"""Codes on paper: each stands for the phone once."""

from threading import Barrier, Thread

from sqlalchemy.orm import Session

from marketplace.accounts.rules.second_step import Way
from tests.accounts.people import enrol, log_in, send
from tests.accounts.phones import check, enrol_with_phone


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


def test_recovery_codes_without_a_second_step_make_no_sense(session, client):
    enrol(session)
    log_in(client)
    assert send(client, "/account/security/recovery-codes").status_code == 409
