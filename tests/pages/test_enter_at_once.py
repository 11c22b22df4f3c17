"""Enter in a line of text does nothing that is final: recalls, ends, takes back, suspends."""

from tests.livestream.sessions import a_host, hold_session
from tests.pages.test_enter import by_enter
from tests.pages.test_offline import typed
from tests.walk.markup import Page, words_of


def _names(form, field):
    return any(one.get("name") == field for one in form.iter("input"))


def test_enter_recalls_no_batch(road, county):
    page = f"/batches/{county.mushrooms.batch_id}/recall"
    assert by_enter(road.visit(county.clerk).see(page), page) is None


def test_enter_takes_no_certificate_back(road, county, certifiers):
    number = f"鄂扶 {county.mushrooms.product_id}"
    html = road.visit(certifiers[0]).see(f"/desk/certificates?number={number}")
    form = next(one for one in Page(html).elements if one.tag == "form" and _names(one, "effect"))
    assert by_enter(html, form.attrib["action"]) is None


def test_enter_suspends_no_host(road, county, session):
    a_host(session, "YUNXIA", "host@test")
    session.commit()
    html = road.visit(county.operator).see("/desk/hosts/1")
    assert by_enter(html, "/desk/hosts/1/suspend") is None


def test_enter_takes_no_receipt_and_no_offline_purchase_back(road, county):
    buyer, finance, centre = map(road.visit, (county.buyer, county.finance, county.operator))
    form = f"/unit/{county.unit_id}/offline/new?producer={county.producer_id}"
    buyer.send(form, **typed(county))
    finance.send("/offline/1/check")
    centre.send("/offline/1/verify")
    assert by_enter(centre.see("/offline/1"), "/offline/1/reverse") is None


def test_enter_ends_no_campaign(road, county):
    centre = road.visit(county.operator)
    told = {"kind": "FAIR", "name": "年货节", "from_on": "2026-11-20", "until_on": "2026-12-20"}
    centre.send("/desk/campaigns", **told)
    html = centre.see("/desk/campaigns/1")
    assert by_enter(html, "/desk/campaigns/1/end") is None


def test_a_session_is_ended_by_a_second_press_only(road, county, session):
    held = hold_session(session, county, county.mushrooms)
    page = f"/host/sessions/{held.session_id}"
    elements = Page(road.visit(held.host).see(page)).elements
    form = next(one for one in elements if one.get("action") == f"{page}/end")
    opened = next(form.iter("details"))
    assert [words_of(one) for one in form.iter("button")] == ["确认下播"]
    assert list(opened.iter("button")) == list(form.iter("button"))


def test_enter_checks_a_list_for_gifts_and_makes_no_purchase_of_it(road, county):
    page = f"/unit/{county.unit_id}/gifts"
    sent = {"list": "王小明\t办公室\t\t椴木香菇\n", "step": "check"}
    html = road.visit(county.buyer).send(page, 200, **sent).text
    assert "生成采购单" in html
    assert by_enter(html, page) == "核对"
