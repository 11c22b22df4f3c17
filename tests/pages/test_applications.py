"""What becomes of an application besides its way up: taken back, with papers, without anyone."""

import io
import re

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
