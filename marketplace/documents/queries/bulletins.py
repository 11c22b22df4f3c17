"""The monthly bulletin as it was signed: the ranking of units, who lags, and why."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.bulletin.queries import IssueView, read_issues
from marketplace.bulletin.rules import UnitLine
from marketplace.core.identity import Identity
from marketplace.core.money import short_percent
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import Row, Sheet, Table, Yuan
from marketplace.units.queries import find_centre_over

HEADS = (
    *("名次", "单位", "全年任务(元)", "已计入(元)", "完成比例", "还差(元)", "在途(元)"),
    *("预计年底(元)", "去年同期(元)", "原因"),
)


def get_issue(session: Session, identity: Identity, bulletin_id: int) -> IssueView:
    """The issue that holds. Raises NotFound for whoever may not read it."""
    return read_issues(session, identity, bulletin_id)[0]


def bulletin(session: Session, of: IssueView, _today: date) -> Sheet:
    """What was signed, to the fen; its own hash stands among the facts."""
    told = of.facts
    centre = find_centre_over(session, of.county_code)
    facts = (
        ("月份", told.period),
        ("数据截至", words.day(told.as_of)),
        ("签发", f"{of.signer},{words.day(of.signed_at)}"),
        ("第几次签发", of.number),
        ("已完成单位", f"{told.met} / {len(told.living)}"),
        ("年底可能完不成", len(told.laggards)),
        ("今年销售(元)", Yuan(told.sales_fen)),
        ("去年同期销售(元)", Yuan(told.sales_last_year_fen)),
        ("有销售的村", f"{told.villages_selling} / {told.villages}"),
        ("签发内容的指纹", of.sha256),
    )
    rows = tuple(_row(place, of, unit) for place, unit in enumerate(told.ranking, 1))
    whole = (Yuan(told.target_fen), Yuan(told.counted_fen), _percent(told.rate_ppm))
    total = ("", "合计", *whole, "", "", "", "", "")
    return Sheet(
        of.title,
        centre.name if centre else "",
        facts,
        (Table("各单位进度", HEADS, rows, total),),
        clauses=tuple(part for part in of.words.split("\n\n") if part.strip()),
        is_wide=True,
        is_told_first=True,
    )


def _row(place: int, of: IssueView, unit: UnitLine) -> Row:
    later = (unit.gap_fen, unit.waiting_fen, unit.projected_fen, unit.counted_last_year_fen)
    return (
        *(place, unit.name, Yuan(unit.target_fen), Yuan(unit.counted_fen), _percent(unit.rate_ppm)),
        *map(Yuan, later),
        of.reasons.get(str(unit.unit_id), "") or "—",
    )


def _percent(rate_ppm: int | None) -> str:
    return "—" if rate_ppm is None else short_percent(rate_ppm)
