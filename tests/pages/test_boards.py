"""Boards and reports on the pages of host, agency, county and everyone."""

import csv
import io
import json
import subprocess
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import update

from benchmarks.statements import counted
from marketplace.core.db import Base
from marketplace.core.identity import OrganisationKind, Role
from marketplace.livestream.commands import record as sessions
from marketplace.ordering import commands as ordering
from tests.commission.road import bought, sold_by_link
from tests.county import START, person
from tests.livestream.sessions import a_host, add, an_agency, hold_session

COMMISSION = 12_806 // 10
LIVE = Base.metadata.tables["live_session"]


@pytest.fixture
def held(session, county):
    held = hold_session(session, county, county.mushrooms, county.noodles)
    sold_by_link(session, county, held, (county.mushrooms, 2))
    session.commit()
    return held


@pytest.fixture
def stranger(session):
    """The host of other sessions."""
    _host_id, identity = a_host(session, "OTHER", "other@test")
    session.commit()
    return identity


def told(visitor, path, **headers):
    return visitor.client.get(path, headers=headers)


def test_the_hosts_board_shows_everything_and_works_without_a_script(visit, held):
    page = visit(held.host).see(f"/host/sessions/{held.session_id}/board")
    assert 'data-yuan="commission_fen"><i>¥</i><b>12</b><small>.80</small>' in page
    assert 'data-yuan="amount_fen"><i>¥</i><b>128</b><small>.06</small>' in page
    assert "最忙的一分钟是" in page
    assert '<a href="">刷新</a>' in page


def test_everyone_sees_the_board_without_commission(visit, held):
    page = visit(None).see(f"/live/{held.session_id}")
    assert "会沟村" in page
    assert "佣金" not in page
    figures = told(visit(None), f"/live/{held.session_id}.json").get_json()
    assert (figures["orders"], figures["amount_fen"], figures["villages"]) == (1, 12_806, 2)
    assert not [name for name in figures if "commission" in name or name.startswith("host_")]


@pytest.mark.parametrize("path", ["board", "board.json", "report", "report.csv"])
def test_only_the_hosts_side_and_the_centre_see_what_is_earned(
    session, county, visit, held, stranger, path
):
    agency_id = an_agency(session, held.host_id, 300_000)
    agent = person(session, "agent@test", (OrganisationKind.AGENCY, agency_id, Role.CLERK))
    session.commit()
    address = f"/host/sessions/{held.session_id}/{path}"
    for identity in (held.host, agent, county.operator, county.auditor):
        visit(identity).see(address)
    for identity in (stranger, county.shopper, county.clerk):
        visit(identity).see(address, 404)
    # Nobody in particular is asked to log in first.
    visit(None).see(address, 302)


def test_figures_that_stay_are_not_sent_again(visit, held):
    address = f"/live/{held.session_id}.json"
    # Also where somebody is logged in, so that a proxy keeps one answer for all.
    first = told(visit(held.host), address)
    assert "Vary" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=1, s-maxage=1"
    assert "Set-Cookie" not in first.headers
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = told(visit(None), address, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_an_order_is_told_within_half_a_second(session, county, visit, held, clock):
    address, viewer = f"/live/{held.session_id}.json", visit(None)
    assert told(viewer, address).get_json()["orders"] == 1
    bought(session, county, (county.noodles, 1), code=held.host_id)
    session.commit()
    # Within this time the process answers without looking.
    assert told(viewer, address).get_json()["orders"] == 1
    clock.advance(milliseconds=401)
    assert told(viewer, address).get_json()["orders"] == 2
    # The host's own figures are always those of this instant.
    mine = told(visit(held.host), f"/host/sessions/{held.session_id}/board.json").get_json()
    assert (mine["orders"], mine["commission_fen"]) == (2, COMMISSION + 199)


@pytest.mark.parametrize("state", ["WAITING", "REFUSED"])
def test_what_the_county_has_not_passed_is_on_no_screen(session, visit, held, state):
    session.execute(update(LIVE).values(check_state=state))
    session.commit()
    visit(None).see(f"/live/{held.session_id}", 404)
    visit(None).see(f"/live/{held.session_id}.json", 404)
    visit(held.host).see(f"/host/sessions/{held.session_id}/board")


@pytest.mark.parametrize("number", ["0", "999999", str(10**18), "9" * 30, "-1", "1.5"])
def test_numbers_that_name_no_session_are_not_found(visit, held, county, number):
    for path in (f"/live/{number}", f"/live/{number}.json"):
        visit(None).see(path, 404)
    visit(county.operator).see(f"/desk/sessions/{number}/report", 404)
    visit(county.operator).see(f"/desk/sessions/{number}/record.zip", 404)


def test_a_session_that_was_never_held_says_so(session, county, visit):
    host_id, host = a_host(session)
    soon = START + timedelta(days=1)
    planned = add(
        session,
        "live_session",
        host_id=host_id,
        county_code="420304",
        title="明天的专场",
        starts_at=soon,
        ends_at=soon + timedelta(hours=2),
        state="PLANNED",
        check_state="NOT_NEEDED",
        created_by=host.person_id,
        created_at=START,
    )
    session.commit()
    assert "还没有人下单" in visit(None).see(f"/live/{planned}")
    assert told(visit(None), f"/live/{planned}.json").get_json()["per_minute"] == []
    assert "开播以后才有数" in visit(host).see(f"/host/sessions/{planned}/report")
    archive = told(visit(county.operator), f"/desk/sessions/{planned}/record.zip")
    assert archive.status_code == 200


def test_the_report_of_a_session_leads_from_the_click_to_the_money(session, county, visit, held):
    link = held.links[county.mushrooms.product_id]
    add_clicks(session, link, clicks=40, left_out=3)
    purchase, _orders = bought(session, county, (county.mushrooms, 1), code=held.host_id)
    ordering.cancel_purchase(session, county.shopper, purchase.id, "买错了", START)
    session.commit()
    page = visit(held.host).see(f"/host/sessions/{held.session_id}/report")
    assert "其中 1 单经链接,转化率 2.5%" in page
    assert "另有 3 次不算人点的" in page
    assert "下单 ¥192.09" in page
    rows = table(visit(held.host), f"/host/sessions/{held.session_id}/report.csv")
    assert [row["商品"] for row in rows] == ["椴木香菇", "红薯粉条", "合计"]
    assert rows[0]["现存金额(元)"] == "128.06"
    assert rows[0]["转化率(%)"] == "2.50"
    villages = table(visit(held.host), f"/host/sessions/{held.session_id}/report.csv?by=village")
    assert {row["村"]: row["已入账金额(元)"] for row in villages} == {
        "白浪镇 会沟村": "42.69",
        "杨溪铺镇 云彩山村": "85.37",
        "合计": "128.06",
    }


def add_clicks(session, link, *, clicks, left_out):
    table = Base.metadata.tables["link_total"]
    session.execute(table.insert().values(link_id=link, hour=1, clicks=clicks, left_out=left_out))


def table(visitor, path):
    content = visitor.client.get(path).data
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("by", ["host", "session", "product", "month"])
def test_every_way_to_cut_the_report_has_the_same_sum(session, county, visit, held, by):
    second = hold_session(
        session,
        county,
        county.noodles,
        started_at=START - timedelta(hours=2),
        host=a_host(session, "SECOND", "second@host"),
    )
    sold_by_link(session, county, second, (county.noodles, 5))
    session.commit()
    rows = table(visit(county.operator), f"/desk/livestream.csv?by={by}")
    whole = rows.pop()
    assert (whole["订单"], whole["已入账金额(元)"], whole["村数"]) == ("2", "228.01", "2")
    assert sum(int(row["订单"]) for row in rows) == 2
    cents = [int(row["佣金(元)"].replace(".", "")) for row in rows]
    assert sum(cents) == int(whole["佣金(元)"].replace(".", "")) == COMMISSION + 999


def test_the_report_by_village_is_the_books(county, visit, held):
    rows = table(visit(county.auditor), "/desk/livestream.csv?by=village")
    assert rows[-1]["已入账金额(元)"] == "128.06"
    assert "白浪镇 会沟村" in visit(county.auditor).see("/desk/livestream?by=village")


def test_an_agency_reads_the_sum_of_its_hosts_and_of_nobody_else(
    session, county, visit, held, stranger
):
    agency_id = an_agency(session, held.host_id, 300_000)
    agent = person(session, "agent@test", (OrganisationKind.AGENCY, agency_id, Role.CLERK))
    session.commit()
    assert table(visit(agent), "/host/reports.csv?by=host")[0]["主播"] == "云霞说山货"
    assert "秋菇专场" in visit(agent).see("/host/reports")
    assert [row["编号"] for row in table(visit(stranger), "/host/reports.csv")] == [""]
    visit(stranger).see(f"/host/reports?host={held.host_id}", 404)
    visit(county.shopper).see("/host/reports", 403)
    visit(held.host).see("/desk/livestream", 403)


def test_days_filter_what_is_shown_and_what_is_taken_away(county, visit, held):
    centre = visit(county.operator)
    assert "秋菇专场" in centre.see("/desk/livestream?from=2026-11-23&to=2026-11-23")
    page = centre.see("/desk/livestream?from=2026-11-24&to=2026-12-31")
    assert "这段时间没有开播的场次" in page
    rows = table(centre, "/desk/livestream.csv?from=2026-11-24&to=2026-12-31")
    assert [row["场次"] for row in rows] == ["合计"]
    book = centre.client.get("/desk/livestream.xlsx?from=2026-11-23&to=2026-11-23")
    assert book.data[:2] == b"PK"


@pytest.mark.parametrize(
    "query",
    ["by=x", "from=gestern", "from=1999-01-01", "from=2026-11-02&to=2026-11-01", "host=-1"],
)
def test_filters_that_cannot_be_are_refused_by_name(county, visit, held, query):
    page = visit(county.operator).see(f"/desk/livestream?{query}", 422)
    assert "直播带货报表" in page
    visit(county.operator).see(f"/desk/livestream.csv?{query}", 422)


def test_what_is_typed_with_wide_digits_is_understood(county, visit, held):
    wide = "/desk/livestream?from=2026-11-23&to=2026-11-23"
    assert "秋菇专场" in visit(county.operator).see(wide)


def test_the_record_of_a_session_proves_itself(session, county, visit, held, tmp_path):
    sessions.end_session(session, held.host, held.session_id, START)
    session.commit()
    centre, address = visit(county.operator), f"/desk/sessions/{held.session_id}/record.zip"
    content = centre.client.get(address).data
    assert content == centre.client.get(address).data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    tables = ("entries", "goods", "links", "orders", "claims", "commission")
    assert names == {"SHA256SUMS", "record.json", *(f"{name}.csv" for name in tables)}
    check = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    subprocess.run(check, cwd=tmp_path, check=True, capture_output=True)
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["session"]["host_code"] == "YUNXIA"
    assert record["claims"][0]["reason"] == "最后一次点开的是「云霞说山货」在场次“秋菇专场”的链接。"
    assert record["goods"][0]["uscc"].startswith("91420304") or record["goods"][0]["uscc"]
    assert sum(entry["host_fen"] for entry in record["commission"]) == COMMISSION
    assert record["board"]["amount_fen"] == 12_806
    assert "王芳" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_only_the_centre_takes_the_record(county, visit, held):
    address = f"/desk/sessions/{held.session_id}/record.zip"
    visit(held.host).see(address, 403)
    visit(county.shopper).see(address, 403)


def test_the_hosts_desk_shows_what_is_on_and_what_it_earned(session, visit, held):
    page = visit(held.host).see("/host/")
    assert "正在直播:秋菇专场" in page
    assert f'href="/host/sessions/{held.session_id}/board"' in page
    assert "这个月的佣金 ¥12.80" in page
    sessions.end_session(session, held.host, held.session_id, START)
    session.commit()
    assert "还没有安排下一场" in visit(held.host).see("/host/")


def test_the_public_page_is_drawn_once_and_again_when_something_changed(
    session, county, visit, held, engine
):
    address, viewer = f"/live/{held.session_id}", visit(None)
    first = told(viewer, address)
    with counted(engine) as seen:
        assert told(viewer, address).headers["ETag"] == first.headers["ETag"]
    assert len(seen) <= 2
    bought(session, county, (county.noodles, 1), code=held.host_id)
    session.commit()
    assert told(viewer, address).headers["ETag"] != first.headers["ETag"]
