"""What the demonstration does not show at noon: pages that stand in the middle of something."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.commands.joining import JoiningRequest, Newcomer, put_joining_letter
from marketplace.accounts.models import PasswordReset
from marketplace.accounts.queries import find_person, hash_of, load_identity
from marketplace.catalogue.models import Outlet, Product, Variant
from marketplace.cockpit.commands import keep_proof
from marketplace.contracts.commands import write_contract
from marketplace.contracts.rules.contracts import GivenContract, GivenLine
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.sealing import Sealer
from marketplace.documents.commands import PaperWish, ask_for_paper, keep_print
from marketplace.ordering.commands import draft_gifts
from marketplace.ordering.models import Order, OrderLine, PurchaseRecipient
from marketplace.ordering.rules import WishedLine
from marketplace.ordering.rules.wishes import GiftWish, Recipient
from marketplace.outlets.commands import Told, hand_in
from marketplace.reports.queries import prove
from tests.county import CONSIGNEE
from tests.outlets.steps import DAY

# The token of a letter that was sent to somebody who forgot their password.
FORGOTTEN = "forgotten"


def leave_states(session: Session, now: datetime, sealer: Sealer) -> str:
    """A letter to a newcomer, whose token is returned, one about a password, a proof of the books,
    a certificate, drafts of a contract and of a purchase by staff list, and receipts of an outlet
    that were checked and not written."""
    _write_to_the_forgetful(session, now)
    keep_proof(session, (prove(session), 5), None, now)
    _certify(session, _identity(session, "finance@demo"), now)
    _draft(session, _identity(session, "producer@demo"), now)
    _draft_gifts(session, _identity(session, "buyer@demo"), now)
    _check_receipts(session, _identity(session, "official@demo"), now)
    token = _invite(session, now, sealer)
    session.commit()
    return token


def _invite(session: Session, now: datetime, sealer: Sealer) -> str:
    tokens: list[str] = []

    def write(token: str | None) -> tuple[str, str]:
        tokens.append(token or "")
        return "请设密码", tokens[0]

    wanted = JoiningRequest(Newcomer("new@example.org", "新人"), None, write)
    put_joining_letter(session, wanted, now, sealer)
    return tokens[0]


def _identity(session: Session, login: str) -> Identity:
    person = find_person(session, login)
    assert person is not None
    found = load_identity(session, person.id)
    assert found is not None
    return found


def _write_to_the_forgetful(session: Session, now: datetime) -> None:
    person_id = _identity(session, "shopper@demo").person_id
    good = {"created_at": now, "expires_at": now + timedelta(hours=1)}
    session.add(PasswordReset(token_hash=hash_of(FORGOTTEN), person_id=person_id, **good))


def _certify(session: Session, finance: Identity, now: datetime) -> None:
    (unit_id,) = finance.organisations(OrganisationKind.UNIT)
    done = select(Order.purchase_id).where(Order.unit_id == unit_id, Order.state == "COMPLETED")
    purchase_id = session.scalar(done.order_by(Order.id).limit(1))
    wish = PaperWish("purchase_certificate", f"purchase:{purchase_id}", "pdf")
    keep_print(session, ask_for_paper(session, finance, wish, now), b"%PDF-", now)


def _draft(session: Session, clerk: Identity, now: datetime) -> None:
    (producer_id,) = clerk.organisations(OrganisationKind.PRODUCER)
    pack = (
        select(Variant.id, Variant.price_fen)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.producer_id == producer_id, Product.state == "PUBLISHED")
        .order_by(Variant.id)
    )
    variant_id, price_fen = session.execute(pack.limit(1)).one()
    today = now.date()
    given = GivenContract(
        "来年的供应",
        (GivenLine(variant_id, price_fen, most_packs=9),),
        today,
        today + timedelta(days=90),
    )
    write_contract(session, clerk, ("PRODUCER", 1, producer_id), given, now)


def _draft_gifts(session: Session, buyer: Identity, now: datetime) -> None:
    """One more person's gift than the list that was sent."""
    (unit_id,) = buyer.organisations(OrganisationKind.UNIT)
    known = select(OrderLine.variant_id).join(Order, Order.id == OrderLine.order_id)
    listed = select(PurchaseRecipient.purchase_id)
    variant_id = session.scalars(known.where(Order.purchase_id.in_(listed)).limit(1)).one()
    people = tuple(
        Recipient(f"职工{n}", "", "13900000000", "", (WishedLine(variant_id, 1),)) for n in range(9)
    )
    wish = GiftWish(unit_id, "UNION", "POSTPAY", CONSIGNEE, people, "春节慰问")
    draft_gifts(session, buyer, wish, now)


def _check_receipts(session: Session, official: Identity, now: datetime) -> None:
    outlet_id = session.scalar(select(Outlet.id).order_by(Outlet.id).limit(1))
    assert outlet_id is not None
    row = ["2", "S1", DAY.isoformat(), "", "B00001", "1.5", "99.00", "", ""]
    hand_in(session, official, outlet_id, Told("FILE", "小票.xlsx", [row]), now)
