"""People who are logged in without having typed a password."""

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.commands.sessions import NewSession, begin_session
from marketplace.accounts.models import Person
from marketplace.accounts.rules.second_step import Way
from marketplace.core.identity import Identity
from marketplace.web import db, now


def key_of(app: Flask, identity: Identity) -> str:
    """The key of a new session of a person, who was just seen to be one."""
    with app.app_context():
        person = db.session.get_one(Person, identity.person_id)
        key = begin_session(db.session(), person, NewSession(Way.PASSWORD, None, ""), now())
        db.session.commit()
        db.session.remove()
    return key


def seat(client: FlaskClient, identity: Identity) -> FlaskClient:
    """The browser with a person logged in on it."""
    key = key_of(client.application, identity)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{identity.person_id}.{key}"
        cookie["_fresh"] = True
    return client
