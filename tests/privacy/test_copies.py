"""A copy of one's data: what is in it, for whom it is, and for how long."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Person
from marketplace.core.errors import NotFound
from marketplace.notices.models import Notice
from marketplace.ordering.commands import put_in_basket
from marketplace.privacy.commands.ask import ask_for_copy
from marketplace.privacy.commands.erase import forget_due
from marketplace.privacy.commands.export import fetch, make_copy
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.rules import AskedLately, FileGone, answer_by
from tests.county import CONSIGNEE, START
from tests.hosts.applying import SEALER as HOST_SEALER
from tests.hosts.applying import an_identity, applied
from tests.privacy.steps import SEALER, bought, copied, unpacked, waiting


def test_an_answer_is_due_after_fifteen_days_on_which_offices_work():
    assert answer_by(date(2026, 11, 23)) == date(2026, 12, 14)
    assert answer_by(date(2026, 11, 28)) == date(2026, 12, 18)


def test_a_copy_holds_what_a_person_has_here(session, county, shopper):
    bought(session, county, shopper.identity, START)
    put_in_basket(session, shopper.identity, county.oil.variant_id, 2, START)
    files = unpacked(session, shopper, copied(session, shopper))
    whole = json.loads(files["all.json"])
    assert whole["person"][0]["login"] == "wang@example.org"
    assert whole["consignees"][0]["consignee_address"] == CONSIGNEE.address
    assert whole["basket"][0]["quantity"] == 2
    assert whole["orders"][0]["state"] == "COMPLETED"
    assert whole["person"][0]["created_at"] == "2026-11-23T12:00:00+08:00"
    rows = list(csv.DictReader(StringIO(files["consignees.csv"].decode("utf-8-sig"))))
    assert rows[0]["consignee_name"] == CONSIGNEE.name
    assert "consignees.csv  个人采购单的收货人、电话、地址 (1)" in files["README.txt"].decode()
    assert "password" not in files["all.json"].decode()


def test_a_copy_holds_nobody_elses_rows(session, county, shopper):
    bought(session, county, county.shopper, START)
    files = unpacked(session, shopper, copied(session, shopper))
    assert "orders" not in json.loads(files["all.json"])
    assert CONSIGNEE.name not in files["all.json"].decode()


def test_a_copy_stands_sealed_and_is_for_the_person_alone(session, county, shopper):
    request_id = copied(session, shopper)
    kept = session.scalar(select(PrivacyRequest.content).where(PrivacyRequest.id == request_id))
    assert not kept.startswith(b"PK")
    assert (SEALER.open_bytes(kept) or b"").startswith(b"PK")
    for other in (county.shopper, county.operator, county.auditor):
        with pytest.raises(NotFound):
            fetch(session, other, request_id, SEALER, START)


def test_a_copy_can_be_fetched_for_seven_days(session, county, shopper):
    request_id = copied(session, shopper)
    last = START + timedelta(days=7) - timedelta(seconds=1)
    assert unpacked(session, shopper, request_id, last)
    with pytest.raises(FileGone):
        fetch(session, shopper.identity, request_id, SEALER, START + timedelta(days=7))
    assert forget_due(session, last) == 0
    assert forget_due(session, START + timedelta(days=7)) == 1
    row = session.get(PrivacyRequest, request_id, populate_existing=True)
    assert (row.state, row.content) == ("EXPIRED", None)
    with pytest.raises(FileGone):
        fetch(session, shopper.identity, request_id, SEALER, START + timedelta(days=8))


def test_a_second_click_asks_for_the_same_copy_and_one_a_day_is_enough(session, county, shopper):
    ask_for_copy(session, shopper.identity, START)
    ask_for_copy(session, shopper.identity, START)
    assert session.scalar(select(func.count()).select_from(PrivacyRequest)) == 1
    request = waiting(session, shopper)
    make_copy(session, {"request_id": request.id}, START, sealer=SEALER)
    with pytest.raises(AskedLately):
        ask_for_copy(session, shopper.identity, START + timedelta(hours=23))
    ask_for_copy(session, shopper.identity, START + timedelta(days=1))


def test_the_job_done_twice_makes_one_copy_and_one_notice(session, county, shopper):
    request_id = copied(session, shopper)
    make_copy(session, {"request_id": request_id}, START + timedelta(hours=1), sealer=SEALER)
    session.commit()
    told = session.scalars(select(Notice.kind).where(Notice.person_id == shopper.id)).all()
    assert told == ["privacy_ready"]


def test_nothing_is_packed_for_somebody_who_may_not_log_in(session, county, shopper):
    ask_for_copy(session, shopper.identity, START)
    request = waiting(session, shopper)
    session.get(Person, shopper.id).deactivated_at = START
    make_copy(session, {"request_id": request.id}, START, sealer=SEALER)
    session.commit()
    assert session.get(PrivacyRequest, request.id).state == "WITHDRAWN"


def test_what_stands_sealed_is_opened_for_its_owner_alone(session, county, shopper):
    applied(session, shopper.identity)
    ask_for_copy(session, shopper.identity, START)
    request = waiting(session, shopper)
    make_copy(session, {"request_id": request.id}, START, sealer=HOST_SEALER)
    files = unpacked(session, shopper, request.id, sealer=HOST_SEALER)
    (row,) = json.loads(files["all.json"])["host_applications"]
    assert (row["real_name"], row["identity"]) == ("陈演示", an_identity())
