"""No column that names a person is forgotten, and no name stands where it cannot be erased."""

import ast
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from marketplace import tables
from marketplace.audit.models import AuditEntry
from marketplace.ordering.models import OrderEvent
from marketplace.privacy.queries.collect import collect
from marketplace.privacy.rules.coverage import EXEMPT, EXPORTED, FILES
from tests.county import CONSIGNEE, START
from tests.ordering.steps import completed
from tests.privacy.steps import SEALER, bought
from tests.structure.house import ROOT

# Columns that hold the number of a person without a key that says so.
BARE = {"person_id", "actor_id", "open_for"}
LISTED = {name for names in EXEMPT.values() for name in names}


def naming_a_person() -> Iterator[tuple[str, str]]:
    for table in tables.metadata.tables.values():
        for column in table.columns:
            keys = {key.target_fullname for key in column.foreign_keys}
            if "person.id" in keys or column.name in BARE:
                yield table.name, column.name


def test_every_column_that_names_a_person_is_exported_or_says_why_not():
    """Where this stops you: add the column to EXPORTED (and a `personal_data` of its package), or
    its table to EXEMPT under a reason, in marketplace/privacy/rules/coverage.py."""
    left_out = [
        f"{table}.{column}"
        for table, column in naming_a_person()
        if f"{table}.{column}" not in EXPORTED and not {table, f"{table}.{column}"} & LISTED
    ]
    assert left_out == []


def test_nothing_is_listed_that_is_not_there():
    columns = {f"{table}.{column}" for table, column in naming_a_person()}
    whole = {column.partition(".")[0] for column in columns}
    assert {name for name in LISTED if name not in columns | whole} == set()
    assert set(EXPORTED) <= columns


def test_a_column_is_either_exported_or_exempt():
    assert {name for name in EXPORTED if name in LISTED} == set()
    assert {name.partition(".")[0] for name in EXPORTED} & LISTED == set()


def test_every_table_of_the_export_is_made_and_explained(session, county):
    found = collect(session, county.shopper.person_id, SEALER)
    assert set(EXPORTED.values()) <= set(found)
    assert set(found) == set(FILES)


def test_a_new_column_would_be_noticed():
    assert ("purchase", "buyer_id") in set(naming_a_person())
    assert ("idempotent_request", "person_id") in set(naming_a_person())


def test_trail_and_events_name_numbers_and_nobody(session, county):
    """They outlive whoever is forgotten, so a purchase must leave no name of a person in them."""
    completed(session, county, county.wish((county.mushrooms, 1)))
    bought(session, county, county.shopper, START)
    kept = [
        *session.scalars(select(AuditEntry.after)),
        *session.scalars(select(AuditEntry.before)),
        *session.scalars(select(OrderEvent.facts)),
    ]
    words = json.dumps(kept, ensure_ascii=False)
    for secret in (CONSIGNEE.name, CONSIGNEE.phone, CONSIGNEE.address, county.shopper.login):
        assert secret not in words


@pytest.mark.parametrize("name", ["login", "phone", "person_name", "consignee", "legal_name"])
def test_no_command_writes_who_somebody_is_into_the_trail(name):
    """Read from the code: keys of the facts that are handed to `record`."""
    found = []
    for path in (ROOT / "marketplace").rglob("commands/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.keyword) and node.arg in {"before", "after"}):
                continue
            keys = {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
            if name in keys:
                found.append(path.name)
    assert found == []
