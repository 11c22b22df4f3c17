"""The money of the last months: accounts declared, months settled and paid, a bank statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.core.clock import bounds_of, day_of, latest_months, start_of
from marketplace.core.identity import Identity
from marketplace.core.money import plain_yuan
from marketplace.core.paging import PageRequest
from marketplace.core.sheets import write_csv
from marketplace.payments import commands, queries
from marketplace.payments.rules.accounts import GivenAccount, Holder
from marketplace.payments.rules.payouts import Result
from marketplace.uploads.rules import GivenFile

MONTHS = 3
# Months are settled on the tenth, when the after-sale time of most of their orders has passed.
SETTLED_AFTER = timedelta(days=9, hours=2)


@dataclass(frozen=True)
class MoneyCast:
    """Who does what with money."""

    official_id: int
    colleague_id: int
    finance_id: int
    unit_id: int
    clerks: Mapping[int, int]
    names: Mapping[int, str]


def tell_of_money(session: Session, cast: MoneyCast, now: datetime) -> None:
    """Everything through the marketplace's own commands."""
    official, colleague = who(session, cast.official_id), who(session, cast.colleague_id)
    _declare(session, cast, now)
    months = list(reversed(latest_months(day_of(now))[1 : MONTHS + 1]))
    for month in months:
        at = start_of(bounds_of(month)[1]) + SETTLED_AFTER
        if at > now:
            continue
        for producer_id in queries.producers_to_settle(session, month):
            commands.freeze(session, official, producer_id, month, at)
        _pay(session, (official, colleague), at, is_last=month == months[-1])
    _take_in_a_statement(session, official, now)


def who(session: Session, person_id: int) -> Identity:
    """Somebody of the demonstration, to act as."""
    identity = load_identity(session, person_id)
    assert identity is not None
    return identity


def _declare(session: Session, cast: MoneyCast, now: datetime) -> None:
    """Every producer says where its money goes; one unit says where its own comes from."""
    since = now - timedelta(days=200)
    for producer_id, name in cast.names.items():
        account = GivenAccount(name, f"8101{producer_id:012d}", "郧阳农村商业银行(演示)")
        clerk = who(session, cast.clerks[producer_id])
        commands.declare_account(session, clerk, Holder(producer_id=producer_id), account, since)
    account = GivenAccount("郧阳区财政局", "17020001000000001", "演示银行郧阳支行")
    finance = who(session, cast.finance_id)
    commands.declare_account(session, finance, Holder(unit_id=cast.unit_id), account, since)


def _pay(
    session: Session, people: tuple[Identity, Identity], at: datetime, *, is_last: bool
) -> None:
    """A month's payouts: made by one, released by the other, paid. Of the last month one batch
    waits to be released and some payouts wait for a batch."""
    maker, releaser = people
    waiting = [payout.id for payout in queries.list_waiting_payouts(session)]
    if not waiting:
        return
    if is_last:
        commands.make_batch(session, releaser, waiting[: len(waiting) // 2], at)
        return
    batch = commands.make_batch(session, maker, waiting, at)
    commands.release_batch(session, releaser, batch.id, at + timedelta(hours=1))
    paid = [
        Result(payout.number, True, f"DEMO-{payout.number}")
        for payout in queries.get_batch(session, batch.id).payouts
    ]
    commands.note_results(session, maker, paid, at + timedelta(days=1))


def _take_in_a_statement(session: Session, official: Identity, now: datetime) -> None:
    """A file of yesterday's: what names a code is matched, the rest waits for the cashier."""
    day = day_of(now - timedelta(days=1)).isoformat()
    open_payments = queries.list_payments(session, PageRequest(1, 3)).items
    transfers = [one for one in open_payments if one.method == "bank_transfer"]
    rows: list[Sequence[object]] = [("日期", "流水号", "金额", "对方户名", "对方账号", "附言")]
    for number, payment in enumerate(transfers[:1], 1):
        words = f"货款 {payment.remittance_code}"
        amount = plain_yuan(payment.amount_fen)
        rows.append((day, f"DEMO{number:04d}", amount, "演示单位", "1702000100000099", words))
    rows += [
        (day, "DEMO0101", "3680.00", "郧阳区第二实验小学", "1702000100000077", "采购山货"),
        (day, "DEMO0102", "128.00", "王某某", "6222000000000001", "识别码忘了"),
        (day, "DEMO0103", "-15.00", "演示银行郧阳支行", "", "电子汇划手续费"),
    ]
    file = GivenFile("file", "网银明细(演示).csv", write_csv(rows))
    for line_id in commands.import_statement(session, official, file, now).new_lines:
        commands.match_line(session, line_id, now)
