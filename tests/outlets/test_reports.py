"""What an outlet reports counts once, whoever tells it again, and all books agree about it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.attribution.queries import parts_of, total_of
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, NotFound
from marketplace.outlets.commands import (
    agree_receipt,
    hand_in,
    refuse_receipt,
    reverse_receipt,
    write_report,
)
from marketplace.outlets.models import OutletReceipt, OutletReport, OutletSale
from marketplace.outlets.queries import list_months, list_reports
from marketplace.outlets.rules import OwnReceipt, ReceiptElsewhere, ReceiptsRefused
from marketplace.outlets.rules.sheet import ToldLine
from marketplace.quota.queries import summed_by_receipt
from marketplace.reports.queries.reconcile import reconcile
from tests.county import HUIGOU, START, YUNCAI
from tests.outlets.steps import (
    DAY,
    code_of,
    only_receipt,
    outlet_with,
    receipt,
    reported,
    there,
    told,
)


@pytest.fixture
def outlet_id(session, county):
    return outlet_with(session, county)


def of_unit(county, number="S1", **changes):
    return receipt(county, number, unit_id=county.unit_id, fund="UNION", **changes)


def test_villages_are_credited_by_the_shares_of_the_batch(session, county, outlet_id):
    assert reported(session, county, outlet_id, receipt(county)) == ["NEW"]
    assert total_of(session, "county", "420304", 2026).amount_fen == 12_802 + 9_900
    assert total_of(session, "village", HUIGOU).amount_fen == 4_267 + 3_300
    assert total_of(session, "village", YUNCAI).amount_fen == 8_535 + 6_600
    (channel,) = parts_of(session, "county", "420304", "channel")
    assert (channel.part_key, channel.orders) == ("OUTLET", 1)
    assert there(session, outlet_id, county.mushrooms) == 48
    kept = only_receipt(session)
    assert (kept.total_fen, kept.goods_fen, kept.eligible_fen) == (500_000, 22_702, 12_802)
    assert reconcile(session) == []


def test_the_trail_tells_of_a_report_once(session, county, outlet_id):
    first, second = receipt(county), receipt(county, "S2")
    reported(session, county, outlet_id, first)
    reported(session, county, outlet_id, first)
    reported(session, county, outlet_id, first, second)
    wanted = select(AuditEntry).where(AuditEntry.action == "outlet.reported")
    told = session.scalars(wanted.order_by(AuditEntry.id)).all()
    assert [(one.after["receipts"], one.after["known"]) for one in told] == [(1, 0), (1, 1)]


def test_what_is_told_again_changes_nothing(session, county, outlet_id):
    first, second = receipt(county), receipt(county, "S2")
    reported(session, county, outlet_id, first)
    assert reported(session, county, outlet_id, first) == ["KNOWN"]
    assert reported(session, county, outlet_id, first, second) == ["KNOWN", "NEW"]
    assert there(session, outlet_id, county.mushrooms) == 46
    assert session.scalar(select(func.count(OutletReport.id))) == 2
    assert reconcile(session) == []


def test_a_known_number_with_other_content_is_refused(session, county, outlet_id):
    reported(session, county, outlet_id, receipt(county))
    with pytest.raises(ReceiptsRefused):
        reported(session, county, outlet_id, receipt(county, packs=3))
    assert there(session, outlet_id, county.mushrooms) == 48


def test_the_same_number_in_another_outlet_is_another_receipt(session, county, outlet_id):
    other = outlet_with(session, county, name="医院专柜")
    for one in (outlet_id, other):
        assert reported(session, county, one, receipt(county)) == ["NEW"]
    assert session.scalar(select(func.count(OutletReceipt.id))) == 2
    assert reconcile(session) == []


def test_no_more_is_sold_than_lies_there(session, county, outlet_id):
    with pytest.raises(ReceiptsRefused) as refused:
        reported(session, county, outlet_id, receipt(county, "S1", 30), receipt(county, "S2", 30))
    (error,) = refused.value.errors
    assert (error.field, dict(error.params)["there"]) == ("rows.3.packs", 20)
    assert session.scalar(select(func.count(OutletReceipt.id))) == 0
    assert there(session, outlet_id, county.mushrooms) == 50


def test_the_good_ones_alone_where_that_is_wanted_and_the_rest_later(session, county, outlet_id):
    rows = told(receipt(county, "S1", 30), receipt(county, "S2", 30))
    report = hand_in(session, county.operator, outlet_id, replace(rows, source="FILE"), START)
    assert hand_in(session, county.operator, outlet_id, rows, START).id == report.id
    with pytest.raises(ReceiptsRefused):
        write_report(session, county.operator, report.id, START, takes_good=False)
    write_report(session, county.operator, report.id, START, takes_good=True)
    assert (report.state, there(session, outlet_id, county.mushrooms)) == ("PARTLY", 20)
    reverse_receipt(session, county.operator, only_receipt(session).id, "打错了", START)
    judged = write_report(session, county.operator, report.id, START, takes_good=False)
    assert [one.kind for one in judged.verdicts] == ["KNOWN", "NEW"]
    assert report.state == "WRITTEN"
    assert reconcile(session) == []


def test_late_receipts_count_on_the_day_that_rules_say(session, county, outlet_id):
    last_year = receipt(county, "S0", day=date(2025, 12, 30))
    with pytest.raises(ReceiptsRefused):
        reported(session, county, outlet_id, last_year)
    reported(session, county, outlet_id, receipt(county, day=date(2026, 11, 2)))
    kept = only_receipt(session)
    assert (kept.sold_on, kept.counted_on) == (date(2026, 11, 2), date(2026, 11, 23))
    later = START + timedelta(days=50)
    reported(session, county, outlet_id, receipt(county, "S2"), now=later)
    assert only_receipt(session, "S2").counted_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"day": date(2026, 11, 24)}, "day"),
        ({"day": date(2026, 10, 30)}, "batch"),
        ({"total_fen": 100}, "total"),
        ({"unit_id": 999, "fund": "UNION"}, "unit"),
        ({"fund": "UNION"}, "unit"),
        ({"unit_id": 1}, "fund"),
        ({"number": ""}, "number"),
        ({"number": "字" * 10_000}, "number"),
        ({"number": "S\x001"}, "number"),
    ],
)
def test_what_is_wrong_is_named_by_its_column(session, county, outlet_id, changes, column):
    with pytest.raises(ReceiptsRefused) as refused:
        reported(session, county, outlet_id, receipt(county, **changes))
    assert column in {error.field.rpartition(".")[2] for error in refused.value.errors}


@pytest.mark.parametrize("packs", ["0", "-1", "1.5", "1e9", "1000000000", "二", "", "9" * 10_000])
def test_packs_are_whole_and_more_than_nothing(session, county, outlet_id, packs):
    table = told(receipt(county))
    rows = [[*row[:5], packs, *row[6:]] for row in table.rows]
    report = hand_in(session, county.operator, outlet_id, replace(table, rows=rows), START)
    with pytest.raises(ReceiptsRefused):
        write_report(session, county.operator, report.id, START, takes_good=False)


def test_full_width_digits_are_digits(session, county, outlet_id):
    table = told(receipt(county))
    rows = [[*row[:5], "２", "１２.８０", *row[7:]] for row in table.rows]
    report = hand_in(session, county.operator, outlet_id, replace(table, rows=rows), START)
    write_report(session, county.operator, report.id, START, takes_good=False)
    assert only_receipt(session).goods_fen == 2_560


def test_a_producer_reports_its_own_goods_only(session, county, outlet_id):
    own = receipt(county)
    assert reported(session, county, outlet_id, own, who=county.clerk) == ["NEW"]
    session.commit()
    with pytest.raises(ReceiptsRefused):
        reported(session, county, outlet_id, receipt(county, "S2"), who=county.other_clerk)
    session.rollback()
    for person in (county.buyer, county.auditor):
        with pytest.raises(Forbidden):
            reported(session, county, outlet_id, receipt(county, "S3"), who=person)
    with pytest.raises(NotFound):
        reported(session, county, 999, receipt(county, "S3"))
    assert len(list_reports(session, county.other_clerk, outlet_id)) == 0
    assert len(list_reports(session, county.auditor, outlet_id)) == 1


def test_a_units_receipt_counts_once_its_finance_agrees(session, county, outlet_id):
    reported(session, county, outlet_id, of_unit(county))
    kept = only_receipt(session)
    assert (kept.state, summed_by_receipt(session)) == ("WAITING", {})
    assert total_of(session, "unit", str(county.unit_id)).amount_fen == 0
    assert total_of(session, "village", HUIGOU).amount_fen == 7_567
    with pytest.raises(Forbidden):
        agree_receipt(session, county.buyer, kept.id, START)
    with pytest.raises(NotFound):
        agree_receipt(session, county.stranger, kept.id, START)
    agree_receipt(session, county.finance, kept.id, START)
    agree_receipt(session, county.finance, kept.id, START)
    counted = summed_by_receipt(session)[kept.id]
    assert (counted % 12_802, counted > 0, kept.counted_fen) == (0, True, counted)
    unit = total_of(session, "unit", str(county.unit_id))
    assert (unit.amount_fen, unit.orders) == (22_702, 1)
    assert total_of(session, "village", HUIGOU).amount_fen == 7_567
    assert reconcile(session) == []
    with pytest.raises(ReceiptElsewhere):
        refuse_receipt(session, county.finance, kept.id, "不是本单位", START)


def test_refused_it_stays_with_its_villages(session, county, outlet_id):
    reported(session, county, outlet_id, of_unit(county))
    kept = only_receipt(session)
    refuse_receipt(session, county.finance, kept.id, "不是本单位买的", START)
    assert (kept.state, summed_by_receipt(session)) == ("REFUSED", {})
    assert total_of(session, "county", "420304").amount_fen == 22_702
    assert reconcile(session) == []


def test_nobody_agrees_to_what_they_reported(session, county, outlet_id):
    reported(session, county, outlet_id, of_unit(county))
    kept = only_receipt(session)
    kept.reported_by = county.finance.person_id
    session.flush()
    with pytest.raises(OwnReceipt):
        agree_receipt(session, county.finance, kept.id, START)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_reversed_receipt_leaves_every_book_as_it_was(session, county, outlet_id, agreed):
    reported(session, county, outlet_id, of_unit(county))
    kept = only_receipt(session)
    if agreed:
        agree_receipt(session, county.finance, kept.id, START)
    with pytest.raises(Forbidden):
        reverse_receipt(session, county.auditor, kept.id, "x", START)
    for _again in range(2):
        reverse_receipt(session, county.operator, kept.id, "金额打错", START)
    assert total_of(session, "county", "420304").amount_fen == 0
    assert total_of(session, "county", "420304").orders == 0
    assert set(summed_by_receipt(session).values()) <= {0}
    assert there(session, outlet_id, county.mushrooms) == 50
    assert [month.goods_fen for month in list_months(session, outlet_id)] == [0]
    assert reported(session, county, outlet_id, of_unit(county)) == ["KNOWN"]
    assert reported(session, county, outlet_id, of_unit(county, "S1-更正")) == ["NEW"]
    assert reconcile(session) == []


def test_lines_are_never_edited(session, county, outlet_id):
    reported(session, county, outlet_id, receipt(county))
    session.commit()
    for statement in ("UPDATE outlet_sale SET packs = 1", "DELETE FROM outlet_sale"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_the_proof_sees_a_shelf_that_differs(session, county, outlet_id):
    reported(session, county, outlet_id, receipt(county))
    line = session.scalars(select(OutletSale)).first()
    session.execute(
        text(
            "INSERT INTO outlet_sale (receipt_id, line_number, producer_id, product_id,"
            " product_name, variant_id, batch_id, packs, amount_fen, is_eligible)"
            " VALUES (:receipt, 9, :producer, :product, 'x', :variant, :batch, 1, 5, :no)"
        ),
        {
            "receipt": line.receipt_id,
            "producer": line.producer_id,
            "product": line.product_id,
            "variant": line.variant_id,
            "batch": line.batch_id,
            "no": False,
        },
    )
    checks = {found.check for found in reconcile(session)}
    assert {"outlet.receipt", "outlet.villages", "outlet.stock"} <= checks


def test_goods_of_two_producers_on_one_receipt(session, county, outlet_id):
    from marketplace.catalogue.commands import send_to_outlet
    from marketplace.catalogue.rules.keeping import OutletMove

    move = OutletMove(county.noodles.batch_id, outlet_id, 5, "SENT")
    send_to_outlet(session, county.other_clerk, move, START)
    lines = (
        ToldLine(code_of(county.mushrooms), 1, 6_401),
        ToldLine(code_of(county.noodles), 1, 3_000),
    )
    reported(session, county, outlet_id, receipt(county, lines=lines, day=DAY))
    for producer_id, fen in ((county.producer_id, 6_401), (county.other_producer_id, 3_000)):
        assert total_of(session, "producer", str(producer_id)).amount_fen == fen
    assert reconcile(session) == []
