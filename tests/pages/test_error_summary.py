"""What stands above a refused form names each field as the form does, and leads to it."""

import re
from html import unescape

import pytest

from tests.county import County
from tests.pages.conftest import Road

# Who fills in which form of which package how, and how the summary calls the fields.
FORMS = [
    ("clerk", "/producer/{producer}/products", {}, {"品名", "品类", "规格 1 · 规格名称"}),
    ("clerk", "/producer/{producer}/freight", {"regions-1": "湖北"}, {"规则 1 · 怎么算"}),
    ("clerk", "/account/producer/{producer}/accounts", {}, {"户名", "开户行"}),
    ("clerk", "/producer/{producer}/workshops", {}, {"车间名称", "车间所在的村"}),
    ("operator", "/desk/announcements", {}, {"标题", "正文"}),
    ("operator", "/desk/outlets", {}, {"名称"}),
    ("shopper", "/host/apply?kind=host", {"kind": "HOST"}, {"主播名", "联系电话"}),
    ("buyer", "/unit/{unit}/offline/new?producer={producer}", {}, {"发票号码"}),
    (None, "/password/forgotten", {}, {"登录名"}),
]


def lines_of(page: str) -> list[tuple[str, str]]:
    """(where it leads, what it says) of each line of the summary."""
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    found = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', summary)
    assert len(found) == summary.count("<li>") > 0, summary
    return [(place, unescape(words)) for place, words in found]


@pytest.mark.parametrize(("who", "path", "fields", "named"), FORMS)
def test_each_line_names_its_field_and_leads_to_it(
    county: County, road: Road, who: str | None, path: str, fields: dict[str, str], named: set[str]
) -> None:
    person = getattr(county, who) if who else None
    where = path.format(producer=county.producer_id, unit=county.unit_id)
    page = road.visit(person).send(where, 422, **fields).text
    lines = lines_of(page)
    assert named <= {words.partition(":")[0] for _place, words in lines}, lines
    for place, words in lines:
        assert page.count(f'id="{place}"') == 1, place
        assert words.partition(":")[2], words


def test_it_is_said_in_the_readers_language(county: County, road: Road) -> None:
    clerk = road.visit(county.clerk)
    clerk.send("/language", locale="en", next="/")
    page = clerk.send(f"/producer/{county.producer_id}/products", 422).text
    assert ("name", "Product name: Please fill this in.") in lines_of(page)


def test_a_field_in_a_row_names_its_row(county: County, road: Road) -> None:
    order = road.deliver((county.mushrooms, 2))
    line = road.lines(order)[0]
    fields = {f"accepted-{line.id}": "1", f"rejected-{line.id}": "1"}
    page = road.visit(county.buyer).send(f"/orders/{order}/accept", 422, **fields).text
    place, words = lines_of(page)[0]
    assert place == f"reason-{line.id}"
    assert words.startswith("原因:椴木香菇:")
