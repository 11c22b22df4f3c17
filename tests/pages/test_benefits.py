"""Household benefits on their pages, and no name on any page or answer for everyone."""

from io import BytesIO

import pytest

from marketplace.core.sheets import write_xlsx
from tests.api.conftest import BASE
from tests.benefits.lists import NAMES, identity_number, pasted, row
from tests.county import HUIGOU, START, YUNCAI


@pytest.fixture
def path(county):
    return f"/producer/{county.producer_id}/benefits"


def form(*rows, **changes):
    return {"kind": "WAGE", "period": "2026-10", "list": pasted(*rows), **changes}


def three():
    return [row(place, amount="1000") for place in (1, 2, 3)]


def test_checked_entered_corrected(road, county, path):
    clerk = road.visit(county.clerk)
    assert "3 行都可以" in clerk.send(f"{path}/check", 200, **form(*three())).text
    assert "还没有登记过名单" in clerk.see(path)
    location = clerk.send(path, **form(*three())).location
    page = clerk.see(location)
    assert NAMES[0] in page
    assert identity_number(1) not in page
    clerk.send(f"{location}/entries/1/reverse", 422, words="")
    clerk.send(f"{location}/entries/1/reverse", words="金额填错")
    clerk.send(f"{location}/entries/1/reverse", 409, words="再来")
    assert "金额填错" in clerk.see(location)
    clerk.send(f"{location}/reverse", words="整份作废")


def test_a_workbook_with_a_head_in_any_order(road, county, path):
    rows = [("金额", "村", "身份证号", "户主姓名")]
    rows += [("1000.50", "会沟村", identity_number(p), NAMES[p - 1]) for p in (1, 2, 3)]
    file = (BytesIO(write_xlsx(rows, START)), "工资.xlsx")
    clerk = road.visit(county.clerk)
    assert "3,001.50" in clerk.see(clerk.send(path, **form(file=file)).location)
    assert clerk.client.get("/producer/benefits.xlsx").data[:2] == b"PK"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"list": ""}, "这里没有农户"),
        ({"period": "2027-01"}, "请选择到本月为止的月份"),
        ({"kind": "GIFT"}, "请从给出的选项中选择一项"),
        ({"list": "张三\t1\t会沟村\t1"}, "身份证号是 18 位"),
        ({"list": "张三\x00"}, "控制字符"),
        ({"file": (BytesIO(b"%PDF-1.7"), "x.xlsx")}, "这不是表格文件"),
    ],
)
def test_what_does_not_fit_is_named(road, county, path, changes, words):
    assert words in road.visit(county.clerk).send(path, 422, **form(*three(), **changes)).text


def test_a_refused_list_keeps_what_was_pasted(road, county, path):
    bad = form(*three(), row(4, amount="0"))
    page = road.visit(county.clerk).send(path, 422, **bad).text
    assert NAMES[0] in page
    assert "现在什么都没有写入" in page


def test_no_name_leaves_the_producers_desk(road, county, path, client):
    """The whole text of public pages, of the county's pages and of API answers."""
    clerk = road.visit(county.clerk)
    location = clerk.send(path, **form(*three(), row(4, village=YUNCAI, amount="777"))).location
    public = road.visit(None)
    pages = ["/", "/board", "/villages", f"/villages/{HUIGOU}", f"/villages/{YUNCAI}"]
    pages += [f"/producers/{county.producer_id}", f"/products/{county.mushrooms.product_id}"]
    calls = [f"/villages/{HUIGOU}/sales", "/villages", "/county/summary?year=2026", "/products"]
    texts = [public.see(page) for page in pages]
    texts += [public.client.get(BASE + call).text for call in calls]
    for officer in (county.operator, county.auditor):
        visitor = road.visit(officer)
        texts += [visitor.see(page) for page in ("/desk/benefits", location, path)]
    for text in texts:
        assert not any(name in text for name in NAMES)
        assert not any(identity_number(place) in text for place in (1, 2, 3, 4))
        assert identity_number(1)[-4:] + "<" not in text
    assert "欧*" in texts[-2]


def test_a_village_shows_numbers_where_nobody_is_told_apart(road, county, path):
    rows = [*three(), row(4, village=YUNCAI, amount="777")]
    public = road.visit(None)
    assert "农户实际收到的" not in public.see(f"/villages/{HUIGOU}")
    road.visit(county.clerk).send(path, **form(*rows))
    assert "3 户" in public.see(f"/villages/{HUIGOU}")
    assert "3,000.00" in public.see(f"/villages/{HUIGOU}")
    assert "777" not in public.see(f"/villages/{YUNCAI}")
    board = public.see("/board")
    assert "1 个村、3 户,共 ¥3,000.00" in board
    assert "3,777" not in board


def test_strangers_find_nothing(road, county, path):
    location = road.visit(county.clerk).send(path, **form(*three())).location
    for stranger in (county.other_clerk, county.buyer, county.shopper):
        visitor = road.visit(stranger)
        visitor.see(path, 404)
        visitor.see(location, 404)
        visitor.send(path, 404, **form(*three()))
        visitor.send(f"{location}/reverse", 404, words="x")
        visitor.see("/desk/benefits", 403)
    auditor = road.visit(county.auditor)
    auditor.send(f"{location}/reverse", 403, words="x")
    auditor.send(path, 403, **form(*three()))
