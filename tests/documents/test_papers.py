"""Papers: frozen when asked for, printed by a worker, the same bytes for the same facts."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.money import capital_yuan
from marketplace.core.paging import PageRequest
from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.documents.commands.erasing import drop_papers
from marketplace.documents.models import Paper
from marketplace.documents.queries.papers import get_certificate, get_paper, list_papers
from marketplace.documents.queries.subjects import returned_since
from marketplace.documents.rules.kinds import (
    KINDS,
    MOST_PRINTED_ROWS,
    PaperNotYet,
    PaperTooLong,
    read_subject,
    require_length,
)
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.prepared import prepare_refund
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.models import Order
from marketplace.quota.commands import publish_rule
from tests.county import START, floor_rule, person
from tests.documents.asking import ask, give_back
from tests.documents.reading import fonts_of_pdf, pages_of_pdf, rows_of_csv, rows_of_workbook
from tests.ordering.steps import accepted, completed, paid, placed

PURCHASE = ("purchase_order", "approval_sheet", "payment_notice")
ORDER = ("contract", "delivery_note", "acceptance_sheet", "stock_entry", "order_entries")
UNIT = ("unit_progress", "invoice_register", "quota_entries")


@pytest.mark.parametrize("kind", [*PURCHASE, *ORDER, *UNIT])
def test_a_paper_of_a_finished_purchase_is_printed_as_pdf_and_as_workbook(
    county, bought, printed, kind
):
    purchase, order = bought
    about = {
        "purchase": f"purchase:{purchase.id}",
        "order": f"order:{order.id}",
        "unit": f"unit:{county.unit_id}/2026",
    }[KINDS[kind].about]
    pdf = printed(county.buyer, kind, about)
    assert pages_of_pdf(pdf.content) == 1
    assert [name[7:] for name in fonts_of_pdf(pdf.content)] == [b"Paper-Sans"]
    words = [
        str(cell)
        for row in rows_of_workbook(printed(county.buyer, kind, about, "xlsx").content)
        for cell in row
    ]
    assert "区财政局" in words
    assert pdf.name.startswith(f"{kind}-")


def test_amounts_on_a_workbook_are_numbers_and_the_sum_is_in_capitals(county, bought, printed):
    purchase, _order = bought
    rows = rows_of_workbook(
        printed(county.buyer, "purchase_order", f"purchase:{purchase.id}", "xlsx").content
    )
    (goods,) = [row for row in rows if "椴木香菇" in row]
    assert goods[3:6] == [64.03, 3.0, 192.09]
    (total,) = [row for row in rows if row[0] == "合计(元)"]
    assert total[1:3] == [192.09, capital_yuan(19_209)]


def test_csv_says_what_the_entries_say_and_keeps_long_numbers(county, bought, printed):
    _purchase, order = bought
    rows = rows_of_csv(printed(county.buyer, "order_entries", f"order:{order.id}", "csv").content)
    assert ["合计", "", "", "", "192.09"] in rows
    villages = [row for row in rows if row and row[1].startswith("420304")]
    assert [row[2] for row in villages] == ["128.06", "64.03"]
    assert all(row[1].endswith("\t") for row in villages)


def test_the_same_facts_are_the_same_paper_and_new_facts_another(session, county, bought):
    purchase, _order = bought
    about = f"purchase:{purchase.id}"
    first = ask(session, county.buyer, "purchase_order", about)
    assert ask(session, county.approver, "purchase_order", about) == first
    certificate = ask(session, county.buyer, "purchase_certificate", about)
    later = START + timedelta(days=1)
    assert ask(session, county.buyer, "purchase_order", about, now=later) == first
    assert ask(session, county.buyer, "purchase_certificate", about, now=later) != certificate
    assert session.scalar(select(func.count()).select_from(Paper)) == 3


def test_a_paper_tells_what_was_when_it_was_asked_for(session, county, bought, work):
    """A refund between asking and printing changes nothing on it."""
    purchase, order = bought
    paper_id = ask(session, county.buyer, "purchase_certificate", f"purchase:{purchase.id}")
    give_back(session, county, order)
    assert work() >= 1
    number = get_paper(session, county.buyer, paper_id).number
    found = get_certificate(session, f" {number.lower()[:6]}-{number[6:]} ")
    assert found.sheet.sum_fen == 19_209
    assert returned_since(session, found) == 6_403


def test_a_paper_is_printed_that_got_the_id_of_one_that_was_removed(
    session, county, bought, printed
):
    purchase, _order = bought
    about = f"purchase:{purchase.id}"
    before = printed(county.buyer, "purchase_order", about)
    drop_papers(session, [about])
    session.commit()
    after = printed(county.buyer, "purchase_order", about)
    assert after.name != before.name
    assert after.content.startswith(b"%PDF")


def test_the_after_sale_sheet_tells_the_request(session, county, bought, printed):
    refund = give_back(session, county, bought[1])
    rows = rows_of_workbook(
        printed(county.clerk, "after_sale_sheet", f"refund:{refund.id}", "xlsx").content
    )
    assert ["原因", "少了一袋"] in [row[:2] for row in rows]
    assert any("同意退款" in row for row in rows)


def test_the_after_sale_sheet_of_a_recall_tells_who_began_it(session, county, bought, printed):
    """Nobody asked for it: the marketplace prepared it when the batch was recalled."""
    order = session.get_one(Order, bought[1].id)
    (line,) = lines_of(session, order)
    why = (county.clerk.person_id, "抽检农残超标")
    refund = prepare_refund(session, order, why, {line.id: 1}, START)
    assert refund is not None
    session.commit()
    for who in (county.clerk, county.buyer):
        rows = rows_of_workbook(
            printed(who, "after_sale_sheet", f"refund:{refund.id}", "xlsx").content
        )
        assert any("因召回备好退款" in row and "系统" in row for row in rows)


def test_printing_twice_makes_the_same_bytes(session, county, bought, work, printed):
    purchase, _order = bought
    about = f"purchase:{purchase.id}"
    kept = printed(county.buyer, "purchase_certificate", about).content
    paper = session.scalars(select(Paper)).one()
    number, asked_at, facts = paper.number, paper.asked_at, paper.facts
    session.rollback()
    assert _print_anew(number, asked_at, facts) == kept


def _print_anew(number, asked_at, facts):
    from marketplace.documents.printers import Printout
    from marketplace.documents.printers.build import open_printers
    from marketplace.documents.rules.sheet import fingerprint, thaw

    url = f"http://127.0.0.1:8000/verify/{number}"
    printout = Printout(thaw(facts), number, fingerprint(facts), asked_at, url)
    return open_printers()["pdf"].print(printout)


@pytest.mark.parametrize(
    "kind", ["contract", "delivery_note", "acceptance_sheet", "stock_entry", "order_entries"]
)
def test_a_paper_of_what_has_not_happened_is_refused(session, county, kind):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(PaperNotYet):
        ask_for_paper(session, county.buyer, PaperWish(kind, f"order:{order.id}", "pdf"), START)


def test_a_certificate_needs_a_finished_order_of_a_unit(session, county):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    accepted(session, county, order)
    wish = PaperWish("purchase_certificate", f"purchase:{purchase.id}", "pdf")
    with pytest.raises(PaperNotYet):
        ask_for_paper(session, county.buyer, wish, START)
    paid(session, county, purchase)
    assert ask_for_paper(session, county.buyer, wish, START)


@pytest.mark.parametrize(
    ("kind", "about", "form", "field"),
    [
        ("purchase_order", "purchase:0", "pdf", "object"),
        ("purchase_order", "purchase:-1", "pdf", "object"),
        ("purchase_order", "purchase:１", "pdf", "object"),
        ("purchase_order", "purchase:1\x00", "pdf", "object"),
        ("purchase_order", "purchase:" + "9" * 30, "pdf", "object"),
        ("unit_progress", "unit:1", "pdf", "object"),
        ("unit_progress", "unit:1/1026", "pdf", "object"),
        ("producer_statement", "producer:1/2026-13", "pdf", "object"),
        ("bribe", "purchase:1", "pdf", "kind"),
        ("contract", "purchase:1", "pdf", "kind"),
        ("purchase_order", "purchase:1", "csv", "format"),
        ("audit_package", "purchase:1", "pdf", "format"),
    ],
)
def test_nonsense_is_named(session, county, kind, about, form, field):
    with pytest.raises(InvalidInput) as refused:
        ask_for_paper(session, county.buyer, PaperWish(kind, about, form), START)
    assert [error.field for error in refused.value.errors] == [field]


def test_strangers_find_no_papers_and_a_producer_only_those_of_the_order(session, county, bought):
    purchase, order = bought
    about = f"purchase:{purchase.id}"
    paper_id = ask(session, county.buyer, "purchase_order", about)
    staff = person(session, "staff@test", ("UNIT", county.unit_id, "STAFF"))
    for stranger in (county.stranger, county.shopper, county.clerk, staff):
        with pytest.raises(NotFound):
            get_paper(session, stranger, paper_id)
        with pytest.raises(NotFound):
            ask_for_paper(session, stranger, PaperWish("purchase_order", about, "pdf"), START)
    year = read_subject(f"unit:{county.unit_id}/2026")
    for stranger in (county.stranger, county.clerk, staff):
        with pytest.raises(NotFound):
            list_papers(session, stranger, year, PageRequest())
    contract = PaperWish("contract", f"order:{order.id}", "pdf")
    assert ask_for_paper(session, county.clerk, contract, START)
    with pytest.raises(NotFound):
        ask_for_paper(session, county.other_clerk, contract, START)
    assert get_paper(session, county.auditor, paper_id).number


def test_a_private_purchase_is_certified_to_nobody(session, county):
    """A certificate is public by its number, and would show a person's name."""
    purchase = ordering.draft_purchase(
        session, county.shopper, county.private_wish((county.mushrooms, 1)), START
    )
    ordering.submit(session, county.shopper, purchase.id, START)
    paid(session, replace(county, buyer=county.shopper), purchase)
    order = session.scalars(select(Order).where(Order.purchase_id == purchase.id)).one()
    accept_privately(session, county, order)
    assert order.state == "COMPLETED"
    with pytest.raises(PaperNotYet):
        ask_for_paper(
            session,
            county.shopper,
            PaperWish("purchase_certificate", f"purchase:{purchase.id}", "pdf"),
            START,
        )
    assert ask_for_paper(
        session,
        county.shopper,
        PaperWish("purchase_order", f"purchase:{purchase.id}", "pdf"),
        START,
    )


def accept_privately(session, county, order):
    accepted(session, replace(county, buyer=county.shopper, approver=county.shopper), order)


def test_more_rows_than_anyone_prints_are_for_a_spreadsheet():
    require_length("xlsx", 10 * MOST_PRINTED_ROWS)
    require_length("pdf", MOST_PRINTED_ROWS)
    with pytest.raises(PaperTooLong):
        require_length("pdf", MOST_PRINTED_ROWS + 1)


def test_two_who_ask_at_the_same_moment_get_the_same_paper(engine, session, county, bought):
    about, start, got = f"purchase:{bought[0].id}", Barrier(2), []

    def one() -> None:
        with Session(engine) as own:
            start.wait()
            got.append(ask(own, county.buyer, "purchase_order", about))

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert got[0] == got[1]


def test_what_counts_under_two_rules_is_summed_under_each(session, county, bought, printed):
    """The same goods stand under the floor and under the cap of a union, and under an older version
    of a rule than the one in force, whose name they keep."""
    later = START + timedelta(days=1)
    floor = floor_rule(2026)
    publish_rule(session, replace(floor, code="union", name="工会上限"), later)
    publish_rule(session, replace(floor, version=2, name="新版"), later)
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 1)), later)
    session.commit()
    year = printed(county.buyer, "quota_entries", f"unit:{county.unit_id}/2026", "csv")
    rows = [row for row in rows_of_csv(year.content) if row]
    assert [row[-1] for row in rows if row[0] == "合计"] == ["256.12", "64.03"]
    assert [row[3] for row in rows if len(row) > 3 and row[-1] in ("192.09", "64.03")][:3] == [
        *("人均 500 元", "新版"),
        "工会上限",
    ]
    about = f"order:{order.id}"
    of_order = rows_of_csv(printed(county.buyer, "order_entries", about, "csv").content)
    sums = [row[-1] for row in of_order if row and row[0] == "合计"]
    assert sums == ["64.03", "64.03", "64.03"]
