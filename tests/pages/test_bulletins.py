"""Bulletins at the desk, and as units read them."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy.orm import Session

from marketplace.bulletin.commands import draft_bulletin, publish_bulletin, sign_bulletin
from tests.conftest import FrozenClock
from tests.county import County
from tests.ordering.steps import completed
from tests.pages.conftest import Visit

COUNTY = "420304"


@pytest.fixture
def bulletin_id(session: Session, county: County, clock: FrozenClock) -> int:
    completed(session, county, county.wish((county.mushrooms, 2)))
    clock.now += timedelta(days=10)
    made = draft_bulletin(session, county.cashier, (COUNTY, "2026-11"), clock.now)
    session.commit()
    return made.id


def test_there_is_one_bulletin_a_month_and_that_is_said(county, visit, bulletin_id, clock):
    clock.advance(minutes=5)
    writer = visit(county.cashier)
    address = writer.send("/desk/bulletins", period="2026-11").location
    assert address == f"/desk/bulletins/{bulletin_id}"
    assert "这个月已经有一份" in writer.see(address)


def test_a_bulletin_goes_from_draft_to_the_units(
    county: County, visit: Visit, bulletin_id: int
) -> None:
    writer, signer, reader = visit(county.cashier), visit(county.operator), visit(county.buyer)
    page = f"/desk/bulletins/{bulletin_id}"
    writer.send("/desk/bulletins", period="2026-11")
    assert "区财政局" in writer.see(page)
    assert "不能自己签发" in writer.see(page)
    writer.send(page, turn="1", title="十一月通报", words="请抓紧。")
    reader.see(f"/bulletins/{bulletin_id}", 404)
    signer.send(f"{page}/sign")
    signer.send(f"{page}/publish")
    read = reader.see(f"/bulletins/{bulletin_id}")
    assert "十一月通报" in read
    assert "128.06" in read
    assert "十一月通报" in reader.see("/bulletins")
    assert "128.06" in reader.see(f"/bulletins/{bulletin_id}/table.csv")
    papers = f"/papers?object=bulletin:{bulletin_id}"
    assert papers in read
    assert f'href="/bulletins/{bulletin_id}"' in reader.see(papers)
    sheet = reader.client.get(f"/bulletins/{bulletin_id}/table.xlsx")
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("title", ""), ("title", "长" * 121), ("words", "a\x00b"), ("turn", "1.5"), ("turn", "0")],
)
def test_what_cannot_be_saved_is_named_and_kept(
    county: County, visit: Visit, bulletin_id: int, field: str, typed: str
) -> None:
    form = {"turn": "1", "title": "通报", "words": "我写的话", field: typed}
    answer = visit(county.cashier).send(f"/desk/bulletins/{bulletin_id}", 422, **form)
    assert "我写的话" in answer.text or field == "words"


def test_a_change_that_comes_second_keeps_what_was_typed(
    county: County, visit: Visit, bulletin_id: int
) -> None:
    page = f"/desk/bulletins/{bulletin_id}"
    visit(county.cashier).send(page, turn="1", title="甲", words="甲的话")
    late = visit(county.operator).send(page, 409, turn="1", title="乙", words="乙的话")
    assert "乙的话" in late.text


@pytest.mark.parametrize("step", ["", "/refresh", "/sign", "/publish", "/reopen"])
def test_the_auditor_reads_and_changes_nothing(
    county: County, visit: Visit, bulletin_id: int, step: str
) -> None:
    auditor = visit(county.auditor)
    auditor.see(f"/desk/bulletins/{bulletin_id}")
    auditor.send(f"/desk/bulletins/{bulletin_id}{step}", 403, turn="1", title="x", words="x")


def test_others_see_no_bulletin(county: County, visit: Visit, bulletin_id: int) -> None:
    for person in (county.clerk, county.shopper):
        visit(person).see("/bulletins", 403)
        visit(person).see(f"/desk/bulletins/{bulletin_id}", 403)


def test_the_public_is_asked_to_log_in(visit: Visit, bulletin_id: int) -> None:
    visit(None).see(f"/bulletins/{bulletin_id}", 302)


def test_a_published_issue_is_what_was_signed(
    county: County, visit: Visit, bulletin_id: int, session: Session, clock: FrozenClock
) -> None:
    place = (COUNTY, bulletin_id)
    issue = sign_bulletin(session, county.operator, place, clock.now)
    publish_bulletin(session, county.operator, place, clock.now)
    session.commit()
    assert issue.sha256 in visit(county.buyer).see(f"/bulletins/{bulletin_id}")


def wording(page: str) -> dict[str, str]:
    """The form as a browser would send it, its lines ended as browsers end them."""
    words = page.partition('name="words"')[2].partition(">")[2].partition("</textarea>")[0]
    title = page.partition('" id="title"')[0].rpartition('value="')[2]
    turn = page.partition('name="turn" value="')[2].partition('"')[0]
    return {"turn": turn, "title": title, "words": unescape(words).replace("\n", "\r\n")}


def test_nothing_is_signed_while_typed_words_are_unsaved(
    county: County, visit: Visit, bulletin_id: int
) -> None:
    page, signer = f"/desk/bulletins/{bulletin_id}", visit(county.operator)
    seen = wording(signer.see(page))
    answer = signer.send(f"{page}/sign", 409, **{**seen, "words": "我改的话"})
    assert "还没有保存" in answer.text
    assert "我改的话</textarea>" in answer.text
    answer = signer.send(f"{page}/sign", 409, **{**seen, "turn": "7"})
    assert "有人改过" in answer.text
    signer.send(f"{page}/sign", **seen)


def test_new_figures_save_what_was_typed(county: County, visit: Visit, bulletin_id: int) -> None:
    page, writer = f"/desk/bulletins/{bulletin_id}", visit(county.cashier)
    seen = wording(writer.see(page))
    answer = writer.send(f"{page}/refresh", 422, **{**seen, "title": "", "words": "我改的话"})
    assert "我改的话</textarea>" in answer.text
    writer.send(f"{page}/refresh", **{**seen, "words": "我改的话"})
    assert "我改的话</textarea>" in writer.see(page)


def test_a_units_page_leads_to_its_bulletins(county: County, visit: Visit) -> None:
    assert 'href="/bulletins"' in visit(county.buyer).see(f"/unit/{county.unit_id}")
