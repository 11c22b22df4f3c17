"""Whoever takes the database alone reads no telephone of a consignee and no number of an account;
the shop reads them, and finds them again."""

import pytest
from sqlalchemy import func, select, text

from marketplace.core.closed import Closed, give_sealer, open_words
from marketplace.core.paging import PageRequest
from marketplace.core.sealing import Sealer
from marketplace.documents.queries.papers import get_content, get_sheet
from marketplace.ordering.commands import change_draft, confirm, draft_purchase
from marketplace.ordering.models import Purchase
from marketplace.ordering.queries import get_order, get_purchase, list_purchases
from marketplace.ordering.queries.dispatch import boxes, lines_to_send
from marketplace.ordering.queries.gifts import people_of_purchase
from marketplace.ordering.rules import Consignee, PurchaseChange
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import KeyMismatch, RememberedAnswer
from marketplace.payments.commands import declare_account
from marketplace.payments.models import BankAccount, BankLine
from marketplace.payments.queries.batches import bank_file, list_batches
from marketplace.payments.queries.matching import find_payer
from marketplace.payments.queries.transfers import list_transfers
from marketplace.payments.rules.accounts import GivenAccount, Holder
from marketplace.privacy.queries.collect import collect
from tests.county import CONSIGNEE, START
from tests.engines import SEALER
from tests.numbers import (
    ASKED,
    COLLEAGUE,
    NUMBERS,
    PHONE,
    PRINTED,
    SELLER,
    UNIT,
    bytes_of,
    everything_in,
    given_everywhere,
)
from tests.ordering.steps import placed

FIRST_PAGE = PageRequest(1, 20)


class Counting(Sealer):
    """Seals and opens as any other, and counts what it opens."""

    opened = 0

    def open(self, sealed: str) -> str | None:
        self.opened += 1
        return super().open(sealed)


@pytest.fixture
def counting(engine) -> Counting:
    made = Counting("not-secret-" * 4)
    give_sealer(engine, made)
    return made


def test_the_raw_database_and_the_trail_hold_no_telephone_and_no_number_of_an_account(
    session, county, engine
):
    given_everywhere(session, county)
    held = everything_in(engine)
    assert "郧阳区城关镇沿江大道" in held
    assert [number for number in NUMBERS if number in held] == []


@pytest.mark.one_database
def test_the_file_on_the_disk_holds_none_either(session, county, engine):
    given_everywhere(session, county)
    held = bytes_of(engine)
    assert "郧阳区城关镇沿江大道".encode() in held
    assert [number for number in NUMBERS if number.encode() in held] == []


def test_the_shop_reads_what_it_sealed(session, county):
    given = given_everywhere(session, county)
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == PHONE
    assert get_order(session, county.clerk, given.order_id).consignee.phone == PHONE
    listed = get_purchase(session, county.buyer, given.listed_id)
    assert [str(one.phone) for one in people_of_purchase(session, county.buyer, listed)] == [
        COLLEAGUE
    ]
    masked = people_of_purchase(session, county.operator, listed)
    assert [str(one.phone) for one in masked] == ["139****5678"]
    assert SELLER in str(bank_file(session, list_batches(session, FIRST_PAGE).items[0].id))
    assert PHONE in str(get_sheet(session, given.paper_id))
    assert get_content(session, given.paper_id) == PRINTED
    again = answer_once(session, ASKED, START, lambda: RememberedAnswer(500, ""))
    assert (again.status, again.body) == (201, PHONE)
    with pytest.raises(KeyMismatch):
        answer_once(session, (*ASKED[:2], "other"), START, lambda: again)


def test_a_copy_of_ones_own_data_holds_them_in_words(session, county):
    shopper = county.shopper
    draft_purchase(session, shopper, county.private_wish((county.noodles, 1)), START)
    own = GivenAccount("王小芳", UNIT, "农商行")
    declare_account(session, shopper, Holder(person_id=shopper.person_id), own, START)
    copied = collect(session, shopper.person_id, SEALER)
    assert copied["consignees"][0]["consignee_phone"] == CONSIGNEE.phone
    assert copied["bank_accounts"][0]["number"] == UNIT


def test_a_transfer_is_known_by_the_mark_of_its_account(session, county):
    given = given_everywhere(session, county)
    line = session.get_one(BankLine, given.line_id)
    payer = find_payer(session, line.other_number_mark)
    assert payer is not None
    assert payer.unit_id == county.unit_id
    assert line.other_number_mark == SEALER.mark(f"account:{UNIT}")
    assert find_payer(session, Sealer("another-key-" * 4).mark(f"account:{UNIT}")) is None
    assert find_payer(session, "") is None
    # An account and a telephone of the same digits have nothing in common.
    assert line.other_number_mark != SEALER.mark(f"phone:{UNIT}")


@pytest.mark.parametrize(("words", "lines"), [(UNIT, 1), (UNIT[:8], 0), ("区财政", 1), ("x", 0)])
def test_transfers_are_found_by_a_whole_number_and_by_no_part_of_it(session, county, words, lines):
    given_everywhere(session, county)
    for tab in ("waiting", "matched"):
        found = list_transfers(session, tab, words, FIRST_PAGE).items
        if found:
            assert str(found[0].other_number) == UNIT
            lines -= 1
    assert lines == 0


def test_one_telephone_has_one_mark_however_it_is_written(session, county):
    marks = set()
    for phone in ("0719-7221234", "0719 7221234", "+860719(7221234)"):
        purchase = draft_purchase(session, county.buyer, county.wish((county.mushrooms, 1)), START)
        change = PurchaseChange(consignee=Consignee("王芳", phone, CONSIGNEE.address))
        change_draft(session, county.buyer, purchase.id, change, START)
        assert open_words(session, purchase.consignee_phone_sealed) == phone
        marks.add(purchase.consignee_phone_mark)
    assert len(marks) == 1


def test_a_list_opens_nothing_and_one_purchase_one_number(session, county, counting):
    made = [placed(session, county, county.wish((county.mushrooms, 1))) for _ in range(20)]
    for _purchase, (order,) in made:
        confirm(session, county.clerk, order.id, None, START)
    session.expire_all()
    assert len(list_purchases(session, county.buyer, FIRST_PAGE).items) == 20
    parcels = boxes(lines_to_send(session, county.producer_id))
    assert (len(parcels), counting.opened) == (20, 0)
    assert str(parcels[0].consignee_phone) == CONSIGNEE.phone
    assert counting.opened == 1
    get_purchase(session, county.buyer, made[0][0].id)
    assert counting.opened == 2


def test_what_is_closed_is_opened_once_and_told_to_no_log():
    sealer = Counting("not-secret-" * 4)
    closed = Closed(sealer.seal(PHONE), sealer)
    masked = closed.through(lambda words: words[-4:])
    assert (repr(closed), bool(closed), sealer.opened) == ("Closed()", True, 0)
    assert (str(closed), f"{closed}", str(masked)) == (PHONE, PHONE, PHONE[-4:])
    assert sealer.opened == 2
    assert (bool(Closed("", sealer)), str(Closed("", sealer))) == (False, "")
    assert str(Closed(Sealer("another-key-" * 4).seal(PHONE), sealer)) == ""


def test_what_a_former_version_wrote_in_the_clear_is_read_as_it_stands(session, county):
    given = given_everywhere(session, county)
    raw = text("UPDATE purchase SET consignee_phone = '13000000000'")
    session.execute(raw)
    session.expire_all()
    assert get_purchase(session, county.buyer, given.purchase_id).consignee.phone == "13000000000"


def test_every_account_has_a_mark(session, county):
    given_everywhere(session, county)
    unmarked = select(func.count()).where(BankAccount.number_mark == "")
    assert session.scalar(unmarked) == 0
    assert session.scalar(select(func.count()).where(Purchase.consignee_phone_mark == "")) == 0
