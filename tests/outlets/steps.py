"""Outlets in a few words, for tests."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import open_outlet, send_to_outlet
from marketplace.catalogue.queries.sold import there_by_batch
from marketplace.catalogue.rules.keeping import NewOutlet, OutletMove
from marketplace.core.identity import Identity
from marketplace.outlets.commands import Told, report_now
from marketplace.outlets.models import OutletReceipt
from marketplace.outlets.rules.sheet import ToldLine, ToldReceipt, as_rows
from tests.county import START, County, Goods

DAY = date(2026, 11, 20)


def outlet_with(session: Session, county: County, packs: int = 50, name: str = "食堂专柜") -> int:
    """An outlet with packs of mushrooms and of uncertified oil; its id."""
    outlet = open_outlet(session, county.operator, NewOutlet(name, "CABINET", "区政府"), START)
    for goods in (county.mushrooms, county.oil):
        move = OutletMove(goods.batch_id, outlet.id, packs, "SENT")
        send_to_outlet(session, county.clerk, move, START)
    return outlet.id


def code_of(goods: Goods) -> str:
    return f"B{goods.variant_id:05d}"


def receipt(county: County, number: str = "S1", packs: int = 2, **changes: object) -> ToldReceipt:
    """Mushrooms and oil, among other goods."""
    plain: dict[str, object] = {
        "number": number,
        "day": DAY,
        "lines": (
            ToldLine(code_of(county.mushrooms), packs, 6_401 * packs),
            ToldLine(code_of(county.oil), 1, 9_900),
        ),
        "total_fen": 500_000,
    }
    return ToldReceipt(**{**plain, **changes})  # type: ignore[arg-type]


def told(*receipts: ToldReceipt) -> Told:
    return Told("API", "", as_rows(receipts))


def reported(
    session: Session,
    county: County,
    outlet_id: int,
    *receipts: ToldReceipt,
    who: Identity | None = None,
    now: datetime = START,
) -> list[str]:
    """What each receipt came to."""
    person = who or county.operator
    _report, judged = report_now(session, person, outlet_id, told(*receipts), now)
    return [verdict.kind for verdict in judged.verdicts]


def there(session: Session, outlet_id: int, goods: Goods) -> int:
    return there_by_batch(session, outlet_id, [goods.batch_id]).get(goods.batch_id, 0)


def only_receipt(session: Session, number: str = "S1") -> OutletReceipt:
    return session.query(OutletReceipt).filter_by(number=number).one()
