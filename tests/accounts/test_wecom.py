"""Coming in by WeCom, against a strict imitation: the real one was not reached."""

import pytest

from tests.accounts.houses import Wecom, opened
from tests.accounts.people import enrol, is_known, log_in, send


@pytest.fixture
def wecom():
    with opened(Wecom()) as house:
        yield house


def test_wecom_signs_in_whoever_linked_their_userid(session, make_app, wecom, clock):
    enrol(session)
    client = make_app(providers=(wecom.provider(),)).test_client()
    log_in(client)
    there = client.get("/account/security/outside/wecom").headers["Location"]
    back = "/login/with/wecom/back"
    assert client.get(back, query_string=wecom.sign_in(there)).status_code == 302
    send(client, "/logout")
    there = client.get("/login/with/wecom").headers["Location"]
    said = wecom.sign_in(there, "wangfang")
    assert client.get(back, query_string=said).status_code == 302
    assert is_known(client)
    assert wecom.asked.count("/cgi-bin/gettoken") == 1


def test_wecoms_token_is_asked_for_anew_when_it_ran_out(session, make_app, wecom):
    client = make_app(providers=(wecom.provider(),)).test_client()
    for _ in range(2):
        there = client.get("/login/with/wecom").headers["Location"]
        answer = client.get("/login/with/wecom/back", query_string=wecom.sign_in(there))
        assert answer.status_code == 403
        wecom.tokens.append("another program took a new one")
    assert wecom.asked.count("/cgi-bin/gettoken") == 2


@pytest.mark.parametrize("said", [{"code": "invented"}, {"state": "another"}, {"code": ""}])
def test_what_wecom_does_not_confirm_is_refused(session, make_app, wecom, said):
    client = make_app(providers=(wecom.provider(),)).test_client()
    there = client.get("/login/with/wecom").headers["Location"]
    asked = {**wecom.sign_in(there), **said}
    assert client.get("/login/with/wecom/back", query_string=asked).status_code == 401


def test_somebody_outside_of_the_company_has_no_userid(session, make_app, wecom):
    client = make_app(providers=(wecom.provider(),)).test_client()
    there = client.get("/login/with/wecom").headers["Location"]
    asked = wecom.sign_in(there, "")
    assert client.get("/login/with/wecom/back", query_string=asked).status_code == 401
