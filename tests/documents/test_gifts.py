"""The union's sign-off list: everyone who gets something, by name, for their own unit alone."""

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.money import capital_yuan
from marketplace.documents.rules.kinds import PaperNotYet
from marketplace.ordering import commands as ordering
from tests.county import START
from tests.documents.asking import ask
from tests.documents.reading import pages_of_pdf, rows_of_workbook
from tests.ordering.gifts import HOME, gift_wish, person, placed_gifts
from tests.ordering.steps import accepted, completed, orders_of, paid


@pytest.fixture
def listed(session, county):
    purchase = placed_gifts(
        session,
        county,
        person("王小明", (county.mushrooms, 1), (county.noodles, 2)),
        person("李梅", (county.mushrooms, 2), address=HOME),
    )
    session.commit()
    return purchase


def test_the_list_has_a_row_to_sign_for_everyone_and_its_sums(county, listed, printed):
    about = f"gifts:{listed.id}"
    rows = rows_of_workbook(printed(county.buyer, "gift_sign_off", about, "xlsx").content)
    heads = ["序号", "姓名", "部门", "慰问品", "份数", "金额(元)", "签名", "日期"]
    start = next(number for number, row in enumerate(rows) if row[:8] == heads)
    assert rows[start + 1][:6] == [
        1.0,
        "王小明",
        "办公室",
        "椴木香菇 500 克 ×1、红薯粉条 500 克 ×2",
        3.0,
        104.01,
    ]
    assert rows[start + 2][1:6] == ["李梅", "办公室", "椴木香菇 500 克 ×2", 2.0, 128.06]
    assert rows[start + 3][:6] == ["合计", "2 人", "", "", 5.0, 232.07]
    words = [str(cell) for row in rows for cell in row]
    assert capital_yuan(23_207) in words
    assert "13912345678" not in words
    assert HOME not in " ".join(words)
    assert pages_of_pdf(printed(county.finance, "gift_sign_off", about).content) == 1


def test_what_was_cancelled_is_not_signed_for(session, county, listed, printed):
    first, _second = orders_of(session, listed.id)
    ordering.decline(session, county.clerk, first.id, "没有货", START)
    session.commit()
    about = f"gifts:{listed.id}"
    rows = rows_of_workbook(printed(county.buyer, "gift_sign_off", about, "xlsx").content)
    assert ["合计", "1 人", "", "", 2.0, 39.98] in [row[:6] for row in rows]


def test_a_completed_list_still_names_people_for_the_unions_books(session, county, listed, printed):
    for order in orders_of(session, listed.id):
        accepted(session, county, order)
    paid(session, county, listed)
    session.commit()
    about = f"gifts:{listed.id}"
    rows = rows_of_workbook(printed(county.finance, "gift_sign_off", about, "xlsx").content)
    assert "王小明" in [row[1] for row in rows]


def test_only_the_units_office_has_it(session, county, listed):
    for one in (county.auditor, county.operator, county.clerk, county.stranger, county.shopper):
        with pytest.raises(NotFound):
            ask(session, one, "gift_sign_off", f"gifts:{listed.id}")
        session.rollback()


def test_it_waits_for_the_approval_and_for_a_list(session, county):
    wish = gift_wish(county, person("王小明", (county.noodles, 1)))
    draft = ordering.draft_gifts(session, county.buyer, wish, START)
    session.commit()
    with pytest.raises(PaperNotYet):
        ask(session, county.buyer, "gift_sign_off", f"gifts:{draft.id}")
    session.rollback()
    purchase, _orders = completed(session, county, county.wish((county.noodles, 1)))
    session.commit()
    with pytest.raises(NotFound):
        ask(session, county.buyer, "gift_sign_off", f"gifts:{purchase.id}")
