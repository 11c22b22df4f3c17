"""Statements as banks export them, made of a few lines, for tests."""

import csv
from datetime import UTC, datetime
from io import StringIO

from marketplace.core.sheets import write_xlsx
from marketplace.uploads.rules import GivenFile

Line = tuple[str, str, str, str, str, str]
# (day, reference, amount, other name, other number, words)
LINE: Line = ("2026-11-20", "B0001", "192.09", "区财政局", "1702000111", "货款")


def icbc(*lines: Line) -> list[list[str]]:
    head = ["凭证号", "本方账号", "对方账号", "交易时间", "借/贷", "借方发生额", "贷方发生额"]
    head += ["对方行号", "摘要", "用途", "对方单位名称", "余额", "个性化信息"]
    rows = [["[历史明细]"], head]
    for day, reference, amount, name, number, words in lines:
        out = amount.startswith("-")
        debit, credit = (amount[1:], "") if out else ("", amount)
        row = ["0", "6222", number, f"{day} 10:00:00", "借" if out else "贷", debit, credit]
        row += ["", "转账", words, name, f"1{reference[1:]}.00", ""]
        rows.append(row)
    return rows


def ccb(*lines: Line) -> list[list[str]]:
    head = ["账号", "账户名称", "交易时间", "借方发生额（支取）", "贷方发生额（收入）", "余额"]
    head += ["币种", "对方户名", "对方账号", "对方开户机构", "记账日期", "摘要", "备注"]
    head += ["账户明细编号-交易流水号", "企业流水号", "凭证种类", "凭证号"]
    rows = [head]
    for day, reference, amount, name, number, words in lines:
        plain = day.replace("-", "")
        out = amount.startswith("-")
        debit, credit = (amount[1:], "0.00") if out else ("0.00", amount)
        row = ["4200", "运营中心", f"{plain} 10:11:12", debit, credit, "9.99", "人民币元"]
        row += [name, number, "建行", plain, "电子汇入", words, f"\t{reference}", "", "", ""]
        rows.append(row)
    return [*rows, ["合计", "", "", "0.00", "1.00"]]


def abc(*lines: Line) -> list[list[str]]:
    rows = [
        ["账户明细"],
        ["账号:4200 户名:运营中心"],
        [
            "交易日期",
            "日志号",
            "收入金额",
            "支出金额",
            "账户余额",
            "对方账号",
            "对方户名",
            "交易附言",
        ],
    ]
    for day, reference, amount, name, number, words in lines:
        out = amount.startswith("-")
        gone, came = (amount[1:], "") if out else ("", amount)
        rows.append([day.replace("-", "/"), reference, came, gone, "1", number, name, words])
    return rows


def rcb(*lines: Line) -> list[list[str]]:
    rows = [["交易日期", "交易流水号", "借贷标志", "交易金额", "对方户名", "对方账号", "附言"]]
    for day, reference, amount, name, number, words in lines:
        side = "借" if amount.startswith("-") else "贷"
        rows.append([day, reference, side, amount.lstrip("-"), name, number, words])
    return rows


def plain(*lines: Line) -> list[list[str]]:
    rows = [["日期", "流水号", "金额", "对方户名", "对方账号", "附言"]]
    return [*rows, *(list(line) for line in lines)]


LAYOUTS = {"icbc": icbc, "ccb": ccb, "abc": abc, "rcb": rcb, "plain": plain}


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    return write_xlsx(rows, datetime(2026, 11, 23, tzinfo=UTC))


def given(content: bytes, name: str = "流水.csv") -> GivenFile:
    return GivenFile("file", name, content)


def plain_file(*lines: Line) -> GivenFile:
    return given(as_csv(plain(*lines)))
