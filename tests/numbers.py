"""A shop in which telephones and numbers of accounts have been given everywhere, and all that its
database holds."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.documents.commands.keep import keep_print
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import RememberedAnswer, fingerprint_of
from marketplace.payments.commands import declare_account, import_statement, match_line
from marketplace.payments.models import BankLine, Payout
from marketplace.payments.rules.accounts import GivenAccount, Holder
from tests.county import CONSIGNEE, START, County
from tests.entering.steps import given, submitted
from tests.ordering.gifts import person, placed_gifts
from tests.ordering.steps import completed
from tests.payments.bank import plain_file
from tests.payments.settling import declare, frozen, released

PHONE, COLLEAGUE = "13871234567", "13912345678"
UNIT, SELLER, CENTRE = "17020009998888", "81010000111", "6222000011112222"
APPLICANT = given().bank_number
NUMBERS = (PHONE, COLLEAGUE, UNIT, SELLER, CENTRE, APPLICANT, APPLICANT.replace(" ", ""))
PRINTED = b"%PDF-1.7 " + PHONE.encode()
ASKED = (1, "key-1", fingerprint_of("POST", "/api/v1/purchases", PHONE.encode()))


@dataclass(frozen=True)
class Given:
    """What of it tests ask for again."""

    purchase_id: int
    order_id: int
    listed_id: int
    paper_id: int
    line_id: int
    payout_id: int


def given_everywhere(session: Session, county: County) -> Given:
    """Placed, paid and settled, with a staff list, a statement, a paper, an answer of the API and
    somebody who applies. Committed."""
    wish = replace(county.wish((county.mushrooms, 2)), consignee=replace(CONSIGNEE, phone=PHONE))
    purchase, (order,) = completed(session, county, wish)
    listed = placed_gifts(session, county, person("李梅", (county.noodles, 1)))
    unit = GivenAccount("区财政局", UNIT, "农商行")
    declare_account(session, county.finance, Holder(unit_id=county.unit_id), unit, START)
    declare(session, county)
    frozen(session, county)
    released(session, county)
    transfer = ("2026-11-20", "B1", "1.00", "区财政局", UNIT, "货款")
    (line_id,) = import_statement(session, county.cashier, plain_file(transfer), START).new_lines
    match_line(session, line_id, START)
    wished = PaperWish("payment_notice", f"purchase:{purchase.id}", "pdf")
    paper_id = ask_for_paper(session, county.buyer, wished, START)
    keep_print(session, paper_id, PRINTED, START)
    answer_once(session, ASKED, START, lambda: RememberedAnswer(201, PHONE))
    submitted(session, county, START)
    payout_id = session.scalars(select(Payout.id)).one()
    assert session.scalars(select(BankLine.id)).all() == [line_id]
    session.commit()
    return Given(purchase.id, order.id, listed.id, paper_id, line_id, payout_id)


def everything_in(engine: Engine) -> str:
    """All rows of all tables that there are, as whoever took the database would read them."""
    with engine.connect() as connection:
        return "\n".join(
            str(connection.execute(text(f'SELECT * FROM "{name}"')).all())
            for name in inspect(engine).get_table_names()
        )


def bytes_of(engine: Engine) -> bytes:
    """What lies on the disk (SQLite): the file, and the journal beside it."""
    file = Path(str(engine.url.database))
    beside = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
