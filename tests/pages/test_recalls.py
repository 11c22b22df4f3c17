"""Trace card, labels, test reports and recall in the browser."""

import io

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Batch, BatchReport
from marketplace.jobs import list_jobs
from marketplace.ordering.commands.recalls import SETTLE_JOB, SPREAD_JOB
from marketplace.uploads.models import Upload
from tests.conftest import settings_for
from tests.ordering.steps import completed

PDF = b"%PDF-1.4 report"


def code_of(road, pack):
    return road.look(select(Batch.code).where(Batch.id == pack.batch_id))[0]


def page_of(county):
    return f"/producer/{county.producer_id}/batches/{county.mushrooms.batch_id}"


def upload(visitor, county, status=302, content=PDF, name="r.pdf", **changes):
    fields = {"laboratory": "十堰市检验所", "tested_on": "2026-11-10", "nonce": "N1", **changes}
    if content is not None:
        fields["report"] = (io.BytesIO(content), name)
    return visitor.send(f"{page_of(county)}/reports", status, **fields)


def test_a_test_report_is_public_on_the_trace_card(visit, county, road):
    clerk = visit(county.clerk)
    upload(clerk, county)
    upload(clerk, county)
    assert len(road.look(select(BatchReport.upload_id))) == 1
    code = code_of(road, county.mushrooms)
    public = visit(None)
    assert "十堰市检验所" in public.see(f"/trace/{code}")
    report_id = road.look(select(BatchReport.upload_id))[0]
    answer = public.client.get(f"/trace/{code}/reports/{report_id}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_other_files_are_not_read_through_a_trace_card(visit, county, road):
    upload(visit(county.clerk), county)
    report_id = road.look(select(BatchReport.upload_id))[0]
    other = code_of(road, county.noodles)
    public = visit(None)
    public.see(f"/trace/{other}/reports/{report_id}", 404)
    public.see(f"/trace/{code_of(road, county.mushrooms)}/reports/987654", 404)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "r.pdf"),
        (b"<html><script>alert(1)</script>", "r.jpg"),
        (b"<svg onload='alert(1)'/>", "r.pdf"),
        (b"<?xml version='1.0'?><x/>", "r.pdf"),
        (b"MZ" + b"\x00" * 50, "../../r.pdf"),
        (None, ""),
    ],
)
def test_a_forged_report_is_refused_and_nothing_is_kept(visit, county, road, content, name):
    answer = upload(visit(county.clerk), county, 422, content, name)
    assert 'id="report-error"' in answer.text
    assert 'value="十堰市检验所"' in answer.text
    assert road.look(select(Upload.id)) == []


@pytest.mark.parametrize("day", ["", "2026-10-31", "2026-11-24", "gestern", "2026-13-01"])
def test_a_report_has_a_day_that_can_be(visit, county, day):
    answer = upload(visit(county.clerk), county, 422, tested_on=day)
    assert 'id="tested_on-error"' in answer.text


def test_nobody_adds_reports_to_the_batches_of_others(visit, county):
    upload(visit(county.other_clerk), county, 404)
    upload(visit(county.shopper), county, 403)


def test_labels_carry_the_code_to_the_trace_card(visit, county, road):
    clerk = visit(county.clerk)
    page = clerk.see(f"{page_of(county)}/labels?count=23")
    assert page.count("data:image/svg+xml") == 23
    assert f"/trace/{code_of(road, county.mushrooms)}" in page
    assert clerk.see(f"{page_of(county)}/labels?count=-1e9").count("label-trace") == 21
    visit(county.other_clerk).see(f"{page_of(county)}/labels", 404)


def test_the_trace_card_says_what_the_batch_brought_each_village(visit, county, road, session):
    completed(session, county, county.wish((county.mushrooms, 10)))
    session.commit()
    page = visit(None).see(f"/trace/{code_of(road, county.mushrooms)}")
    assert "这一批给村里带来了" in page
    assert "213.43" in page
    assert "426.87" in page
    assert "640.30" in page
    assert f"鄂扶 {county.mushrooms.product_id}" in page


def test_a_recall_is_one_click_and_the_card_is_red_at_once(visit, county, road):
    order_id = road.place((county.mushrooms, 3))
    code = code_of(road, county.mushrooms)
    path = f"/batches/{county.mushrooms.batch_id}/recall"
    public, operator = visit(None), visit(county.operator)
    assert "召回:" not in public.see(f"/trace/{code}")
    assert operator.client.get(f"/desk/recalls?code={code}").location.endswith(path)
    assert road.order(order_id).number in operator.see(path)
    answer = operator.send(path, 422, reason="")
    assert 'id="reason-error"' in answer.text
    operator.send(path, reason="抽检不合格")
    operator.send(path, reason="再点一次")
    card = public.see(f"/trace/{code}")
    assert "notice-bad" in card
    assert "抽检不合格" in card
    assert "再买一些" not in card
    assert "召回这个批次" not in operator.see(path)
    assert "抽检不合格" in operator.see("/desk/recalls")
    assert "已召回" in visit(county.clerk).see(f"/producer/{county.producer_id}/batches")


def test_who_may_look_and_who_may_recall(visit, county):
    path = f"/batches/{county.mushrooms.batch_id}/recall"
    visit(county.other_clerk).see(path, 404)
    visit(county.shopper).see(path, 403)
    auditor = visit(county.auditor)
    assert "召回这个批次" not in auditor.see(path)
    auditor.send(path, 403, reason="x")
    visit(county.clerk).send(path, reason="自查发现包装破损")
    visit(county.clerk).see("/batches/987654321/recall", 404)
    visit(county.operator).see("/desk/recalls?code=%00nonsense")


def test_the_worker_knows_the_jobs_of_a_recall(tmp_path):
    jobs = list_jobs(settings_for("sqlite://", tmp_path))
    assert {SPREAD_JOB, SETTLE_JOB} <= set(jobs)
