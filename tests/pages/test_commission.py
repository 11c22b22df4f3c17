"""Commission is settled, paid, explained and disputed on pages, by whoever may and nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.jobs import list_jobs
from marketplace.outbox.models import OutboxMessage
from marketplace.payments.commands.commissions import FREEZE_COMMISSION_JOB
from marketplace.payments.models import CommissionSettlement, Payout
from marketplace.reports.queries import reconcile
from tests.commission.november import Sold, sold_in_november
from tests.commission.road import bought, finished, sold_by_link
from tests.commission.settling import given_back
from tests.county import START
from tests.livestream.sessions import hold_session
from tests.payments.settling import IN_DECEMBER

TWENTY = "0123 4567 8901 2345 6789"
STRANGE = ["x" * 10_000, "a\x00b", "0", "−1", "1.5", "1e9"]


@pytest.fixture
def sold(session, county, clock) -> Sold:
    """It is the fifth of December."""
    sold = sold_in_november(session, county)
    clock.advance(days=(IN_DECEMBER - START).days)
    return sold


def settled(road, county):
    cashier = road.visit(county.cashier)
    cashier.send("/desk/commissions", period="2026-11")
    return cashier, {one.payee: one for one in road.look(select(CommissionSettlement))}


def test_a_month_that_was_settled_is_not_said_to_be_settled_again(road, county, sold, clock):
    settled(road, county)
    clock.advance(days=1)
    cashier, _found = settled(road, county)
    assert "没有新的可以结算" in cashier.see("/desk/commissions?period=2026-11")


def test_the_button_is_offered_while_somebody_can_be_settled_with(road, county, sold):
    cashier, page = road.visit(county.cashier), "/desk/commissions?period=2026-11"
    assert "还有 2 位主播和机构没有 2026-11 的结算单" in cashier.see(page)
    settled(road, county)
    seen = cashier.see(page)
    assert "2026-11 能结算的都已结算" in seen
    assert "确认结算" not in seen


def test_the_month_is_settled_and_everybody_concerned_sees_every_entry(road, county, sold):
    cashier, found = settled(road, county)
    # 60 packs are 3,841.80 yuan; half of it 1,920.90; the agency's part 576.27.
    of_host, of_agency = found[f"host:{sold.first.host_id}"], found[f"agency:{sold.agency_id}"]
    assert (of_host.closing_fen, of_host.tax_fen) == (134_463, 10_893)
    assert of_agency.closing_fen == 57_627
    assert "1,344.63" in cashier.see("/desk/commissions?period=2026-11")
    page = road.visit(sold.first.host).see(f"/commissions/{of_host.id}")
    for words in (
        sold.number,
        "最后一次点开的是",
        "净额的 50% × 主播分成 70%",
        "108.93",
        "1,235.70",
    ):
        assert words in page
    for reader, kind, payee in (
        (sold.first.host, "host", sold.first.host_id),
        (sold.clerk, "agency", sold.agency_id),
        (county.auditor, "host", sold.first.host_id),
    ):
        visitor = road.visit(reader)
        number = found[f"{kind}:{payee}"].number
        assert number in visitor.see(f"/{kind}/{payee}/settlements")
        assert number in visitor.see(f"/{kind}/{payee}/statement?period=2026-11")


def test_what_came_to_nothing_is_struck_out_of_the_sum(road, session, county, sold):
    path = f"/host/{sold.first.host_id}/statement?period=2026-11"
    assert "已作废" not in road.visit(sold.first.host).see(path)
    _purchase, (order,) = sold_by_link(session, county, sold.first, (county.mushrooms, 10))
    given_back(session, county, order.id, 10, IN_DECEMBER)
    session.commit()
    page = road.visit(sold.first.host).see(path)
    amounts = re.findall(r'(<s>)?<span class="money[^"]*">¥([\d,.]+)</span>(?:</s>)?<br>', page)
    assert sorted(amounts) == [("", "1,344.63"), ("<s>", "224.11")]
    assert "¥1,344.63" in page.partition("这个月合计")[2][:80]
    assert "已作废的划去,不算在内" in page


def test_nobody_else_sees_it(road, county, sold):
    _cashier, found = settled(road, county)
    ids = [one.id for one in found.values()]
    for other in (sold.second.host, county.clerk, county.shopper, county.buyer):
        visitor = road.visit(other)
        for path in (
            *(f"/commissions/{one}" for one in ids),
            *(f"/commissions/{one}/file.csv" for one in ids),
            f"/host/{sold.first.host_id}/settlements",
            f"/host/{sold.first.host_id}/statement",
            f"/host/{sold.first.host_id}/statement.csv",
            f"/agency/{sold.agency_id}/statement",
        ):
            visitor.see(path, 404)
        visitor.send(f"/commissions/{ids[0]}/invoice", 404, number=TWENTY)
    # The agency has its own part, not the host's.
    road.visit(sold.clerk).see(f"/host/{sold.first.host_id}/statement", 404)
    for path in ("/commissions/999", "/host/999/statement", f"/host/{'9' * 18}/settlements"):
        road.visit(county.cashier).see(path, 404)


def test_files_say_order_goods_reason_rate_share_and_tax(road, county, sold):
    _cashier, found = settled(road, county)
    visitor = road.visit(sold.first.host)
    of_host = found[f"host:{sold.first.host_id}"]
    text = visitor.client.get(f"/commissions/{of_host.id}/file.csv").text
    for words in (
        sold.number,
        "椴木香菇",
        "3841.80",
        "净额的 50% × 主播分成 70%",
        "1344.63",
        "544.63",
        "108.93",
        "1235.70",
    ):
        assert words in text
    month = f"/host/{sold.first.host_id}/statement"
    assert "秋菇专场" in visitor.client.get(f"{month}.csv?period=2026-11").text
    for path in (f"/commissions/{of_host.id}/file.xlsx", f"{month}.xlsx?period=2026-11"):
        answer = visitor.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
    visitor.see(f"{month}.exe", 404)
    for name in ("王芳", "13800000000"):
        assert name not in text


def test_an_agency_is_paid_after_its_invoice_and_a_second_click_changes_nothing(road, county, sold):
    cashier, found = settled(road, county)
    one = found[f"agency:{sold.agency_id}"].id
    page = f"/commissions/{one}"
    assert "登记这张结算单的数电票号码" in cashier.send(f"/desk{page}/pay", 409).text
    clerk = road.visit(sold.clerk)
    for typed in ("", "123", *STRANGE):
        refused = clerk.send(f"{page}/invoice", 422, number=typed).text
        assert "数电票号码是 20 位数字" in refused
    cashier.send(f"{page}/invoice", 403, number=TWENTY)
    assert f"{page}/invoice" in clerk.see(page)
    assert f"{page}/invoice" not in cashier.see(page)
    clerk.send(f"{page}/invoice", number=TWENTY)
    clerk.send(f"{page}/invoice", number=TWENTY)
    seen = clerk.see(page)
    for words in ("01234567890123456789", "接下来由运营中心申请付款", "等运营中心申请付款"):
        assert words in seen
    cashier.send(f"/desk{page}/pay")
    assert "已经在付款中" in cashier.send(f"/desk{page}/pay", 409).text
    assert "不能再改" in clerk.send(f"{page}/invoice", 409, number="9" * 20).text
    assert sorted(road.look(select(Payout.amount_fen))) == [57_627, 123_570]
    session = road.session
    assert reconcile(session) == []
    session.rollback()


def test_percentages_say_of_what_they_are(road, county, sold):
    _cashier, found = settled(road, county)
    of_agency = found[f"agency:{sold.agency_id}"].id
    clerk = road.visit(sold.clerk)
    words = "净额的 50% × 机构分成 30%"
    assert words in clerk.see(f"/commissions/{of_agency}")
    assert words in clerk.see(f"/agency/{sold.agency_id}/statement?period=2026-11")


def test_what_waited_since_earlier_months_is_said_apart(road, county, sold, clock):
    clock.advance(days=31)
    cashier = road.visit(county.cashier)
    cashier.send("/desk/commissions", period="2026-12")
    one = road.look(select(CommissionSettlement).order_by(CommissionSettlement.id))[0]
    visitor = road.visit(sold.first.host)
    assert "其中 2026-11" in visitor.see(f"/commissions/{one.id}")
    assert "其中 2026-11,1344.63" in visitor.client.get(f"/commissions/{one.id}/file.csv").text


def test_payouts_name_what_they_are_for_and_are_called_off(road, county, sold):
    cashier, _found = settled(road, county)
    assert "佣金结算" in cashier.see("/desk/payouts")
    payout = road.look(select(Payout))[0]
    answer = cashier.send("/desk/payouts", payout=[str(payout.id)])
    assert "佣金结算" in cashier.see(answer.location)
    cashier.send(f"{answer.location}/discard")
    cashier.send(f"/desk/payouts/{payout.id}/cancel")
    assert "仍欠主播或机构" in cashier.see("/desk/payouts")
    assert road.look(select(Payout.state)) == ["CANCELLED"]


@pytest.mark.parametrize("period", ["", "2026-12", "2027-01", "x" * 10_000, "2026-11\x00"])
def test_a_month_that_cannot_be_settled_is_told_in_words(road, county, sold, period):
    road.visit(county.cashier).send("/desk/commissions", 422, period=period)
    assert road.look(select(CommissionSettlement)) == []


def test_the_worker_settles_whom_the_cashier_does_not_wait_for(
    app, road, county, sold, monkeypatch
):
    monkeypatch.setattr("marketplace.desk.routes.settling.WHILE_WAITING", 1)
    _cashier, found = settled(road, county)
    assert list(found) == [f"host:{sold.first.host_id}"]
    wanted = select(OutboxMessage).where(OutboxMessage.job == FREEZE_COMMISSION_JOB)
    (asked,) = road.look(wanted)
    job = list_jobs(app.config["SETTINGS"])[FREEZE_COMMISSION_JOB]
    for _ in range(2):
        job.effect(road.session, asked.payload, IN_DECEMBER)
        road.session.commit()
    payees = road.look(select(CommissionSettlement.payee).order_by(CommissionSettlement.id))
    assert payees == [f"host:{sold.first.host_id}", f"agency:{sold.agency_id}"]


def test_readers_of_the_desk_change_nothing(road, county, sold):
    _cashier, found = settled(road, county)
    one = found[f"agency:{sold.agency_id}"].id
    auditor = road.visit(county.auditor)
    for page in ("/desk/commissions", f"/commissions/{one}", "/desk/disputes"):
        assert "csrf_token" not in auditor.see(page).partition("<main")[2].partition("</main")[0]
    auditor.send(f"/commissions/{one}/invoice", 403, number=TWENTY)
    for path in ("/desk/commissions", f"/desk/commissions/{one}/pay"):
        auditor.send(path, 403)
        road.visit(county.operator).send(path, 403)
    road.visit(sold.first.host).see("/desk/commissions", 403)


def test_a_statement_shows_every_state_with_its_reason(road, county, session, clock, sold):
    later = clock()
    live = hold_session(
        session,
        county,
        county.mushrooms,
        rate_ppm=500_000,
        started_at=later - timedelta(hours=1),
        host=(sold.first.host_id, sold.first.host),
    )
    purchase, orders = bought(session, county, (county.mushrooms, 1), code=live.host_id, now=later)
    finished(session, county, purchase, orders, later)
    bought(session, county, (county.mushrooms, 2), code=live.host_id, now=later)
    session.commit()
    page = road.visit(sold.first.host).see(f"/host/{sold.first.host_id}/statement")
    for words in ("待验收", "预计佣金", "结算时填了", "什么时候付"):
        assert words in page
    november = f"/host/{sold.first.host_id}/statement?period=2026-11"
    visitor = road.visit(sold.first.host)
    assert "可结算" in visitor.see(november)
    settled(road, county)
    assert "已结算" in visitor.see(november)
    for period in ("", "2026-13", "1999-01", "x" * 10_000, "%00"):
        visitor.see(f"/host/{sold.first.host_id}/statement?period={period}")
