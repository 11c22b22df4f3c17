"""Filing what was bought outside, and filing it again after it came back."""

from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import ProductOnDay, products_on
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, InvalidInput, invalid
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.offline.commands.steps import holder, lines_of, lock, step
from marketplace.offline.models import OfflineLine, OfflinePaper, OfflinePurchase
from marketplace.offline.rules import (
    GivenLine,
    GivenOffline,
    OfflineElsewhere,
    OfflineState,
    UnitHadEnded,
    may_file,
    wrong_offline,
)
from marketplace.ordering.commands import release_number, take_number
from marketplace.ordering.rules.invoices import read_number
from marketplace.units.queries import get_unit, get_visible_unit
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS, PHOTOGRAPHS

NOT_OF_THE_SELLER = N_("这个商品不是这家供应商的,请重新选择。")


def file_offline(
    session: Session, identity: Identity, unit_id: int, given: GivenOffline, now: datetime
) -> OfflinePurchase:
    """Files an offline purchase. The same one told again by the same person is the same one.

    Raises NotFound, Forbidden, InvalidInput, InvoiceNumberUsed, UnitHadEnded.
    """
    get_visible_unit(session, identity, unit_id)
    if not may_file(identity, unit_id):
        raise Forbidden
    number, products = _checked(session, unit_id, given, day_of(now), is_new=True)
    known = _find_same(session, identity, unit_id, number, given)
    if known is not None:
        return known
    purchase = OfflinePurchase(number=f"X{new_code(9)}", unit_id=unit_id)
    _tell(purchase, identity, number, given, now)
    take_number(session, number, holder(purchase), now)
    session.add(purchase)
    _write_lines(session, purchase, given, products)
    _keep_papers(session, identity, purchase, given, now)
    step(session, identity, purchase, ("FILED", given.remark), now)
    return purchase


def amend_offline(
    session: Session, identity: Identity, offline_id: int, given: GivenOffline, now: datetime
) -> OfflinePurchase:
    """Files again what was sent back; both looks begin anew. Papers stay, new ones come beside."""
    purchase = lock(session, identity, offline_id)
    if not may_file(identity, purchase.unit_id):
        raise Forbidden
    if purchase.state != OfflineState.RETURNED:
        raise OfflineElsewhere
    number, products = _checked(session, purchase.unit_id, given, day_of(now), is_new=False)
    if number != purchase.invoice_number:
        take_number(session, number, holder(purchase), now)
        release_number(session, purchase.invoice_number, holder(purchase))
    _tell(purchase, identity, number, given, now)
    session.execute(delete(OfflineLine).where(OfflineLine.offline_id == purchase.id))
    _write_lines(session, purchase, given, products)
    _keep_papers(session, identity, purchase, given, now)
    step(session, identity, purchase, ("FILED", given.remark), now)
    return purchase


def _checked(
    session: Session, unit_id: int, given: GivenOffline, today: date, *, is_new: bool
) -> tuple[str, dict[int, ProductOnDay]]:
    """The invoice's number and the products, once nothing is wrong."""
    errors = wrong_offline(given, today, is_new=is_new)
    if errors:
        raise InvalidInput(*errors)
    number = read_number(given.invoice_number, "invoice_number")
    ended_on = get_unit(session, unit_id).ended_on
    if ended_on is not None and given.bought_on >= ended_on:
        raise UnitHadEnded
    products = products_on(session, [line.product_id for line in given.lines], given.bought_on)
    for line in given.lines:
        product = products.get(line.product_id)
        if product is None or product.producer_id != given.producer_id:
            raise invalid(f"packs-{line.product_id}", NOT_OF_THE_SELLER)
    return number, products


def _find_same(
    session: Session, identity: Identity, unit_id: int, number: str, given: GivenOffline
) -> OfflinePurchase | None:
    known = session.scalar(
        select(OfflinePurchase).where(
            OfflinePurchase.unit_id == unit_id,
            OfflinePurchase.invoice_number == number,
            OfflinePurchase.state == OfflineState.FILED,
            OfflinePurchase.filed_by == identity.person_id,
            OfflinePurchase.producer_id == given.producer_id,
            OfflinePurchase.bought_on == given.bought_on,
        )
    )
    if known is None:
        return None
    told = {(line.product_id, line.packs, line.amount_fen) for line in given.lines}
    kept = {(line.product_id, line.packs, line.amount_fen) for line in lines_of(session, known)}
    return known if told == kept else None


def _tell(
    purchase: OfflinePurchase, identity: Identity, number: str, given: GivenOffline, now: datetime
) -> None:
    purchase.producer_id, purchase.outlet = given.producer_id, given.outlet
    purchase.bought_on, purchase.fund = given.bought_on, given.fund
    purchase.invoice_number, purchase.invoice_fen = number, given.invoice_fen
    purchase.goods_fen = sum(line.amount_fen for line in given.lines)
    purchase.remark = given.remark
    purchase.state = OfflineState.FILED
    purchase.filed_by, purchase.filed_at = identity.person_id, now
    purchase.checked_by = None


def _write_lines(
    session: Session,
    purchase: OfflinePurchase,
    given: GivenOffline,
    products: dict[int, ProductOnDay],
) -> None:
    session.flush()
    rows = [_row(purchase, line, products[line.product_id]) for line in given.lines]
    session.execute(insert(OfflineLine), rows)


def _row(purchase: OfflinePurchase, line: GivenLine, product: ProductOnDay) -> dict[str, object]:
    return {
        "offline_id": purchase.id,
        "product_id": line.product_id,
        "product_name": product.name,
        "workshop_id": product.workshop_id,
        "packs": line.packs,
        "amount_fen": line.amount_fen,
        "is_certified": product.is_certified,
        "counted_rules": 0,
    }


def _keep_papers(
    session: Session,
    identity: Identity,
    purchase: OfflinePurchase,
    given: GivenOffline,
    now: datetime,
) -> None:
    papers = (("PROOF", given.proof, PAPERS), ("PHOTOGRAPH", given.photograph, PHOTOGRAPHS))
    for kind, file, allowed in papers:
        if file is not None:
            upload_id = keep(session, identity, file, allowed, now)
            session.add(OfflinePaper(offline_id=purchase.id, upload_id=upload_id, kind=kind))
    session.flush()
