"""Offline purchases in a few words, for tests."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.offline import commands
from marketplace.offline.models import OfflinePurchase
from marketplace.offline.rules import GivenLine, GivenOffline
from marketplace.uploads.rules import GivenFile
from tests.county import START, County

NUMBER = "26422000000000000001"
BOUGHT_ON = date(2026, 11, 20)
PROOF = GivenFile("proof", "发票.pdf", b"%PDF-1.7 invoice")
PHOTOGRAPH = GivenFile("photograph", "专柜.png", b"\x89PNG\r\n\x1a\n stand")


def given(county: County, **changes: object) -> GivenOffline:
    """Mushrooms and uncertified oil, bought at the cabinet."""
    lines = (
        GivenLine(county.mushrooms.product_id, 10, 64_031),
        GivenLine(county.oil.product_id, 1, 9_900),
    )
    plain = GivenOffline(
        county.producer_id,
        "CABINET",
        BOUGHT_ON,
        "UNION",
        lines,
        NUMBER,
        80_000,
        "",
        PROOF,
        PHOTOGRAPH,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def filed(
    session: Session, county: County, now: datetime = START, **changes: object
) -> OfflinePurchase:
    told = given(county, **changes)
    return commands.file_offline(session, county.buyer, county.unit_id, told, now)


def checked(
    session: Session, county: County, now: datetime = START, **changes: object
) -> OfflinePurchase:
    purchase = filed(session, county, now, **changes)
    return commands.check_offline(session, county.finance, purchase.id, now)


def verified(
    session: Session, county: County, now: datetime = START, **changes: object
) -> OfflinePurchase:
    """All the way: filed by the buyer, checked by finance, verified by the centre."""
    purchase = checked(session, county, now, **changes)
    return commands.verify_offline(session, county.operator, purchase.id, now)
