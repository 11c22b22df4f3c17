"""The village ledger: what a village sold in a year, by month, product and producer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution.queries import PartTotal, parts_of
from marketplace.catalogue.queries import list_names
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.documents.rules import words
from marketplace.documents.rules.kinds import Subject, last_day
from marketplace.documents.rules.sheet import Row, Sheet, Table, Yuan
from marketplace.geography.queries import places_of
from marketplace.producers.queries import names_of


@dataclass(frozen=True)
class YearOfVillage:
    code: str
    name: str
    township: str
    year: int


def get_year(session: Session, _identity: Identity, subject: Subject) -> YearOfVillage:
    """What a village sold is public. Raises NotFound where there is no such village."""
    code = f"{subject.id:012d}"
    place = places_of(session, [code]).get(code)
    if place is None:
        raise NotFound
    return YearOfVillage(code, place.name, place.township_name, subject.year)


def has_begun(of: YearOfVillage, today: date) -> bool:
    return of.year <= today.year


def ledger(session: Session, of: YearOfVillage, today: date) -> Sheet:
    """Three tables that each sum to the same fen; buyers are not named."""

    def parts(kind: str) -> list[PartTotal]:
        return parts_of(session, "village", of.code, kind, year=of.year)

    months = sorted(parts("month"), key=lambda part: part.part_key)
    products, producers = parts("product"), parts("producer")
    goods = list_names(session, {int(part.part_key) for part in products})
    makers = names_of(session, {int(part.part_key) for part in producers})
    tables = (
        _table("按月", "月份", [(part.part_key, part) for part in months]),
        _table("按商品", "商品", [(goods[int(part.part_key)].name, part) for part in products]),
        _table("按供应商", "供应商", [(makers[int(part.part_key)], part) for part in producers]),
    )
    facts = (
        ("村", f"{of.township}{of.name}"),
        ("区划代码", of.code),
        ("年度", str(of.year)),
        ("截至", words.day(last_day(of.year, today))),
        ("口径", "已完成订单的货款按批次产地份额归属,已扣除退款,不含运费;不等于农户收入"),
    )
    whole = sum(part.amount_fen for part in months)
    return Sheet("村级销售台账", f"{of.township}{of.name}", facts, tables, sum_fen=whole)


def _table(title: str, head: str, named: Sequence[tuple[str, PartTotal]]) -> Table:
    rows: tuple[Row, ...] = tuple(
        (name, part.orders, Yuan(part.amount_fen)) for name, part in named
    )
    whole = Yuan(sum(part.amount_fen for _name, part in named))
    return Table(title, (head, "单数", "金额(元)"), rows, ("合计", "", whole))
