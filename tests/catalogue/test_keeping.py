"""Stock is counted, written off and sent to outlets: each change is an entry with a reason."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.catalogue.commands import (
    add_report,
    close_outlet,
    count_stock,
    open_outlet,
    reserve,
    send_to_outlet,
    take_from_outlet,
    write_off,
)
from marketplace.catalogue.models import Batch, OutletEntry, StockMovement
from marketplace.catalogue.queries import variants_for
from marketplace.catalogue.queries.batches import list_entries, list_near_expiry, list_reports
from marketplace.catalogue.queries.outlets import list_outlets
from marketplace.catalogue.queries.proof import stock_that_disagrees
from marketplace.catalogue.rules.keeping import (
    BatchRecalled,
    BatchTooOld,
    BeyondFree,
    BeyondOutlet,
    CountBelowReserved,
    Loss,
    NewOutlet,
    OutletClosed,
    OutletHolds,
    OutletMove,
    OutletNameTaken,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.uploads.rules import MOST_BYTES, GivenFile
from tests.county import START, goods

TODAY = date(2026, 11, 23)


def batch_of(session, county) -> Batch:
    session.expire_all()
    return session.get_one(Batch, county.mushrooms.batch_id)


def count(session, county, counted, words="受潮挑出", who=None):
    return count_stock(
        session, who or county.clerk, county.mushrooms.batch_id, (counted, words), START
    )


@pytest.fixture
def outlet(session, county):
    return open_outlet(
        session, county.operator, NewOutlet("机关食堂专柜", "CABINET", "区政府"), START
    )


def move(county, outlet, quantity, reason="SENT"):
    return OutletMove(county.mushrooms.batch_id, outlet.id, quantity, reason, "周一送")


def test_a_count_becomes_a_movement_of_the_difference(session, county):
    assert count(session, county, 990) == -10
    assert count(session, county, 995, "又找到一箱") == 5
    assert batch_of(session, county).quantity_on_hand == 995
    newest = list_entries(session, county.mushrooms.batch_id)[0]
    assert (newest.quantity, newest.reason, newest.note) == (5, "COUNTED", "又找到一箱")
    assert newest.who == county.clerk.name
    assert stock_that_disagrees(session) == []


def test_a_count_that_agrees_changes_nothing_and_needs_no_words(session, county):
    assert count(session, county, 1000, "") == 0
    assert len(list_entries(session, county.mushrooms.batch_id)) == 1


def test_a_difference_needs_its_reason(session, county):
    with pytest.raises(InvalidInput) as refused:
        count(session, county, 999, " ")
    assert refused.value.errors[0].field == "note"


def test_a_count_is_never_below_what_orders_hold(session, county):
    reserve(session, {county.mushrooms.variant_id: 40}, START)
    with pytest.raises(CountBelowReserved) as refused:
        count(session, county, 39)
    assert refused.value.params["reserved"] == 40
    assert count(session, county, 40) == -960


@pytest.mark.parametrize("counted", [-1, 1_000_001, 10**18])
def test_a_count_that_makes_no_sense_is_refused(session, county, counted):
    with pytest.raises(InvalidInput):
        count(session, county, counted)


def test_nobody_counts_the_stock_of_others(session, county):
    for stranger in (county.other_clerk, county.operator, county.shopper):
        with pytest.raises(NotFound):
            count(session, county, 1, who=stranger)
    with pytest.raises(NotFound):
        count_stock(session, county.clerk, 10**12, (1, "x"), START)


def test_losses_are_written_off_with_reason_person_and_words(session, county):
    write_off(session, county.clerk, Loss(county.mushrooms.batch_id, 3, "DAMAGED", "摔坏"), START)
    assert batch_of(session, county).quantity_on_hand == 997
    newest = list_entries(session, county.mushrooms.batch_id)[0]
    assert (newest.quantity, newest.reason, newest.note) == (-3, "DAMAGED", "摔坏")


def test_what_orders_hold_cannot_be_lost(session, county):
    reserve(session, {county.mushrooms.variant_id: 999}, START)
    with pytest.raises(BeyondFree) as refused:
        write_off(session, county.clerk, Loss(county.mushrooms.batch_id, 2, "LOST", "x"), START)
    assert refused.value.params["free"] == 1


@pytest.mark.parametrize(("quantity", "reason"), [(0, "LOST"), (-1, "LOST"), (1, "SOLD"), (1, "")])
def test_a_loss_that_makes_no_sense_is_refused(session, county, quantity, reason):
    loss = Loss(county.mushrooms.batch_id, quantity, reason, "x")
    with pytest.raises(InvalidInput):
        write_off(session, county.clerk, loss, START)


def test_goods_at_an_outlet_are_not_for_sale_here_until_they_come_back(session, county, outlet):
    send_to_outlet(session, county.clerk, move(county, outlet, 30), START)
    variant = county.mushrooms.variant_id
    assert variants_for(session, [variant], TODAY)[variant].available == 970
    take_from_outlet(session, county.clerk, move(county, outlet, 10, "BROUGHT_BACK"), START)
    take_from_outlet(session, county.clerk, move(county, outlet, 15, "SOLD"), START)
    take_from_outlet(session, county.clerk, move(county, outlet, 1, "LOST"), START)
    assert variants_for(session, [variant], TODAY)[variant].available == 980
    assert [one.there for one in list_outlets(session)] == [4]
    assert stock_that_disagrees(session) == []
    reasons = {
        (one.reason, one.quantity, one.outlet)
        for one in list_entries(session, county.mushrooms.batch_id)
    }
    assert {
        ("SENT", -30, None),
        ("SENT", 30, "机关食堂专柜"),
        ("SOLD", -15, "机关食堂专柜"),
    } <= reasons


def test_no_more_leaves_an_outlet_than_lies_there(session, county, outlet):
    send_to_outlet(session, county.clerk, move(county, outlet, 5), START)
    with pytest.raises(BeyondOutlet) as refused:
        take_from_outlet(session, county.clerk, move(county, outlet, 6, "SOLD"), START)
    assert refused.value.params["there"] == 5


def test_no_more_is_sent_than_is_free(session, county, outlet):
    reserve(session, {county.mushrooms.variant_id: 990}, START)
    with pytest.raises(BeyondFree):
        send_to_outlet(session, county.clerk, move(county, outlet, 11), START)


def test_what_is_too_old_to_sell_goes_to_no_outlet(session, county, outlet):
    session.get_one(Batch, county.mushrooms.batch_id).expires_on = TODAY
    session.flush()
    with pytest.raises(BatchTooOld):
        send_to_outlet(session, county.clerk, move(county, outlet, 1), START)


def test_outlets_are_opened_and_closed_by_the_centre_only(session, county, outlet):
    with pytest.raises(Forbidden):
        open_outlet(session, county.clerk, NewOutlet("甲", "ZONE", "乙"), START)
    with pytest.raises(OutletNameTaken):
        open_outlet(session, county.operator, NewOutlet("机关食堂专柜", "HALL", "别处"), START)
    with pytest.raises(InvalidInput):
        open_outlet(session, county.operator, NewOutlet("丙", "FAIR", "别处"), START)
    send_to_outlet(session, county.clerk, move(county, outlet, 5), START)
    with pytest.raises(OutletHolds):
        close_outlet(session, county.operator, outlet.id, START)
    take_from_outlet(session, county.clerk, move(county, outlet, 5, "SOLD"), START)
    close_outlet(session, county.operator, outlet.id, START)
    with pytest.raises(OutletClosed):
        send_to_outlet(session, county.clerk, move(county, outlet, 5), START)


def test_a_recalled_batch_goes_nowhere_but_into_the_bin(session, county, outlet):
    send_to_outlet(session, county.clerk, move(county, outlet, 5), START)
    batch_of(session, county).recalled_at = START
    session.flush()
    with pytest.raises(BatchRecalled):
        send_to_outlet(session, county.clerk, move(county, outlet, 5), START)
    with pytest.raises(BatchRecalled):
        take_from_outlet(session, county.clerk, move(county, outlet, 5, "SOLD"), START)
    with pytest.raises(BatchRecalled):
        count(session, county, 2000)
    take_from_outlet(session, county.clerk, move(county, outlet, 5, "BROUGHT_BACK"), START)
    write_off(
        session, county.clerk, Loss(county.mushrooms.batch_id, 1000, "SPOILED", "销毁"), START
    )
    assert batch_of(session, county).quantity_on_hand == 0


def test_entries_of_outlets_are_never_rewritten(session, county, outlet):
    send_to_outlet(session, county.clerk, move(county, outlet, 5), START)
    session.commit()
    for statement in ("UPDATE outlet_entry SET quantity = 1", "DELETE FROM outlet_entry"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    assert session.scalar(select(func.sum(OutletEntry.quantity))) == 5
    assert session.scalar(select(func.count()).select_from(StockMovement)) == 4


def test_what_expires_soon_is_listed_the_shortest_first(session, county):
    late = goods(session, county.other_producer_id, "山野菜", 900)
    for pack, day in ((late, date(2026, 12, 24)), (county.mushrooms, date(2027, 1, 22))):
        session.get_one(Batch, pack.batch_id).expires_on = day
    session.get_one(Batch, county.noodles.batch_id).expires_on = date(2027, 1, 23)
    session.flush()
    listed = list_near_expiry(session, TODAY, PageRequest())
    assert [one.product_name for one in listed.items] == ["山野菜", "椴木香菇"]
    assert [one.days_left(TODAY) for one in listed.items] == [31, 60]
    mine = list_near_expiry(session, TODAY, PageRequest(), producer_id=county.producer_id)
    assert [one.product_name for one in mine.items] == ["椴木香菇"]


def test_what_may_no_longer_be_sold_does_not_expire_soon(session, county):
    for pack, day in ((county.noodles, TODAY), (county.mushrooms, date(2026, 12, 1))):
        session.get_one(Batch, pack.batch_id).expires_on = day
    batch_of(session, county).recalled_at = START
    session.flush()
    assert list_near_expiry(session, TODAY, PageRequest()).total == 0


def test_a_report_is_a_pdf_or_a_photograph_of_a_size_that_can_be_read(session, county):
    for content in (b"%PDF-" + b"x" * MOST_BYTES, b"<?xml version='1.0'?>", b""):
        given = (GivenFile("report", "r.pdf", content), "检验所", TODAY)
        with pytest.raises(InvalidInput):
            add_report(session, county.clerk, county.mushrooms.batch_id, given, START)


def test_a_batch_has_so_many_reports_at_most(session, county):
    given = (GivenFile("report", "r.pdf", b"%PDF-1"), "检验所", TODAY)
    for _place in range(10):
        add_report(session, county.clerk, county.mushrooms.batch_id, given, START)
    with pytest.raises(InvalidInput):
        add_report(session, county.clerk, county.mushrooms.batch_id, given, START)
    assert len(list_reports(session, county.mushrooms.batch_id)) == 10
