"""An inquiry of the small county, and answers to it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.contracts.rules.inquiries import (
    GivenInquiry,
    GivenInquiryLine,
    GivenPrice,
    GivenQuotation,
)
from marketplace.notices.models import Notice
from tests.county import START

TODAY = START.date()
LATER = START + timedelta(days=8)


def asked(county, **changes):
    values = {
        "title": "春节食堂干货",
        "lines": (
            GivenInquiryLine("椴木香菇 500 克", 10, county.mushrooms.variant_id),
            GivenInquiryLine("炒菜用的油", 4),
        ),
        "producers": (county.producer_id, county.other_producer_id),
        "answer_until": TODAY + timedelta(days=7),
        "wanted_by": TODAY + timedelta(days=20),
        "address": "区政府食堂",
    }
    return GivenInquiry(**{**values, **changes})


def answered(prices, **changes):
    values = {
        "freight_fen": 500,
        "delivery_days": 3,
        "valid_until": TODAY + timedelta(days=30),
    }
    given = {line: GivenPrice(variant, fen) for line, (variant, fen) in prices.items()}
    return GivenQuotation(prices=given, **{**values, **changes})


def told(session: Session) -> list[tuple[str, str]]:
    """(login, kind) of everything that people were told."""
    rows = session.execute(
        select(Notice.kind, Person.login).join(Person, Person.id == Notice.person_id)
    )
    return sorted((row.login, row.kind) for row in rows)
