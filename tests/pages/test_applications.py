"""What becomes of an application besides its way up: taken back, with papers, without anyone."""

from tests.pages.recognitions import applied, noticed


def test_an_application_is_taken_back_after_a_second_question(visit, county, certifiers):
    path = applied(visit, county)
    clerk, operator = visit(county.clerk), visit(county.operator)
    page = clerk.see(path)
    assert f'action="{path}/take-back"' in page
    assert "确认撤回" in page
    assert "take-back" not in operator.see(path)
    operator.send(f"{path}/take-back", 403)
    visit(county.other_clerk).send(f"{path}/take-back", 404)
    clerk.send(f"{path}/take-back")
    page = clerk.see(path)
    assert "已撤回" in page
    assert "take-back" not in page
    assert "已撤回" in operator.see("/desk/certification?tab=ended")
    clerk.see(f"/papers?object=certification:{path.rpartition('/')[2]}")
    assert applied(visit, county) != path


def test_what_was_decided_is_not_taken_back_and_says_so(visit, county, certifiers):
    path = noticed(visit, county, certifiers)
    clerk = visit(county.clerk)
    assert "take-back" not in clerk.see(path)
    assert "不能再撤回" in clerk.send(f"{path}/take-back", 409).text
