"""Coming in by another house: linked once by its owner, believed only when everything verifies."""

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from marketplace import settle
from marketplace.accounts.commands.outside import invite_outside
from marketplace.accounts.models import Membership, OutsideLogin, Person
from tests.accounts.houses import CLIENT, SECRET, Issuer, opened
from tests.accounts.people import enrol, is_known, log_in, send
from tests.accounts.phones import enrol_with_phone
from tests.conftest import settings_for

pytestmark = pytest.mark.one_database

HOUSE = "audit-bureau"
LINK = f"/account/security/outside/{HOUSE}"
GO = f"/login/with/{HOUSE}"
BACK = f"{GO}/back"


@pytest.fixture
def issuer(clock):
    with opened(Issuer(clock)) as house:
        yield house


@pytest.fixture
def shop(app, database_url, tmp_path, clock, issuer):
    settle(app, settings_for(database_url, tmp_path, providers=(issuer.provider(),)), clock)
    return app


@pytest.fixture
def linked(session, shop, issuer):
    """Wang, who linked her account and logged out; her browser."""
    enrol(session)
    client = shop.test_client()
    log_in(client)
    link(client, issuer)
    send(client, "/logout")
    return client


def link(client, issuer, **claims):
    there = client.get(LINK).headers["Location"]
    return client.get(BACK, query_string=issuer.sign_in(there, **claims))


def come(client, issuer, path=GO, **claims):
    there = client.get(path).headers["Location"]
    return client.get(BACK, query_string=issuer.sign_in(there, **claims))


def test_the_door_shows_only_houses_that_are_configured(make_app, issuer, client):
    shop = make_app(providers=(issuer.provider(),))
    assert "审计局统一登录" in shop.test_client().get("/login").text
    assert "统一登录" not in client.get("/login").text
    assert client.get(GO).status_code == 404
    assert client.get(BACK).status_code == 404


def test_whoever_linked_once_comes_in(linked, issuer):
    answer = come(linked, issuer, f"{GO}?next=/me")
    assert answer.headers["Location"] == "/me"
    assert is_known(linked)
    page = linked.get("/account/security").text
    assert "单位的统一登录" in page
    assert "2026年11月23日 关联" in page


def test_being_known_there_makes_no_account_and_no_role(session, shop, issuer):
    client = shop.test_client()
    assert come(client, issuer).status_code == 403
    assert not is_known(client)
    for table in (Person, Membership, OutsideLogin):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_somebody_else_of_that_house_does_not_come_in(linked, issuer):
    assert come(linked, issuer, sub="li-18").status_code == 403
    assert not is_known(linked)


def test_an_account_there_is_one_person_here(session, shop, linked, issuer):
    enrol(session, "li@example.org")
    li = shop.test_client()
    log_in(li, "li@example.org")
    assert link(li, issuer).status_code == 409
    assert link(li, issuer, sub="li-18").status_code == 302
    assert link(li, issuer, sub="li-19").status_code == 409


def test_linking_asks_who_sits_there(session, shop, clock):
    enrol(session)
    client = shop.test_client()
    log_in(client)
    clock.advance(minutes=11)
    assert client.get(LINK).headers["Location"].startswith("/account/confirm?next=")
    assert shop.test_client().get(LINK).headers["Location"].startswith("/login")


def test_a_link_begun_by_one_is_not_ended_by_another(session, shop, issuer):
    enrol(session)
    enrol(session, "li@example.org")
    client = shop.test_client()
    log_in(client)
    there = client.get(LINK).headers["Location"]
    with client.session_transaction() as cookie:
        begun = cookie["outside"]
    log_in(client, "li@example.org")
    with client.session_transaction() as cookie:
        cookie["outside"] = begun
    answer = client.get(BACK, query_string=issuer.sign_in(there))
    assert answer.status_code == 401
    assert session.scalar(select(func.count()).select_from(OutsideLogin)) == 0


def test_a_link_is_taken_away_by_its_owner_alone(session, shop, linked, issuer):
    enrol(session, "li@example.org")
    li = shop.test_client()
    log_in(li, "li@example.org")
    number = session.scalars(select(OutsideLogin.id)).one()
    session.rollback()
    path = f"/account/security/outside/{number}/remove"
    assert send(li, path).status_code == 404
    come(linked, issuer)
    assert send(linked, path).status_code == 302
    assert send(linked, path).status_code == 404
    send(linked, "/logout")
    assert come(linked, issuer).status_code == 403


def test_a_second_step_is_asked_for_even_so(session, shop, issuer, clock):
    _person, phone = enrol_with_phone(session, clock)
    client = shop.test_client()
    log_in(client)
    send(client, "/login/code", code=phone.next())
    link(client, issuer)
    send(client, "/logout")
    assert come(client, issuer).headers["Location"] == "/login/code"
    assert not is_known(client)
    assert send(client, "/login/code", code=phone.next()).status_code == 302
    assert is_known(client)


@pytest.mark.parametrize(
    "says",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"aud": [CLIENT, "another"]},
     {"exp": 1}, {"exp": None}, {"iat": None}, {"nonce": "another"}, {"nonce": None},
     {"sub": None}, {"sub": 17}, {"sub": ""}, {"sub": "x" * 300},
        {"sub": "a\x00b"}, {"aud": None}, {"iss": None}],
    ids=str,
)  # fmt: skip
def test_a_token_that_does_not_fit_is_not_believed(linked, issuer, says):
    issuer.says = says
    assert come(linked, issuer).status_code == 401
    assert not is_known(linked)


def test_a_token_signed_by_somebody_else_is_not_believed(linked, issuer):
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert come(linked, issuer).status_code == 401


def test_a_token_signed_with_our_own_secret_is_not_believed(linked, issuer):
    issuer.algorithm, issuer.signs_with = "HS256", OctKey.import_key(SECRET * 2)
    assert come(linked, issuer).status_code == 401


def test_new_keys_are_fetched_when_a_token_asks_for_them(linked, issuer, clock):
    come(linked, issuer)
    send(linked, "/logout")
    issuer.key = RSAKey.generate_key(2048, {"kid": "2"})
    clock.advance(minutes=1)
    assert come(linked, issuer).status_code == 302
    assert issuer.asked.count("/keys") == 2


def test_invented_keys_do_not_make_us_ask_each_time(linked, issuer, clock):
    come(linked, issuer)
    clock.advance(minutes=1)
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "9"})
    for _ in range(4):
        come(linked, issuer)
    assert issuer.asked.count("/keys") == 2


@pytest.mark.parametrize(
    "changes",
    [{"state": "another"}, {"state": ""}, {"state": "密"}, {"code": ""}, {"code": "invented"},
     {"code": "\x00"}, {"code": "x" * 10_000}, {"iss": "https://evil.example"}],
    ids=str,
)  # fmt: skip
def test_an_answer_that_does_not_fit_the_question_is_refused(linked, issuer, changes):
    there = linked.get(GO).headers["Location"]
    said = {**issuer.sign_in(there), **changes}
    assert linked.get(BACK, query_string=said).status_code == 401
    assert not is_known(linked)


def test_an_answer_counts_once_and_for_ten_minutes(linked, issuer, clock):
    there = linked.get(GO).headers["Location"]
    said = issuer.sign_in(there)
    assert linked.get(BACK, query_string=said).status_code == 302
    assert linked.get(BACK, query_string=said).status_code == 401
    send(linked, "/logout")
    there = linked.get(GO).headers["Location"]
    clock.advance(minutes=10)
    assert linked.get(BACK, query_string=issuer.sign_in(there)).status_code == 401


def test_an_answer_without_a_question_is_refused(linked, issuer):
    assert linked.get(BACK).status_code == 401
    assert linked.get(f"{BACK}?error=access_denied").status_code == 401


@pytest.mark.parametrize(
    "about",
    [{"token_endpoint": "http://127.0.0.1:9/token"}, {"jwks_uri": "http://10.0.0.1/keys"},
     {"authorization_endpoint": "https://evil.example/"}, {"issuer": "https://evil.example"},
     {"token_endpoint": "file:///etc/passwd"}],
    ids=str,
)  # fmt: skip
def test_nobody_is_called_who_was_not_configured(session, make_app, issuer, about):
    issuer.about = about
    client = make_app(providers=(issuer.provider(),)).test_client()
    answer = client.get(GO)
    if answer.status_code == 302:
        answer = client.get(BACK, query_string=issuer.sign_in(answer.headers["Location"]))
    assert answer.status_code == 401


def test_we_follow_no_redirect(linked, issuer):
    issuer.token_status = 302
    assert come(linked, issuer).status_code == 401
    assert "/elsewhere" not in issuer.asked


def test_a_house_that_does_not_answer_is_refused(session, make_app, issuer):
    shut = make_app(providers=(issuer.provider(issuer="http://127.0.0.1:9"),)).test_client()
    assert shut.get(GO).status_code == 401


def test_an_invitation_links_the_verified_address_once(session, shop, issuer, clock):
    person = enrol(session)
    invite_outside(session, person.id, (HOUSE, "Wang@Bureau.example"), clock.now)
    session.commit()
    client = shop.test_client()
    mail = {"email": "wang@bureau.example"}
    assert come(client, issuer, **mail).status_code == 403
    assert come(client, issuer, **mail, email_verified="true").status_code == 403
    assert come(client, issuer, **mail, email_verified=True).status_code == 302
    assert is_known(client)
    send(client, "/logout")
    assert come(client, issuer, sub="li-18", **mail, email_verified=True).status_code == 403
    assert come(client, issuer).status_code == 302


def test_an_invitation_is_good_for_seven_days(session, shop, issuer, clock):
    person = enrol(session)
    invite_outside(session, person.id, (HOUSE, "wang@bureau.example"), clock.now)
    session.commit()
    clock.advance(days=7)
    mail = {"email": "wang@bureau.example", "email_verified": True}
    assert come(shop.test_client(), issuer, **mail).status_code == 403


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"organisations": (("UNIT", 1),)}, 403), ({"county_code": "420304"}, 403), ({}, 302)],
    ids=str,
)
def test_a_house_speaks_for_its_own_people_only(session, make_app, issuer, changes, status):
    enrol(session)
    client = make_app(providers=(issuer.provider(),)).test_client()
    log_in(client)
    link(client, issuer)
    stricter = make_app(providers=(issuer.provider(**changes),)).test_client()
    assert come(stricter, issuer).status_code == status
