"""A copy of one's data, and being forgotten: asked for, made, taken back, stopped, done."""

import csv
import json
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from sqlalchemy import func, select, text

from marketplace.accounts.commands import Claim, Grant, create_person, end_membership, grant
from marketplace.accounts.commands import NewPerson as New
from marketplace.accounts.models import AccessToken, Person
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.core.masking import ERASED_NAME
from marketplace.core.sealing import Sealer
from marketplace.notices.models import Notice
from marketplace.ordering.commands import put_in_basket
from marketplace.ordering.commands.erasing import duty_ends
from marketplace.ordering.models import BasketLine, Order, Purchase
from marketplace.privacy.commands.ask import ask_for_copy, ask_to_be_forgotten, withdraw
from marketplace.privacy.commands.erase import erase, forget_due
from marketplace.privacy.commands.export import fetch, make_copy
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.obstacles import obstacles_of
from marketplace.privacy.queries.requests import find_waiting
from marketplace.privacy.rules import (
    ERASURE,
    EXPORT,
    AskedLately,
    FileGone,
    Matter,
    NothingToWithdraw,
    NotToErase,
    answer_by,
)
from tests.county import CONSIGNEE, START
from tests.privacy.steps import bought

PASSWORD = "four horses by the river"
SEALER = Sealer("a secret of the tests")


@dataclass
class Shopper:
    """Somebody who shops for themselves and knows their password."""

    identity: Identity

    @property
    def id(self):
        return self.identity.person_id

    def proof(self, password=PASSWORD):
        return Claim(self.identity.login, password, "192.0.2.7", demonstration=True)


@pytest.fixture
def shopper(session, county):
    made = create_person(
        session,
        New("wang@example.org", "王小芳", fit_and_hash(PASSWORD, "wang"), "13911112222"),
        START,
    )
    session.commit()
    identity = load_identity(session, made.id)
    assert identity is not None
    return Shopper(identity)


def waiting(session, who, kind=EXPORT):
    found = find_waiting(session, who.id, kind)
    assert found is not None
    return found


def asked(session, who, now=START):
    ask_to_be_forgotten(session, who.identity, who.proof(), now, end_transaction=session.commit)
    session.commit()
    return waiting(session, who, ERASURE)


def forgotten(session, who, now=START):
    request = asked(session, who, now)
    erase(session, {"request_id": request.id}, now + timedelta(days=7))
    session.commit()
    return session.get(PrivacyRequest, request.id, populate_existing=True)


def copied(session, who, now=START):
    ask_for_copy(session, who.identity, now)
    request = waiting(session, who)
    make_copy(session, {"request_id": request.id}, now, sealer=SEALER)
    session.commit()
    return request.id


def unpacked(session, who, request_id, now=START):
    archive = zipfile.ZipFile(BytesIO(fetch(session, who.identity, request_id, SEALER, now)))
    return {name: archive.read(name) for name in archive.namelist()}


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


def test_whoever_asks_to_be_forgotten_proves_who_they_are(session, county, shopper):
    with pytest.raises(InvalidInput):
        ask_to_be_forgotten(
            session, shopper.identity, shopper.proof("wrong"), START, end_transaction=session.commit
        )
    assert find_waiting(session, shopper.id, ERASURE) is None


def test_seven_days_to_think_it_over(session, county, shopper):
    request = asked(session, shopper)
    assert request.not_before == START + timedelta(days=7)
    job = session.execute(
        text("SELECT job, not_before FROM outbox_message WHERE job = 'privacy.erase'")
    ).one()
    assert str(job.not_before).startswith("2026-11-30 04:00:00")
    withdraw(session, shopper.identity, START + timedelta(days=6))
    session.commit()
    erase(session, {"request_id": request.id}, START + timedelta(days=7))
    assert session.get(Person, shopper.id).name == "王小芳"
    with pytest.raises(NothingToWithdraw):
        withdraw(session, shopper.identity, START + timedelta(days=6))


def test_asking_twice_is_asking_once(session, county, shopper):
    first = asked(session, shopper)
    assert asked(session, shopper).id == first.id


def test_what_is_unfinished_stands_in_the_way(session, county, shopper):
    bought(session, county, shopper.identity, START, until="placed")
    found = {one.matter: one.number for one in obstacles_of(session, shopper.id)}
    assert found[Matter.ORDERS] == 1
    with pytest.raises(NotToErase):
        asked(session, shopper)


def test_a_role_stands_in_the_way_until_it_ends(session, county, shopper):
    role = Grant(shopper.id, "UNIT", county.unit_id, "STAFF")
    grant(session, role, START, actor_id=None)
    assert [one.matter for one in obstacles_of(session, shopper.id)] == [Matter.ROLES]
    with pytest.raises(NotToErase):
        asked(session, shopper)
    end_membership(session, role, START, actor_id=None)
    assert obstacles_of(session, shopper.id) == []


def test_everyone_at_work_has_to_give_up_their_roles_first(session, county):
    for who in (county.buyer, county.clerk, county.operator, county.auditor):
        assert Matter.ROLES in {one.matter for one in obstacles_of(session, who.person_id)}


def test_what_becomes_unfinished_in_the_seven_days_stops_it_and_is_told(session, county, shopper):
    request = asked(session, shopper)
    grant(session, Grant(shopper.id, "UNIT", county.unit_id, "STAFF"), START, actor_id=None)
    erase(session, {"request_id": request.id}, START + timedelta(days=7))
    session.commit()
    row = session.get(PrivacyRequest, request.id, populate_existing=True)
    assert (row.state, row.obstacles) == ("BLOCKED", {"ROLES": 1})
    assert session.get(Person, shopper.id).name == "王小芳"
    assert session.scalars(select(Notice.kind)).all() == ["privacy_blocked"]


def test_who_it_was_goes_and_what_they_did_stays(session, county, shopper):
    bought(session, county, shopper.identity, START)
    put_in_basket(session, shopper.identity, county.oil.variant_id, 2, START)
    session.add(
        AccessToken(
            token_hash="x", person_id=shopper.id, session_epoch=0, created_at=START,
            expires_at=START + timedelta(days=9),
        )
    )  # fmt: skip
    books = session.execute(text("SELECT count(*), sum(amount_fen) FROM posting")).one()
    assert forgotten(session, shopper).state == "DONE"
    person = session.get(Person, shopper.id, populate_existing=True)
    assert (person.login, person.name, person.phone) == (f"erased:{shopper.id}", ERASED_NAME, None)
    assert load_identity(session, shopper.id) is None
    for table in (AccessToken, BasketLine):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.execute(text("SELECT count(*), sum(amount_fen) FROM posting")).one() == books
    assert session.scalar(select(Order.state)) == "COMPLETED"


def test_consignees_go_on_the_day_the_duty_ends(session, county, shopper):
    purchase = bought(session, county, shopper.identity, START)
    forgotten(session, shopper)
    session.refresh(purchase)
    assert purchase.consignee_name == CONSIGNEE.name
    assert purchase.consignee_until == date(2029, 11, 23)
    assert forget_due(session, START + timedelta(days=3 * 365)) == 0
    assert forget_due(session, START + timedelta(days=3 * 366)) == 1
    session.refresh(purchase)
    assert (purchase.consignee_name, purchase.consignee_address) == ("", "")
    assert forget_due(session, START + timedelta(days=3 * 366)) == 0


def test_consignees_older_than_the_duty_go_at_once(session, county, shopper):
    purchase = bought(session, county, shopper.identity, START)
    forgotten(session, shopper, START + timedelta(days=3 * 366))
    session.refresh(purchase)
    assert (purchase.consignee_name, purchase.consignee_phone) == ("", "")


def test_a_leap_day_ends_with_the_next_month():
    assert duty_ends(date(2024, 2, 29)) == date(2027, 3, 1)
    assert duty_ends(date(2026, 11, 23)) == date(2029, 11, 23)


def test_what_a_unit_bought_keeps_its_consignee(session, county, shopper):
    purchase = bought(session, county, county.buyer, START, of_unit=True)
    for grant_ in county.buyer.standings:
        held = Grant(county.buyer.person_id, grant_.kind, grant_.organisation_id, grant_.role)
        end_membership(session, held, START, actor_id=None)
    session.get(Person, county.buyer.person_id).password_hash = fit_and_hash(PASSWORD, "x")
    session.commit()
    assert forgotten(session, Shopper(county.buyer), START).state == "DONE"
    session.refresh(purchase)
    assert purchase.consignee_until is None
    assert purchase.consignee_name == CONSIGNEE.name


def test_a_purchase_never_handed_in_goes_with_its_buyer(session, county, shopper):
    from marketplace.ordering.commands import draft_purchase

    draft_purchase(session, shopper.identity, county.private_wish((county.oil, 1)), START)
    session.commit()
    forgotten(session, shopper)
    assert session.scalar(select(func.count()).select_from(Purchase)) == 0


def test_the_trail_of_a_request_names_numbers_alone(session, county, shopper):
    forgotten(session, shopper)
    rows = session.execute(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.after).where(
            AuditEntry.object_kind == "privacy_request"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("privacy.erasure_asked", shopper.id, None),
        ("privacy.erased", None, {"person_id": shopper.id}),
    ]


def test_being_forgotten_twice_changes_nothing(session, county, shopper):
    row = forgotten(session, shopper)
    erase(session, {"request_id": row.id}, START + timedelta(days=9))
    assert session.get(PrivacyRequest, row.id).done_at == START + timedelta(days=7)
