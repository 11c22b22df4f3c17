"""Audit packages: every paper there is, and a manifest that another program checks."""

import hashlib
import subprocess
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.documents.commands import pack
from marketplace.documents.commands.erasing import drop_papers
from marketplace.documents.models import Paper
from marketplace.documents.queries.papers import get_paper
from tests.county import START
from tests.documents.asking import ask, give_back


@pytest.mark.slow
def test_a_package_holds_every_paper_and_sha256sum_agrees(
    session, county, bought, work, printed, tmp_path
):
    purchase, order = bought
    give_back(session, county, order)
    package = printed(county.finance, "audit_package", f"purchase:{purchase.id}", "zip")
    with zipfile.ZipFile(BytesIO(package.content)) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path)
    number = order.number
    assert names == {
        "采购单.pdf",
        "采购审批单.pdf",
        "付款通知书.pdf",
        "消费帮扶采购证明.pdf",
        f"{number} 购销合同.pdf",
        f"{number} 送货单.pdf",
        f"{number} 验收单.pdf",
        f"{number} 入库单.pdf",
        f"{number} 入账明细.pdf",
        f"{number} 入账明细.csv",
        f"{number}-1 售后单.pdf",
        "SHA256SUMS",
    }
    check = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "采购单.pdf").write_bytes(b"forged")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_a_package_of_papers_printed_before_is_packed_at_once(session, county, bought, printed):
    about = f"unit:{county.unit_id}/2026"
    first = printed(county.finance, "unit_audit_package", about, "zip")
    again = printed(county.finance, "unit_audit_package", about, "zip")
    assert hashlib.sha256(first.content).digest() == hashlib.sha256(again.content).digest()
    with zipfile.ZipFile(BytesIO(first.content)) as archive:
        assert "计入明细.csv" in archive.namelist()


def test_the_progress_of_a_package_is_told(session, county, bought):
    package = ask(
        session, county.finance, "unit_audit_package", f"unit:{county.unit_id}/2026", "zip"
    )
    view = get_paper(session, county.finance, package)
    assert (view.state, view.parts, view.parts_done) == ("WAITING", 5, 0)


def test_a_package_that_was_removed_before_it_was_packed_stops_no_worker(session, county, bought):
    about = f"unit:{county.unit_id}/2026"
    package = ask(session, county.finance, "unit_audit_package", about, "zip")
    assert drop_papers(session, [about]) > 0
    pack(session, package, START)
    assert session.scalars(select(Paper)).all() == []
