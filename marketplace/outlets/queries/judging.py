"""What each receipt of a report would do: count, change nothing, or what is wrong with it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from marketplace.catalogue.queries.batches import KeptBatch
from marketplace.catalogue.queries.sold import (
    Recognition,
    batches_by_code,
    recognitions_of,
    there_by_batch,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.core.sheets import CellError
from marketplace.outlets.queries.known import (
    KnownReceipt,
    NamedUnit,
    known_receipts,
    named_units,
)
from marketplace.outlets.rules import INDIVIDUAL
from marketplace.outlets.rules.sheet import LineRead, read_line

NEW, KNOWN, BAD = "NEW", "KNOWN", "BAD"

OUT_OF_YEARS = N_("销售日期要在去年 1 月 1 日到今天之间。")
NOT_A_BATCH = N_("没有这个批次,或者不是您家的货。请对照外箱上的批次号。")
RECALLED = N_("这个批次 %(day)s 已召回,之后的销售不能上报。")
TOO_OLD = N_("这个批次 %(day)s 起不能再卖。请核对销售日期和批次号。")
NOT_MADE_YET = N_("这个批次 %(day)s 才生产。请核对销售日期和批次号。")
BEYOND = N_("网点里这个批次只剩 %(there)s 件。请核对件数;货送去了还没登记的,先登记调拨。")
DIFFERS = N_("同一张小票的各行,这一列要和第 %(row)s 行一样,或者留空。")
MORE_THAN_TOTAL = N_("各行金额合计超过了小票合计。")
NOT_A_UNIT = N_("没有这个单位,请填单位全名或单位编号。")
UNIT_ENDED = N_("销售那天这个单位已经撤并,请填承接的单位。")
NO_FUND = N_("单位付款的小票要写明用哪项经费。")
FUND_ALONE = N_("写了经费,还要写付款单位;个人付款的两格都留空。")
OTHER_CONTENT = N_("这个小票号已经计入,内容和这次不同。要更正请先冲销原小票,再用新号上报。")


@dataclass(frozen=True)
class Scope:
    """Where the report is for, whose goods it may name (None: everybody's), and today."""

    outlet_id: int
    producer_ids: Collection[int] | None
    today: date


@dataclass(frozen=True)
class JudgedLine:
    """A line whose batch is known."""

    read: LineRead
    batch: KeptBatch
    is_eligible: bool


@dataclass
class Verdict:
    """A receipt: new, known already, or bad for the reasons that stand by row."""

    number: str
    rows: tuple[LineRead, ...]
    kind: str = NEW
    day: date | None = None
    told_total_fen: int | None = None
    unit_id: int | None = None
    fund: str = INDIVIDUAL
    lines: list[JudgedLine] = field(default_factory=list)
    errors: list[tuple[int, CellError]] = field(default_factory=list)

    @property
    def goods_fen(self) -> int:
        return sum(row.amount_fen for row in self.rows)

    @property
    def total_fen(self) -> int:
        return self.goods_fen if self.told_total_fen is None else self.told_total_fen

    @property
    def eligible_fen(self) -> int:
        return sum(line.read.amount_fen for line in self.lines if line.is_eligible)

    def refuse(self, place: int, column: str, message: str, /, **params: object) -> None:
        self.kind = BAD
        self.errors.append((place, CellError(column, message, params)))


@dataclass(frozen=True)
class Judged:
    verdicts: tuple[Verdict, ...]

    def of(self, kind: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.kind == kind]

    @property
    def days(self) -> list[date]:
        return [one.day for one in self.verdicts if one.kind != BAD and one.day is not None]


@dataclass(frozen=True)
class _Facts:
    """What is known of everything that the rows name."""

    scope: Scope
    batches: Mapping[str, KeptBatch]
    recognitions: Mapping[int, Sequence[Recognition]]
    units: Mapping[str, NamedUnit]
    known: Mapping[str, KnownReceipt]


def batch_ids_in(session: Session, rows: Iterable[Sequence[str]]) -> list[int]:
    """The batches that rows name, for whoever holds them first."""
    codes = {read_line(row).batch_code for row in rows}
    return [batch.id for batch in batches_by_code(session, codes).values()]


def judge(session: Session, scope: Scope, rows: Iterable[Sequence[str]]) -> Judged:
    """The verdicts, receipt by receipt in the order of the rows; what one takes from a batch is
    not there for the next."""
    read = [read_line(row) for row in rows]
    facts = _facts(session, scope, read)
    verdicts = [_verdict(number, lines, facts) for number, lines in _by_receipt(read)]
    there = there_by_batch(session, scope.outlet_id, [one.id for one in facts.batches.values()])
    for verdict in verdicts:
        if verdict.kind == NEW:
            _take(verdict, there)
    return Judged(tuple(verdicts))


def _facts(session: Session, scope: Scope, read: Sequence[LineRead]) -> _Facts:
    batches = batches_by_code(session, {line.batch_code for line in read})
    return _Facts(
        scope,
        batches,
        recognitions_of(session, {batch.product_id for batch in batches.values()}),
        named_units(session, {line.unit for line in read if line.unit}),
        known_receipts(session, scope.outlet_id, {line.number for line in read}),
    )


def _by_receipt(read: Sequence[LineRead]) -> Iterable[tuple[str, list[LineRead]]]:
    """Rows of one number together; a row without a number stands alone."""
    receipts: dict[str, list[LineRead]] = {}
    for line in read:
        receipts.setdefault(line.number or f"\n{line.row}", []).append(line)
    return ((lines[0].number, lines) for lines in receipts.values())


def _verdict(number: str, rows: list[LineRead], facts: _Facts) -> Verdict:
    verdict = Verdict(number, tuple(rows))
    for row in rows:
        for error in row.errors:
            verdict.refuse(row.row, error.column, error.message, **error.params)
    _read_head(verdict, facts)
    for row in rows:
        _read_goods(verdict, row, facts)
    if verdict.kind == NEW and number in facts.known:
        same = facts.known[number] == _as_known(verdict)
        verdict.kind = KNOWN
        if not same:
            verdict.refuse(rows[0].row, "number", OTHER_CONTENT)
    return verdict


def _as_known(verdict: Verdict) -> KnownReceipt:
    assert verdict.day is not None, verdict.number
    lines = Counter((x.batch.id, x.read.packs, x.read.amount_fen) for x in verdict.lines)
    return KnownReceipt(verdict.day, verdict.total_fen, verdict.unit_id, verdict.fund, lines)


def _read_head(verdict: Verdict, facts: _Facts) -> None:
    """What all rows of a receipt say alike: its day, its total, who paid."""
    first = verdict.rows[0]
    for row in verdict.rows[1:]:
        pairs = (
            ("day", row.day, first.day),
            ("total", row.total_fen, first.total_fen),
            ("unit", row.unit or None, first.unit),
            ("fund", row.fund or None, first.fund),
        )
        for column, here, there in pairs:
            if here is not None and here != there:
                verdict.refuse(row.row, column, DIFFERS, row=first.row)
    verdict.day, verdict.told_total_fen = first.day, first.total_fen
    today = facts.scope.today
    if first.day is not None and not date(today.year - 1, 1, 1) <= first.day <= today:
        verdict.refuse(first.row, "day", OUT_OF_YEARS)
    if verdict.goods_fen > verdict.total_fen:
        verdict.refuse(first.row, "total", MORE_THAN_TOTAL)
    _read_payer(verdict, first, facts.units)


def _read_payer(verdict: Verdict, first: LineRead, units: Mapping[str, NamedUnit]) -> None:
    if not first.unit:
        if first.fund:
            verdict.refuse(first.row, "unit", FUND_ALONE)
        return
    unit = units.get(first.unit)
    if unit is None:
        verdict.refuse(first.row, "unit", NOT_A_UNIT)
        return
    if unit.ended_on is not None and first.day is not None and first.day >= unit.ended_on:
        verdict.refuse(first.row, "unit", UNIT_ENDED)
    if not first.fund:
        if "fund" not in {error.column for error in first.errors}:
            verdict.refuse(first.row, "fund", NO_FUND)
        return
    verdict.unit_id, verdict.fund = unit.id, first.fund


def _read_goods(verdict: Verdict, row: LineRead, facts: _Facts) -> None:
    """Whose batch it is, and whether it could be sold that day."""
    batch = facts.batches.get(row.batch_code)
    mine = facts.scope.producer_ids
    if batch is None or (mine is not None and batch.producer_id not in mine):
        if row.batch_code:
            verdict.refuse(row.row, "batch", NOT_A_BATCH)
        return
    day = verdict.day
    if day is None:
        return
    if batch.recalled_at is not None and day >= day_of(batch.recalled_at):
        verdict.refuse(row.row, "batch", RECALLED, day=day_of(batch.recalled_at))
    elif batch.expires_on is not None and day >= batch.expires_on:
        verdict.refuse(row.row, "batch", TOO_OLD, day=batch.expires_on)
    elif day < batch.produced_on:
        verdict.refuse(row.row, "batch", NOT_MADE_YET, day=batch.produced_on)
    recognitions = facts.recognitions.get(batch.product_id, ())
    is_eligible = any(one.covers(day) for one in recognitions)
    verdict.lines.append(JudgedLine(row, batch, is_eligible))


def _take(verdict: Verdict, there: dict[int, int]) -> None:
    left = dict(there)
    for line in verdict.lines:
        packs = left.get(line.batch.id, 0)
        if line.read.packs > packs:
            verdict.refuse(line.read.row, "packs", BEYOND, there=packs)
        left[line.batch.id] = packs - line.read.packs
    if verdict.kind == NEW:
        there.update(left)
