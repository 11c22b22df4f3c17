"""The pages on which papers are issued, looked after and checked by anyone."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.documents.models import Paper
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.models import BudgetUnit
from tests.county import County
from tests.documents.conftest import work  # noqa: F401
from tests.ordering.steps import completed
from tests.pages.conftest import Road


@pytest.fixture
def purchase_id(session, county):
    purchase, _orders = completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    return purchase.id


def number_of(session):
    number = session.scalar(select(Paper.number).order_by(Paper.id.desc()))
    session.rollback()
    return number


def test_a_paper_is_issued_looked_after_and_taken_away(county, visit, purchase_id, work):  # noqa: F811
    buyer, about = visit(county.buyer), f"purchase:{purchase_id}"
    assert f"/papers?object={about}" in buyer.see(f"/purchases/{purchase_id}")
    assert "审批单" in buyer.see(f"/papers?object={about}")
    paper = buyer.send("/papers", kind="approval_sheet", object=about, format="pdf").location
    waiting = buyer.see(paper)
    assert 'hx-trigger="every 2s"' in waiting
    assert "采购审批单" in waiting
    buyer.see(f"{paper}/file", 404)
    work()
    done = buyer.see(paper)
    assert "hx-trigger" not in done
    answer = buyer.client.get(f"{paper}/file")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"%PDF-")
    assert f'href="{paper}/file"' in buyer.see(f"/papers?object={about}")


def test_anyone_checks_a_certificate_by_its_number(session, county, visit, purchase_id):
    about = f"purchase:{purchase_id}"
    form = {"kind": "purchase_certificate", "object": about, "format": "pdf"}
    visit(county.finance).send("/papers", **form)
    number, public = number_of(session), visit(None)
    page = public.see(f"/verify/{number}")
    assert "这份证明是真的" in page
    assert "128.06" in page
    assert "会沟村" in page
    assert public.client.get(f"/verify?no={number.lower()}").location.endswith(number.lower())
    assert "没有这个编号" in public.see("/verify/ABCDEFGHJKMN", 404)
    assert "没有这个编号" in public.see("/verify/%00", 404)
    public.see("/verify/" + "A" * 10_000, 404)
    assert "证明编号" in public.see("/verify")


def test_another_paper_is_not_checked_in_public(session, county, visit, purchase_id):
    form = {"kind": "purchase_order", "object": f"purchase:{purchase_id}", "format": "pdf"}
    visit(county.finance).send("/papers", **form)
    visit(None).see(f"/verify/{number_of(session)}", 404)


def test_strangers_and_nonsense(county, visit, purchase_id):
    about = f"purchase:{purchase_id}"
    form = {"kind": "purchase_order", "object": about, "format": "pdf"}
    paper = visit(county.buyer).send("/papers", **form).location
    stranger = visit(county.stranger)
    for path in (paper, f"{paper}/file", f"/papers?object={about}", "/papers/999999"):
        stranger.see(path, 404)
    stranger.send("/papers", 404, **form)
    buyer = visit(county.buyer)
    for wrong in ("", "purchase", "purchase:x", "purchase:1\x00", "a" * 10_000):
        buyer.see(f"/papers?object={wrong}", 422)
        buyer.send("/papers", 422, **{**form, "object": wrong})
    buyer.send("/papers", 422, **{**form, "format": "doc"})
    buyer.send("/papers", 422, **{**form, "kind": ""})
    order_form = {"kind": "contract", "object": f"unit:{county.unit_id}/2026", "format": "pdf"}
    buyer.send("/papers", 422, **order_form)


@pytest.mark.parametrize("who", ["buyer", "auditor"])
def test_the_papers_of_a_year_and_of_a_producer(county, visit, purchase_id, who):
    year = visit(getattr(county, who)).see(f"/papers?object=unit:{county.unit_id}/2026")
    assert "年度审计资料包" in year
    month = visit(county.clerk).see(f"/papers?object=producer:{county.producer_id}/2026-11")
    assert "供应商对账单" in month


def test_paper_and_page_name_one_account_to_pay_into(
    county: County, road: Road, session: Session
) -> None:
    """That of the deployment's own county, also where the unit's county has its own centre."""
    order_id = road.place((county.mushrooms, 2))
    purchase_id = road.order(order_id).purchase_id
    buyer = road.visit(county.buyer)
    buyer.send(f"/purchases/{purchase_id}/payments", method="bank_transfer")
    create_centre(session, NewCentre("中心", "420303", "户名", "6999", "农商行"))
    moved = update(BudgetUnit).where(BudgetUnit.id == county.unit_id)
    session.execute(moved.values(division_code="420303000000"))
    session.commit()
    wanted = {"kind": "payment_notice", "object": f"purchase:{purchase_id}", "format": "pdf"}
    paper = buyer.send("/papers", **wanted).location
    for path in (f"/purchases/{purchase_id}", paper):
        page = buyer.see(path)
        assert ("6222000011112222" in page, "6999" in page) == (True, False), path
