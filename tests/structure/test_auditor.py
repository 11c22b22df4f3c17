"""Whoever audits reads every page of the desk, and changes nothing by any address there is."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace import tables
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.models import Person
from tests.conftest import NOON
from tests.county import County
from tests.seating import seat

pytestmark = pytest.mark.slow

READING = {"GET", "HEAD", "OPTIONS"}
NUMBER, WORD = "1", "x"

# What an auditor may do because it concerns nobody but themselves, or is anybody's.
OWN_MATTERS = {
    "accounts.enter": "logging in",
    "accounts.logout": "logging out",
    "accounts.leave_everywhere": "logging out on all devices",
    "accounts.set_password": "their own password",
    "accounts.ask_for_link": "a forgotten password",
    "accounts.set_forgotten": "a forgotten password",
    "accounts.ask_to_join": "an account of their own",
    "accounts.set_first": "an account of their own",
    "accounts.enter_code": "logging in",
    "accounts.enter_by_passkey": "logging in",
    "accounts.enter_second_passkey": "logging in",
    "accounts.ask_any_passkey": "logging in",
    "accounts.ask_second_passkey": "logging in",
    "accounts.prove_again": "confirming who they are",
    "accounts.prove_again_by_passkey": "confirming who they are",
    "accounts.ask_passkey_again": "confirming who they are",
    "accounts.enrol": "their own second step",
    "accounts.take_away": "their own second step",
    "accounts.new_codes": "their own second step",
    "accounts.ask_new_passkey": "their own passkeys",
    "accounts.add_passkey": "their own passkeys",
    "accounts.drop_passkey": "their own passkeys",
    "accounts.unlink": "their own account elsewhere",
    "accounts.end_one": "where they are logged in",
    "accounts.end_others": "where they are logged in",
    "accounts.end_one_token": "where they are logged in",
    "accounts.language": "the language they read",
    "notices.open_notice": "their own notices",
    "notices.read_notice": "their own notices",
    "notices.read_all": "their own notices",
    "notices.choose": "how they are told",
    "privacy.ask": "a copy of their own data",
    "privacy.file": "a copy of their own data",
    "privacy.ask_to_erase": "leaving for good, which the law gives everyone",
    "privacy.take_back": "staying after all",
    "api_tokens.issue": "logging in for a program",
}
# Not people: each proves itself by a signature, whoever is logged in.
MACHINES = {"api_webhooks.stripe": "the gateway's messages, which are signed"}

# Pages of the desk that are the first step of doing something and show nothing else.
NOT_FOR_READING = {
    "desk.new_rule": "an empty form; what was written stands on the rule's page",
    "desk.file_for_the_bank": "what a bank pays by; the batch's page says what is in it",
}


def filled(rule: Rule) -> str:
    """An address of the rule, with something in each of its blanks."""
    values = {}
    for name in rule.arguments:
        kind = rule._converters[name]
        choices = getattr(kind, "items", None)
        values[name] = sorted(choices)[0] if choices else (NUMBER if _is_number(kind) else WORD)
    adapter = rule.map.bind("localhost")
    return adapter.build(rule.endpoint, values, method=sorted(rule.methods or {"GET"})[0])


def _is_number(kind: object) -> bool:
    return re.fullmatch(getattr(kind, "regex", ""), NUMBER) is not None


def writing_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - READING):
            yield rule, method


def rows_by_table(session: Session) -> dict[str, int]:
    session.rollback()
    found = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables.metadata.sorted_tables
    }
    session.rollback()
    return found


@pytest.fixture
def headers(session: Session, county: County) -> dict[str, str]:
    person = session.get_one(Person, county.auditor.person_id)
    issued = create_token(session, person, NOON)
    session.commit()
    return {"Authorization": f"Bearer {issued.token}", "Idempotency-Key": "auditor-1"}


def test_no_address_lets_an_auditor_change_anything(
    app: Flask, session: Session, county: County, headers: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    seat(client, county.auditor)
    before = rows_by_table(session)
    let_through = []
    for rule, method in writing_rules(app):
        if rule.endpoint in OWN_MATTERS or rule.endpoint in MACHINES:
            continue
        path = filled(rule)
        if path.startswith("/api/"):
            answer = client.open(path, method=method, json={}, headers=headers)
        else:
            answer = client.open(path, method=method, data={})
        if answer.status_code not in (403, 404, 405):
            let_through.append((method, rule.rule, rule.endpoint, answer.status_code))
    assert let_through == []
    assert rows_by_table(session) == before


def test_the_exceptions_are_addresses_there_are(app: Flask) -> None:
    known = {rule.endpoint for rule, _method in writing_rules(app)}
    assert set(OWN_MATTERS) | set(MACHINES) <= known
    assert set(NOT_FOR_READING) <= set(app.view_functions)


def test_an_auditor_reads_every_page_of_the_desk(
    app: Flask, session: Session, county: County
) -> None:
    client = app.test_client()
    seat(client, county.auditor)
    before, kept_out, read = rows_by_table(session), [], 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_FOR_READING or not rule.rule.startswith("/desk"):
            continue
        if "GET" not in (rule.methods or ()):
            continue
        answer = client.get(filled(rule))
        answer.close()
        read += 1
        if answer.status_code not in (200, 302, 404, 422):
            kept_out.append((rule.rule, answer.status_code))
    assert kept_out == []
    assert read > 60
    assert rows_by_table(session) == before
