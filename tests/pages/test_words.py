"""The operations centre keeps which words mean the same; others may at most read them."""

import pytest

from marketplace.search.local import current_copy
from marketplace.search.queries import list_synonyms
from tests.search.indexing import index


def words(session):
    found = [group.words for group in list_synonyms(session)]
    session.rollback()
    return found


def test_what_an_operator_writes_is_kept_changed_and_removed(road, county, session):
    desk = road.visit(county.cashier)
    desk.send("/desk/words", words="苞谷 玉米 corn")
    (group,) = list_synonyms(session)
    session.rollback()
    desk.send(f"/desk/words/{group.id}", words="苞谷  玉米\t棒子")
    assert words(session) == ["苞谷 玉米 棒子"]
    assert "苞谷 玉米 棒子" in desk.see("/desk/words")
    desk.send(f"/desk/words/{group.id}/remove")
    desk.send(f"/desk/words/{group.id}/remove")
    assert words(session) == []
    desk.send(f"/desk/words/{group.id}", 404, words="a b")


@pytest.mark.parametrize("typed", ["", "苞谷", "苞谷 苞谷", "a " * 50, "苞" * 401, "\0 、,"])
def test_a_group_that_cannot_be_is_refused_and_kept_in_the_field(road, county, session, typed):
    answer = road.visit(county.cashier).send("/desk/words", 422, words=typed)
    assert "2 到 20 个词" in answer.text
    assert words(session) == []


def test_others_may_not_write(road, county, session):
    for identity in (county.auditor, county.buyer):
        road.visit(identity).send("/desk/words", 403, words="苞谷 玉米")
    assert words(session) == []
    assert "<button" not in road.visit(county.auditor).see("/desk/words").split("<main")[1]


def test_reasons_are_for_those_who_run_the_marketplace(road, county, session, tmp_path):
    index(session, tmp_path)
    path = "/search?q=香菇&explain=1"
    assert "排列的理由" in road.visit(county.cashier).see(path)
    for identity in (None, county.buyer):
        assert "排列的理由" not in road.visit(identity).see(path)


def test_what_is_typed_is_suggested_with_the_way_there(road, county, session, tmp_path):
    index(session, tmp_path)
    visitor = road.visit(None)
    listed = visitor.see("/search/suggestions?q=xiangg")
    assert "/categories/shiitake" in listed
    assert visitor.see("/search/suggestions?q=%00((((").strip() == ""


def test_what_many_search_for_is_popular(road, county, session, app, tmp_path):
    from marketplace.jobs import list_jobs
    from tests.conftest import NOON

    index(session, tmp_path)
    visitor = road.visit(None)
    for typed in (*["香菇"] * 5, "手机号", "x" * 50, "!!"):
        visitor.see(f"/search?q={typed}")
    with app.app_context():
        assert current_copy().tally.path.read_text().split() == [*["香菇"] * 5, "手机号"]
    for _ in range(2):
        list_jobs(app.config["SETTINGS"])["search.count"].effect(session, {}, NOON)
    session.commit()
    listed = visitor.see("/search/suggestions")
    assert "香菇" in listed
    assert "手机号" not in listed
