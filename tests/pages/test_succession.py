"""Units change on the desk's page; the unit's own pages tell it."""

import pytest

from tests.pages.conftest import checkout

DAY = {"on_day": "2026-07-01", "reason": "郧编办〔2026〕7 号"}


@pytest.fixture
def desk(county):
    return f"/desk/units/{county.unit_id}/succession"


def test_case_09_a_unit_is_renamed_and_its_history_is_told(road, county, desk):
    centre = road.visit(county.operator)
    centre.send(f"{desk}?what=rename", name="区财政和金融局", **DAY)
    page = centre.see(desk)
    assert "区财政和金融局" in page
    assert "区财政局" in page
    assert "郧编办" in page
    assert "区财政和金融局" in road.visit(county.buyer).see(f"/unit/{county.unit_id}")


def test_case_09_a_merger_leads_from_page_to_page(road, county, desk):
    road.place((county.mushrooms, 1))
    centre = road.visit(county.operator)
    merger = {"other_name": "区档案馆", "into": "NEW", "name": "区综合局", "headcount": "１０９"}
    centre.send(f"{desk}?what=merge", **merger, **DAY)
    buyer = road.visit(county.buyer)
    old = buyer.see(f"/unit/{county.unit_id}")
    assert "已于 2026年7月1日 撤并" in old
    assert "区综合局" in old
    assert "区财政局" in buyer.see("/unit/3")
    assert "连同前身合计" in buyer.see("/unit/3")
    assert "办理变更" not in centre.see(desk)
    # Whoever still chooses the old unit at the checkout is told where to go.
    road.fill(county.buyer, (county.mushrooms, 1))
    answer = buyer.send(
        "/checkout", 409, **checkout(county, 6_403, (county.mushrooms, 1), nonce="AGAIN")
    ).text
    assert "请由承接的单位办理:区综合局" in answer


def test_case_09_moved_and_split(road, county, desk):
    centre = road.visit(county.operator)
    parts = {
        "part_1_name": "区财政一局",
        "part_1_headcount": "60",
        "part_2_name": "区财政二局",
        "part_2_headcount": "40",
        "part_3_name": "",
        "part_3_headcount": "",
    }
    centre.send(f"{desk}?what=move", 422, parent_name="区档案馆", **DAY)
    centre.send(f"{desk}?what=move", parent_name="", **DAY)
    centre.send(f"{desk}?what=split", **parts, **DAY)
    assert "区财政二局" in centre.see(desk)
    assert "区财政局" in centre.see("/desk/units/4/succession")


@pytest.mark.parametrize(
    ("what", "changes", "words"),
    [
        ("rename", {"name": ""}, "请填写这一项"),
        ("rename", {"name": "x" * 10_000}, "最多 120 个字"),
        ("rename", {"name": "新\x00"}, "控制字符"),
        ("rename", {"name": "新", "on_day": "bald"}, "请填写日期"),
        ("rename", {"name": "新", "on_day": "2026-11-24"}, "到今天之间"),
        ("rename", {"name": "新", "reason": ""}, "请填写这一项"),
        ("move", {"parent_name": "无名局"}, "没有这个名称的单位"),
        ("merge", {"other_name": "无名局", "into": "THIS", "headcount": "1"}, "没有这个名称"),
        ("merge", {"other_name": "区财政局", "into": "THIS", "headcount": "1"}, "两个不同的单位"),
        ("merge", {"other_name": "区档案馆", "into": "MOON", "headcount": "1"}, "给出的选项"),
        ("merge", {"other_name": "区档案馆", "into": "NEW", "headcount": "1"}, "请填写这一项"),
        ("merge", {"other_name": "区档案馆", "into": "THIS", "headcount": "1.5"}, "请填写整数"),
        ("merge", {"other_name": "区档案馆", "into": "THIS", "headcount": "1000000000"}, "的整数"),
        ("split", {"part_1_name": "甲", "part_1_headcount": "1"}, "请填写这一项"),
    ],
)
def test_what_cannot_be_is_named_and_what_was_typed_stays(road, county, desk, what, changes, words):
    answer = road.visit(county.operator).send(f"{desk}?what={what}", 422, **{**DAY, **changes})
    assert words in answer.text
    assert "办理变更" in answer.text


def test_others_read_or_do_not_learn_of_it(road, county, desk):
    auditor = road.visit(county.auditor)
    assert "办理变更" not in auditor.see(desk)
    auditor.send(f"{desk}?what=rename", 403, name="新", **DAY)
    for other in (county.buyer, county.stranger, county.clerk, county.shopper):
        road.visit(other).see(desk, 403)
        road.visit(other).send(f"{desk}?what=rename", 403, name="新", **DAY)
    road.visit(county.operator).see("/desk/units/99/succession", 404)
