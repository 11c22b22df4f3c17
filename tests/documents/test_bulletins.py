"""The monthly bulletin on paper: what was signed, for whoever may read it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from marketplace.bulletin.commands import (
    draft_bulletin,
    edit_bulletin,
    publish_bulletin,
    reopen_bulletin,
    sign_bulletin,
)
from marketplace.core.errors import NotFound
from marketplace.documents.queries.bulletins import bulletin, get_issue
from marketplace.documents.rules.sheet import Yuan, freeze, thaw
from marketplace.units.models import OperationsCentre
from marketplace.units.queries import get_centre
from tests.documents.reading import pages_of_pdf
from tests.ordering.steps import completed

DECEMBER = datetime(2026, 12, 3, 4, tzinfo=UTC)
COUNTY = "420304"


@pytest.fixture
def published(session, county):
    """November, when the finance bureau bought for 128.06: signed and published."""
    completed(session, county, county.wish((county.mushrooms, 2)))
    drafted = draft_bulletin(session, county.cashier, (COUNTY, "2026-11"), DECEMBER)
    place = (COUNTY, drafted.id)
    wording = (
        drafted.turn,
        "十一月通报",
        "各单位注意进度。\n\n望抓紧。",
        {str(county.other_unit_id): "搬迁。"},
    )
    edit_bulletin(session, county.cashier, place, wording, DECEMBER)
    sign_bulletin(session, county.operator, place, DECEMBER)
    publish_bulletin(session, county.operator, place, DECEMBER)
    session.commit()
    return drafted


def test_it_ranks_the_units_names_who_lags_and_says_why(session, county, published):
    issue = get_issue(session, county.buyer, published.id)
    sheet = bulletin(session, issue, DECEMBER.date())
    (table,) = sheet.tables
    first, second = table.rows
    assert first[:6] == (1, "区财政局", Yuan(5_000_000), Yuan(12_806), "0.2%", Yuan(4_987_194))
    assert (second[0], second[3], second[-1]) == (2, Yuan(0), "搬迁。")
    assert table.total[2:5] == (Yuan(5_450_000), Yuan(12_806), "0.2%")
    assert sheet.clauses == ("各单位注意进度。", "望抓紧。")
    assert sheet.holder == get_centre(session, COUNTY).name
    assert sheet.is_told_first
    assert thaw(freeze(sheet)) == sheet
    assert ("签发内容的指纹", issue.sha256) in sheet.facts


@pytest.mark.parametrize(("area", "holder"), [("42", "消费帮扶运营中心"), ("51", "")])
def test_a_county_without_a_centre_of_its_own_has_its_bulletin_too(
    session, county, published, area, holder
):
    session.execute(update(OperationsCentre).values(county_code=area))
    session.commit()
    issue = get_issue(session, county.buyer, published.id)
    assert bulletin(session, issue, DECEMBER.date()).holder == holder


def test_it_is_printed_as_pdf(session, county, published, printed):
    paper = printed(county.buyer, "bulletin", f"bulletin:{published.id}")
    assert pages_of_pdf(paper.content) == 1


def test_what_is_not_published_is_for_the_centre_alone(session, county, published):
    place = (COUNTY, published.id)
    reopen_bulletin(session, county.operator, place, "一个单位的人数有误", DECEMBER)
    sign_bulletin(session, county.cashier, place, DECEMBER)
    session.commit()
    assert get_issue(session, county.operator, published.id).number == 2
    assert get_issue(session, county.buyer, published.id).number == 1
    for stranger in (county.clerk, county.shopper):
        with pytest.raises(NotFound):
            get_issue(session, stranger, published.id)
