"""What was bought at a cabinet counts once three persons have looked, and once only."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.attribution.models import AttributionEntry
from marketplace.attribution.queries import total_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Role
from marketplace.core.paging import PageRequest
from marketplace.ledger.queries import list_balances
from marketplace.offline import commands
from marketplace.offline.queries import get_offline, list_in_centre, list_of_unit
from marketplace.offline.rules import GivenLine, OfflineElsewhere, OwnOffline
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import ReasonNeeded
from marketplace.ordering.rules.invoices import GivenInvoice, InvoiceNumberUsed
from marketplace.quota.commands import close_year
from marketplace.quota.models import QuotaEntry
from marketplace.reports.queries import (
    StandingsWish,
    list_quota_entries,
    list_standings,
    reconcile,
    unit_year,
)
from tests.county import HUIGOU, START, YUNCAI, person
from tests.offline.steps import BOUGHT_ON, NUMBER, checked, filed, given, verified
from tests.ordering.steps import completed, placed

TODAY = date(2026, 11, 23)
PAGE = PageRequest(1, 24)
JANUARY = datetime(2027, 1, 5, 4, tzinfo=UTC)
# Digits as a Chinese keyboard types them.
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SECOND = "26422000000000000002"


def counted(session, county, year=2026):
    return unit_year(session, county.unit_id, year, TODAY).rules[0].counted_fen


def test_case_14_a_verified_offline_purchase_counts_by_line_for_unit_and_villages(session, county):
    purchase = verified(session, county)
    assert (purchase.state, purchase.recognised_on) == ("VERIFIED", TODAY)
    # The oil has no certificate: its villages sold it, the rule does not count it.
    assert counted(session, county) == 64_031
    assert total_of(session, "county", "420304").amount_fen == 73_931
    assert total_of(session, "county", "420304").orders == 1
    villages = {code: total_of(session, "village", code).amount_fen for code in (HUIGOU, YUNCAI)}
    assert sum(villages.values()) == 73_931
    assert villages[HUIGOU] == 21_344 + 3_300
    assert reconcile(session) == []


def test_case_14_no_money_moves_for_what_was_paid_elsewhere(session, county):
    verified(session, county)
    assert list_balances(session) == {}


def test_case_14_it_stands_in_its_own_column(session, county):
    completed(session, county, county.wish((county.mushrooms, 2)))
    purchase = verified(session, county)
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert year.rules[0].counted_fen == 12_806 + 64_031
    assert dict(year.offline_fen) == {year.rules[0].rule_id: 64_031}
    rows = list_quota_entries(session, county.unit_id, 2026, PAGE).items
    offline = [(one.number, one.kind) for one in rows if one.offline_id]
    assert offline == [(purchase.number, "OFFLINE")]
    wish = StandingsWish(2026, "420304000000", search="财政")
    (standing,) = list_standings(session, wish, PAGE, TODAY).items
    assert (standing.counted_fen, standing.offline_fen) == (76_837, 64_031)
    assert reconcile(session) == []


def test_case_14_before_three_persons_have_looked_nothing_counts(session, county):
    purchase = filed(session, county)
    commands.check_offline(session, county.approver, purchase.id, START)
    assert counted(session, county) == 0
    assert session.scalar(select(func.count()).select_from(AttributionEntry)) == 0


def test_case_14_nobody_looks_at_what_they_filed_or_checked_themselves(session, county):
    unit, centre = county.unit_id, county.operator.standings[0].organisation_id
    both = person(
        session,
        "both@test",
        ("UNIT", unit, Role.FINANCE),
        ("CENTRE", centre, Role.OPERATOR),
    )
    mine = commands.file_offline(session, both, unit, given(county), START)
    with pytest.raises(OwnOffline):
        commands.check_offline(session, both, mine.id, START)
    commands.check_offline(session, county.approver, mine.id, START)
    with pytest.raises(OwnOffline):
        commands.verify_offline(session, both, mine.id, START)
    with pytest.raises(OwnOffline):
        commands.refuse_offline(session, both, mine.id, "不", START)
    other = filed(session, county, invoice_number=SECOND)
    commands.check_offline(session, both, other.id, START)
    with pytest.raises(OwnOffline):
        commands.verify_offline(session, both, other.id, START)
    with pytest.raises(Forbidden):
        commands.verify_offline(session, county.approver, other.id, START)


def test_the_database_itself_wants_three_persons(session, county):
    purchase = filed(session, county)
    session.commit()
    purchase.checked_by = purchase.filed_by
    with pytest.raises(IntegrityError):
        session.flush()


def test_who_does_not_belong_here_does_not_file_and_does_not_learn_of_it(session, county):
    told, unit = given(county), county.unit_id
    with pytest.raises(Forbidden):
        commands.file_offline(session, county.approver, unit, told, START)
    for stranger in (county.stranger, county.clerk, county.shopper):
        with pytest.raises(NotFound):
            commands.file_offline(session, stranger, unit, told, START)
    purchase = filed(session, county)
    with pytest.raises(NotFound):
        get_offline(session, county.stranger, purchase.id)
    with pytest.raises(NotFound):
        commands.check_offline(session, county.stranger, purchase.id, START)
    with pytest.raises(Forbidden):
        commands.check_offline(session, county.operator, purchase.id, START)
    with pytest.raises(Forbidden):
        commands.verify_offline(session, county.auditor, purchase.id, START)


def test_a_second_click_changes_nothing(session, county):
    purchase = filed(session, county)
    assert filed(session, county).id == purchase.id
    for _ in range(2):
        commands.check_offline(session, county.finance, purchase.id, START)
    for _ in range(2):
        commands.verify_offline(session, county.operator, purchase.id, START)
    assert counted(session, county) == 64_031
    with pytest.raises(OfflineElsewhere):
        commands.check_offline(session, county.approver, purchase.id, START)
    with pytest.raises(OfflineElsewhere):
        commands.refuse_offline(session, county.operator, purchase.id, "晚了", START)
    assert [step.kind for step in get_offline(session, county.buyer, purchase.id).steps] == [
        "FILED",
        "CHECKED",
        "VERIFIED",
    ]


def test_it_goes_back_with_a_reason_and_comes_again(session, county):
    purchase = checked(session, county)
    with pytest.raises(ReasonNeeded):
        commands.return_offline(session, county.operator, purchase.id, " ", START)
    with pytest.raises(OfflineElsewhere):
        commands.amend_offline(session, county.buyer, purchase.id, given(county), START)
    commands.return_offline(session, county.operator, purchase.id, "照片看不清", START)
    better = given(
        county,
        invoice_number=SECOND,
        lines=(GivenLine(county.mushrooms.product_id, 9, 60_000),),
        proof=None,
        photograph=None,
    )
    with pytest.raises(Forbidden):
        commands.amend_offline(session, county.operator, purchase.id, better, START)
    commands.amend_offline(session, county.finance, purchase.id, better, START)
    assert (purchase.state, purchase.checked_by, purchase.goods_fen) == ("FILED", None, 60_000)
    # Whoever amended it has filed it.
    with pytest.raises(OwnOffline):
        commands.check_offline(session, county.finance, purchase.id, START)
    commands.check_offline(session, county.approver, purchase.id, START)
    commands.verify_offline(session, county.operator, purchase.id, START)
    assert counted(session, county) == 60_000
    assert len(get_offline(session, county.buyer, purchase.id).papers) == 2
    # The first number is free for the purchase that it belongs to.
    filed(session, county, invoice_number=NUMBER)
    assert reconcile(session) == []


def test_case_15_a_number_is_taken_once_by_orders_and_offline_purchases(session, county):
    filed(session, county)
    other = person(session, "other@test", ("UNIT", county.other_unit_id, Role.BUYER))
    with pytest.raises(InvoiceNumberUsed):
        commands.file_offline(session, other, county.other_unit_id, given(county), START)
    with pytest.raises(InvoiceNumberUsed):
        filed(session, county, invoice_fen=90_000, lines=(given(county).lines[0],))
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    told = GivenInvoice(NUMBER.translate(WIDE), 100, TODAY)
    with pytest.raises(InvoiceNumberUsed):
        ordering.register_invoice(session, county.clerk, order.id, told, START)
    ordering.register_invoice(
        session, county.clerk, order.id, GivenInvoice(SECOND, 100, TODAY), START
    )
    with pytest.raises(InvoiceNumberUsed):
        filed(session, county, invoice_number=SECOND)
    assert reconcile(session) == []


def test_case_14_a_correction_is_a_reversal_and_frees_the_number(session, county):
    purchase = verified(session, county)
    for nobody in (county.buyer, county.auditor, county.finance):
        with pytest.raises(Forbidden):
            commands.reverse_offline(session, nobody, purchase.id, "填错", START)
    with pytest.raises(ReasonNeeded):
        commands.reverse_offline(session, county.operator, purchase.id, "", START)
    for _ in range(2):
        commands.reverse_offline(session, county.operator, purchase.id, "金额填错", START)
    assert counted(session, county) == 0
    assert set(unit_year(session, county.unit_id, 2026, TODAY).offline_fen.values()) == {0}
    whole = total_of(session, "county", "420304")
    assert (whole.amount_fen, whole.orders) == (0, 0)
    assert reconcile(session) == []
    again = verified(session, county, lines=(GivenLine(county.mushrooms.product_id, 1, 6_403),))
    assert again.id != purchase.id
    assert counted(session, county) == 6_403
    assert reconcile(session) == []


def test_case_14_refused_for_good_it_never_counts(session, county):
    purchase = filed(session, county)
    commands.refuse_offline(session, county.approver, purchase.id, "不是本单位买的", START)
    assert counted(session, county) == 0
    other = person(session, "other@test", ("UNIT", county.other_unit_id, Role.BUYER))
    commands.file_offline(session, other, county.other_unit_id, given(county), START)
    assert list_in_centre(session, "refused", PAGE).items[0].id == purchase.id
    assert reconcile(session) == []


def test_case_14_last_years_purchase_counts_there_while_that_year_is_open(session, county):
    verified(session, county, JANUARY)
    assert counted(session, county, 2026) == 64_031
    assert counted(session, county, 2027) == 0
    close_year(session, 2026, JANUARY)
    verified(session, county, JANUARY, invoice_number=SECOND)
    (late,) = list_quota_entries(session, county.unit_id, 2027, PAGE).items
    assert (late.is_cross_year, late.ordered_on) == (True, BOUGHT_ON)
    assert total_of(session, "unit", str(county.unit_id), 2026).amount_fen == 73_931
    assert total_of(session, "unit", str(county.unit_id), 2027).amount_fen == 73_931
    assert reconcile(session) == []


def test_case_14_reversed_after_the_year_was_closed_it_is_an_adjustment(session, county):
    purchase = verified(session, county)
    close_year(session, 2026, JANUARY)
    commands.reverse_offline(session, county.operator, purchase.id, "重复", JANUARY)
    assert counted(session, county, 2026) == 64_031
    assert counted(session, county, 2027) == -64_031
    kinds = session.scalars(select(QuotaEntry.kind).order_by(QuotaEntry.id)).all()
    assert kinds == ["OFFLINE", "ADJUSTMENT"]
    assert reconcile(session) == []


def test_case_14_the_certificate_of_the_day_it_was_bought_decides(session, county):
    # The certificates of this county begin in 2025.
    purchase = verified(
        session, county, datetime(2026, 1, 10, 4, tzinfo=UTC), bought_on=date(2025, 1, 1)
    )
    assert get_offline(session, county.buyer, purchase.id).lines[0].is_certified
    session.execute(text("UPDATE certification SET valid_from = '2026-11-21'"))
    session.commit()
    purchase = verified(session, county, invoice_number=SECOND)
    assert not get_offline(session, county.buyer, purchase.id).lines[0].is_certified
    assert counted(session, county) == 0


def test_without_a_batch_made_by_then_the_village_of_the_product_sold_it(session, county):
    # The only batch was made on 1 November.
    verified(session, county, bought_on=date(2026, 10, 1))
    assert total_of(session, "village", YUNCAI).amount_fen == 73_931


def test_a_unit_sees_its_own_and_the_centre_all(session, county):
    filed(session, county)
    assert list_of_unit(session, county.buyer, county.unit_id, PAGE).total == 1
    assert list_of_unit(session, county.stranger, county.other_unit_id, PAGE).total == 0
    assert list_in_centre(session, "filed", PAGE).total == 1
    assert list_in_centre(session, "checked", PAGE).total == 0
