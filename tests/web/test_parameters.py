"""Where a parameter comes from matters, and sending it twice gains nothing."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from tests.accounts.people import PASSWORD, enrol, is_known, log_in, token_of

WHO = "wang@example.org"


def test_a_form_is_not_read_from_the_address(client: FlaskClient, session: Session) -> None:
    enrol(session)
    token = token_of(client.get("/password/forgotten"))
    typed = {"login": WHO, "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", query_string=typed).status_code == 400
    in_body = {"csrf_token": token}
    assert client.post("/login", query_string=typed, data=in_body).status_code == 422
    assert not is_known(client)


def test_of_a_field_sent_twice_the_first_is_read(client: FlaskClient, session: Session) -> None:
    enrol(session)
    token = token_of(client.get("/password/forgotten"))
    sent = {"csrf_token": token, "login": [WHO, "other"], "password": [PASSWORD, "other"]}
    assert client.post("/login", data=sent).status_code == 302
    assert is_known(client)


def test_fields_that_a_form_does_not_have_change_nothing(
    client: FlaskClient, session: Session
) -> None:
    """Whoever adds columns of the table to a form, or roles to a login, gets none of them."""
    person = enrol(session)
    log_in(client, deactivated_at="2026-01-01", name="Somebody else", role="SYSTEM", person_id="7")
    token = token_of(client.get("/password/forgotten"))
    more = {"csrf_token": token, "locale": "en", "name": "Somebody else", "session_epoch": "9"}
    assert client.post("/language", data=more).status_code == 302
    session.expire_all()
    held = session.get_one(Person, person.id)
    assert (held.name, held.session_epoch, held.deactivated_at) == ("王芳", 0, None)
    assert held.locale == "en"
