"""What becomes of an application besides its way up: taken back, with papers, without anyone."""

import io
import re

from sqlalchemy import select, update

from marketplace.accounts.models import Membership
from marketplace.units.models import OperationsCentre
from tests.county import START, person
from tests.pages.recognitions import ATTESTED, applied, noticed


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


def paper(name="检测报告.pdf", content=b"%PDF-1.4 report"):
    return (io.BytesIO(content), name)


def test_papers_are_handed_in_with_the_form_and_taken_away(visit, county, certifiers):
    clerk, certifier = visit(county.clerk), visit(certifiers[1])
    assert 'enctype="multipart/form-data"' in clerk.see(
        f"/producer/{county.producer_id}/certification"
    )
    path = applied(visit, county, papers=[paper(), paper("二.pdf")])
    assert "附件 2" in clerk.see(path)
    address = re.search(rf'href="({path}/papers/\d+)"', certifier.see(path))
    assert address is not None
    answer = certifier.client.get(address[1])
    assert answer.data == b"%PDF-1.4 report"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "附件" not in visit(county.auditor).see(path)
    for nobody in (county.auditor, county.other_clerk, county.buyer, county.shopper):
        visit(nobody).see(address[1], 404)


def test_a_paper_is_taken_away_by_whoever_handed_it_in_after_a_second_question(
    visit, county, certifiers
):
    path = applied(visit, county, papers=[paper(), paper("二.pdf")])
    clerk, certifier = visit(county.clerk), visit(certifiers[1])
    page = clerk.see(path)
    address = re.search(rf'action="({path}/papers/\d+/remove)"', page)
    assert address is not None
    assert "确认移除" in page
    assert "移除附件" not in certifier.see(path)
    for nobody, status in ((certifiers[1], 403), (county.buyer, 403), (county.other_clerk, 404)):
        visit(nobody).send(address[1], status)
    clerk.send(address[1])
    page = clerk.see(path)
    assert "检测报告.pdf" in page
    assert "附件 2" not in page
    for official in (certifier, clerk):
        official.see(address[1].removesuffix("/remove"), 404)
    visit(county.operator).send(f"{path}/pass", **{"rung": "TOWNSHIP", "met-BENEFIT_SEEN": "1"})
    visit(county.cashier).send(f"{path}/pass", **{"rung": "SECTOR", "met-QUALITY_SEEN": "1"})
    address = re.search(rf'"({path}/papers/\d+)"', clerk.see(path))
    assert address is not None
    assert "附件要留存" in clerk.send(f"{address[1]}/remove", 409).text


def test_what_was_sent_back_takes_another_paper(visit, county, certifiers):
    path = applied(visit, county)
    assert "附件 1" not in visit(county.operator).see(path)
    visit(county.operator).send(f"{path}/return", rung="TOWNSHIP", reason="缺检测报告")
    clerk = visit(county.clerk)
    fields = {"product": str(county.oil.product_id), "statement": "补了", **ATTESTED}
    clerk.send(f"{path}/again", papers=[paper()], **fields)
    assert "附件 1" in clerk.see(path)


def test_a_paper_that_is_none_is_named_with_its_field(visit, county, certifiers):
    answer = visit(county.clerk).send(
        f"/producer/{county.producer_id}/certification",
        422,
        product=str(county.oil.product_id),
        statement="收购 31 户",
        papers=[paper("表.exe", b"MZ")],
        **ATTESTED,
    )
    assert 'href="#papers"' in answer.text
    assert "只能上传 PDF 或照片" in answer.text
    assert "收购 31 户</textarea>" in answer.text


def leaves(session, who):
    gone = Membership.person_id == who.person_id
    session.execute(update(Membership).where(gone).values(until=START))


def stuck(visit, county, certifier):
    """The only one who recognises has sent it back on the first rung."""
    path = applied(visit, county)
    visit(certifier).send(f"{path}/return", rung="TOWNSHIP", reason="缺检测报告")
    fields = {"product": str(county.oil.product_id), "statement": "补了", **ATTESTED}
    visit(county.clerk).send(f"{path}/again", **fields)
    visit(county.operator).send(f"{path}/pass", **{"rung": "TOWNSHIP", "met-BENEFIT_SEEN": "1"})
    visit(county.cashier).send(f"{path}/pass", **{"rung": "SECTOR", "met-QUALITY_SEEN": "1"})
    return path


def test_where_nobody_can_go_on_the_page_says_why_and_who_helps(visit, county, certifiers, session):
    centre_id = session.scalars(select(OperationsCentre.id)).one()
    person(session, "head@test", ("CENTRE", centre_id, "SYSTEM"))
    leaves(session, certifiers[0])
    session.commit()
    path = stuck(visit, county, certifiers[1])
    for official in (certifiers[1], county.operator, county.auditor):
        page = visit(official).see(path)
        assert "没有人能办" in page
        assert "请系统管理员(head)再为一位同事申请「认定」的岗位" in page
        assert 'href="/desk/people"' not in page
    assert "没有人能办" not in visit(county.clerk).see(path)


def test_whoever_may_appoint_is_led_there(visit, county, certifiers, session):
    """Duties are apart today; somebody may hold both from before."""
    centre_id = session.scalars(select(OperationsCentre.id)).one()
    leaves(session, certifiers[0])
    both = person(session, "both@test", ("CENTRE", centre_id, "OPERATOR"))
    held = {"organisation_kind": "CENTRE", "organisation_id": centre_id, "role": "SYSTEM"}
    session.add(Membership(person_id=both.person_id, since=START, **held))
    session.commit()
    path = stuck(visit, county, certifiers[1])
    assert 'href="/desk/people"' in visit(both).see(path)


def test_the_last_who_could_decide_is_warned_before(visit, county, certifiers, session):
    path = applied(visit, county)
    assert "现在只有您还能做县级认定" not in visit(certifiers[1]).see(path)
    leaves(session, certifiers[0])
    session.commit()
    assert "现在只有您还能做县级认定" in visit(certifiers[1]).see(path)
    assert "现在只有您还能做县级认定" not in visit(county.operator).see(path)
