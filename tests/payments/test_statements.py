"""Reading and taking in the bank's statements."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.core.sheets import MOST_ROWS, read_sheet
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import ESCROW, SUSPENSE
from marketplace.payments.commands import import_statement
from marketplace.payments.models import BankLine, BankStatement
from marketplace.payments.rules.statements import StatementLine, list_layouts, read_statement
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.payments.bank import LAYOUTS, LINE, as_csv, as_xlsx, given, plain, plain_file

TODAY = date(2026, 11, 23)
OUT = ("2026-11-21", "B0002", "-1,234.50", "会沟村食用菌合作社", "8100", "结算")
WRITTEN = {
    "UTF-8": as_csv,
    "UTF-8 without a mark": lambda rows: as_csv(rows, "utf-8"),
    "GB18030": lambda rows: as_csv(rows, "gb18030"),
    "xlsx": as_xlsx,
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_in_every_way_of_writing_it(layout, written):
    content = WRITTEN[written](LAYOUTS[layout](LINE, OUT))
    found, lines = read_statement(read_sheet("file", content), TODAY)
    assert found.code == layout
    told = [(one.booked_on, one.amount_fen, one.other_name, one.other_number) for one in lines]
    assert told == [
        (date(2026, 11, 20), 19_209, "区财政局", "1702000111"),
        (date(2026, 11, 21), -123_450, "会沟村食用菌合作社", "8100"),
    ]
    assert all("货款" in one.text or "结算" in one.text for one in lines)
    assert len({one.reference for one in lines}) == 2


def test_every_layout_of_the_data_file_is_tried_here():
    assert {layout.code for layout in list_layouts()} == set(LAYOUTS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 renamed.csv", "不是表格"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "不是表格"),
        (b"PK\x03\x04 no book", "不是表格"),
        (b"\xff\xfe\x00\x00", "不是表格"),
        ("姓名,年龄\n王芳,40\n".encode(), "没有认出"),
        ("日期,流水号,金额,对方户名,对方账号,附言\n".encode(), "没有任何流水"),
        (b"x" * (5 * 1024 * 1024 + 1), "不能超过"),
        (b"a,b\n" * (MOST_ROWS + 1), "不能超过"),
        (b'"' + b"x" * 2000 + b'",b\n', "1000 个字"),
    ],
)
def test_what_is_no_statement_is_refused_by_what_it_is(content, words):
    with pytest.raises(InvalidInput) as refused:
        read_statement(read_sheet("file", content), TODAY)
    assert [error.field for error in refused.value.errors] == ["file"]
    assert words in refused.value.errors[0].message


@pytest.mark.parametrize(
    ("place", "value", "column"),
    [
        (0, "昨天", "日期"),
        (0, "2026-02-30", "日期"),
        (0, "2026-11-24", "日期"),
        (0, "", "日期"),
        (1, "", "流水号"),
        (1, "9" * 81, "流水号"),
        (2, "", "金额"),
        (2, "0", "金额"),
        (2, "1.234", "金额"),
        (2, "1.2E+05", "金额"),
        (2, "一百元", "金额"),
        (2, "100000000.01", "金额"),
        (3, "某" * 121, "对方户名"),
        (4, "1" * 41, "对方账号"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(place, value, column):
    rows = plain(("2026-11-20", "B0000", "1", "", "", ""), LINE)
    rows[2][place] = value
    with pytest.raises(InvalidInput) as refused:
        read_statement(rows, TODAY)
    assert [(error.row, error.field) for error in refused.value.errors] == [(3, column)]


def test_every_bad_row_is_named_at_once():
    bad = [(f"2026-13-{day}", f"B{day}", "x", "", "", "") for day in range(10, 15)]
    with pytest.raises(InvalidInput) as refused:
        read_statement(plain(LINE, *bad), TODAY)
    named = [(error.row, error.field) for error in refused.value.errors]
    assert named == [(row, column) for row in range(3, 8) for column in ("日期", "金额")]


def test_a_number_used_twice_for_different_transfers_is_refused_and_the_same_line_is_one():
    other = (*LINE[:2], "5.00", *LINE[3:])
    assert len(read_statement(plain(LINE, LINE), TODAY)[1]) == 1
    with pytest.raises(InvalidInput) as refused:
        read_statement(plain(LINE, other), TODAY)
    assert refused.value.errors[0].row == 3


def test_full_width_digits_and_marks_are_understood():
    line = ("2026年11月2日", "B9", "１，２３４．５０", "区财政局", "1", "a\x00b")
    assert read_statement(plain(line), TODAY)[1] == [
        StatementLine("B9", date(2026, 11, 2), 123_450, "区财政局", "1", "ab")
    ]


def test_a_statement_moves_the_account_and_waits_to_be_told_apart(session, county):
    imported = import_statement(session, county.cashier, plain_file(LINE, OUT), START)
    assert (len(imported.new_lines), imported.old_lines) == (2, 0)
    assert balance_of(session, ESCROW) == 19_209 - 123_450
    assert balance_of(session, SUSPENSE) == 123_450 - 19_209
    assert reconcile(session) == []


def test_the_same_file_and_the_same_line_change_nothing(session, county):
    first = import_statement(session, county.cashier, plain_file(LINE), START)
    again = import_statement(session, county.cashier, plain_file(LINE), START)
    assert (again.statement_id, again.new_lines) == (first.statement_id, ())
    more = import_statement(session, county.cashier, plain_file(LINE, OUT), START)
    assert (len(more.new_lines), more.old_lines) == (1, 1)
    assert session.scalar(select(func.count()).select_from(BankLine)) == 2
    assert reconcile(session) == []


def test_a_bad_row_leaves_nothing_behind(session, county):
    bad = ("2026-11-20", "B7", "x", "", "", "")
    with pytest.raises(InvalidInput):
        import_statement(session, county.cashier, plain_file(LINE, bad), START)
    assert session.scalar(select(func.count()).select_from(BankStatement)) == 0


@pytest.mark.parametrize(
    "other",
    [(*LINE[:2], "192.10", *LINE[3:]), (*LINE[:4], "6222999", LINE[5])],
    ids=["another sum", "another payer"],
)
def test_a_known_number_with_another_sum_or_payer_refuses_the_whole_file(session, county, other):
    import_statement(session, county.cashier, plain_file(LINE), START)
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        import_statement(session, county.cashier, plain_file(OUT, other), START)
    (error,) = refused.value.errors
    assert (error.row, error.field) == (3, "流水号")
    assert dict(error.params) == {"value": "B0001", "payer": "区财政局", "sum": "192.09"}
    assert session.scalar(select(func.count()).select_from(BankStatement)) == 1
    assert balance_of(session, ESCROW) == 19_209


def test_only_the_cashier_takes_statements_in(session, county):
    for other in (county.auditor, county.finance, county.clerk):
        with pytest.raises(Forbidden):
            import_statement(session, other, given(b"x"), START)


def test_two_who_take_in_the_same_lines_at_once_book_them_once(
    session: Session, engine: Engine, county: County
):
    session.commit()
    lines = [("2026-11-20", f"C{number:04d}", "1.00", "", "", "") for number in range(60)]
    files = [plain_file(*lines), plain_file(*reversed(lines)), plain_file(*lines, LINE)]
    barrier, taken = Barrier(len(files)), []

    def take(file):
        with Session(engine) as own:
            barrier.wait()
            taken.append(len(import_statement(own, county.cashier, file, START).new_lines))
            own.commit()

    threads = [Thread(target=take, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()

    assert sum(taken) == 61
    assert balance_of(session, ESCROW) == 6_000 + 19_209
    assert reconcile(session) == []
