"""The commission statement on paper: each line with its reason, the tax, the sum in capitals."""

from typing import Any

import pytest

from marketplace.core.errors import NotFound
from marketplace.core.money import capital_yuan
from marketplace.documents.commands import PaperWish, ask_for_paper
from tests.commission.november import Sold, sold_in_november
from tests.commission.road import sold_by_link
from tests.commission.settling import agency, frozen, given_back, host, paid_out
from tests.county import START
from tests.documents.reading import pages_of_pdf, rows_of_csv, rows_of_workbook
from tests.payments.settling import IN_DECEMBER


@pytest.fixture
def sold(session, county) -> Sold:
    return sold_in_november(session, county)


def test_the_paper_tells_lines_reasons_and_tax(session, county, sold, printed):
    frozen(session, county, host(sold.first.host_id))
    paid_out(session, county)
    session.commit()
    about = f"host:{sold.first.host_id}/2026-11"
    rows = rows_of_workbook(printed(sold.first.host, "commission_statement", about, "xlsx").content)
    (line,) = [row for row in rows if sold.number in row]
    assert line[5:8] == [3841.8, "50% × 70%", 1344.63]
    assert str(line[8]).startswith("最后一次点开的是")
    facts = {row[0]: row[1] for row in rows if len(row) > 1}
    assert (facts["代扣个税(元)"], facts["实付(元)"]) == (108.93, 1235.7)
    assert facts["付款日期"] == f"{IN_DECEMBER:%Y-%m-%d}"
    assert any(capital_yuan(134_463) in row for row in rows)


def test_what_came_to_nothing_stands_apart_and_each_table_adds_up(session, county, sold, printed):
    _purchase, (order,) = sold_by_link(session, county, sold.first, (county.mushrooms, 10))
    given_back(session, county, order.id, 10, IN_DECEMBER)
    session.commit()
    about = f"host:{sold.first.host_id}/2026-11"
    rows = rows_of_workbook(printed(sold.first.host, "commission_statement", about, "xlsx").content)
    tables: dict[object, list[list[Any]]] = {}
    for row in rows:
        cells = [cell for cell in row if cell != ""]
        if len(cells) == 1 and cells[0] in ("明细", "按状态合计", "已作废,不计入合计"):
            tables[cells[0]] = table = []
        elif tables:
            table.append(row)
    for name, column in (("明细", 7), ("按状态合计", 2), ("已作废,不计入合计", 7)):
        first, total = 1, next(n for n, row in enumerate(tables[name]) if row[0] == "合计")
        shown = [round(100 * row[column]) for row in tables[name][first:total]]
        assert sum(shown) == round(100 * tables[name][total][column]), name
        assert len([fen for fen in shown if fen]) == 1, name
    assert any(capital_yuan(134_463) in row for row in rows)


def test_it_is_printed_with_lines_to_sign(county, sold, printed):
    about = f"host:{sold.first.host_id}/2026-11"
    pdf = printed(county.cashier, "commission_statement", about, "pdf").content
    assert pages_of_pdf(pdf) == 1
    rows = rows_of_workbook(printed(county.cashier, "commission_statement", about, "xlsx").content)
    cells = {str(cell) for row in rows for cell in row}
    for words in ("制表", "复核", "负责人"):
        assert any(cell.startswith(words) for cell in cells)


def test_an_agency_has_its_own(session, county, sold, printed):
    frozen(session, county, agency(sold.agency_id))
    session.commit()
    about = f"agency:{sold.agency_id}/2026-11"
    rows = rows_of_csv(printed(sold.clerk, "agency_statement", about, "csv").content)
    assert any("576.27" in row for row in rows)


def test_a_month_that_only_took_back_is_below_zero(session, county, sold, printed):
    frozen(session, county, host(sold.first.host_id))
    given_back(session, county, sold.order.id, 1, IN_DECEMBER)
    session.commit()
    about = f"host:{sold.first.host_id}/2026-12"
    rows = rows_of_csv(printed(sold.first.host, "commission_statement", about, "csv").content)
    assert any("-22.41" in row for row in rows)


def test_nobody_else_has_it(session, county, sold):
    for identity, kind, about in (
        (sold.second.host, "commission_statement", f"host:{sold.first.host_id}/2026-11"),
        (sold.clerk, "commission_statement", f"host:{sold.first.host_id}/2026-11"),
        (sold.first.host, "agency_statement", f"agency:{sold.agency_id}/2026-11"),
        (county.shopper, "commission_statement", f"host:{sold.first.host_id}/2026-11"),
        (county.cashier, "commission_statement", "host:999/2026-11"),
    ):
        with pytest.raises(NotFound):
            ask_for_paper(session, identity, PaperWish(kind, about, "pdf"), START)
