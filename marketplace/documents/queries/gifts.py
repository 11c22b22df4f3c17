"""The union's sign-off list: who gets what, and where they sign for it."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.documents.queries.purchases import is_placed
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import Sheet, Table, Yuan
from marketplace.ordering.queries import PurchaseView, get_purchase
from marketplace.ordering.queries.gifts import Person, people_to_sign
from marketplace.ordering.rules import EXITS, is_buyers_side

HEADS = ("序号", "姓名", "部门", "慰问品", "份数", "金额(元)", "签名", "日期")


def get_listed(session: Session, identity: Identity, purchase_id: int) -> PurchaseView:
    """A purchase by staff list. Raises NotFound for everyone but the unit's own office: the paper
    names people, and goes into the union's books."""
    purchase = get_purchase(session, identity, purchase_id)
    own = is_buyers_side(identity, purchase.unit_id, purchase.buyer_id)
    if not own or not purchase.people:
        raise NotFound
    return purchase


def is_due(purchase: PurchaseView) -> bool:
    """Once it is placed, and as long as something of it comes."""
    return is_placed(purchase) and any(part.state not in EXITS for part in purchase.orders)


def sign_off(session: Session, purchase: PurchaseView, _today: date) -> Sheet:
    """Everyone who gets something, one row a person. What was cancelled is not signed for."""
    people = people_to_sign(session, purchase.id)
    goods_fen = sum(part.goods_fen for part in purchase.orders if part.state not in EXITS)
    sum_fen = sum(person.sum_fen for person in people)
    assert sum_fen == goods_fen, (purchase.id, sum_fen, goods_fen)
    packs = sum(person.quantity for person in people)
    total = ("合计", f"{len(people)} 人", "", "", packs, Yuan(sum_fen), "", "")
    return Sheet(
        "职工慰问品签领表",
        purchase.unit_name or purchase.buyer_name,
        (
            ("采购单号", purchase.number),
            ("资金渠道", words.FUNDS[purchase.fund]),
            ("经办人", purchase.buyer_name),
            ("提交日期", words.day(purchase.submitted_at)),
        ),
        (Table("签领", HEADS, tuple(_row(person) for person in people), total),),
        sum_fen=sum_fen,
        clauses=("金额为商品价款,不含运费。请本人签名;代领的请写明代领人。",),
        signers=("经办", "工会主席", "负责人"),
    )


def _row(person: Person) -> tuple[str | int | Yuan, ...]:
    return (
        person.place,
        person.name,
        person.department or "—",
        person.words,
        person.quantity,
        Yuan(person.sum_fen),
        "",
        "",
    )
