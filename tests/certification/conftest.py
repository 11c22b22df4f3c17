"""People of the centre, one for each rung, and an application in a few words."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership
from marketplace.catalogue.models import Certification, Product
from marketplace.certification import commands
from marketplace.certification.models import CertificationApplication
from marketplace.certification.rules import ATTESTED, Rung, Verdict, Wish
from marketplace.core.identity import Identity, Role
from marketplace.producers.models import Producer
from tests.county import START, County, person

SEEN = {
    Rung.TOWNSHIP: (Verdict("BENEFIT_SEEN"),),
    Rung.SECTOR: (Verdict("QUALITY_SEEN"),),
    Rung.COUNTY: (),
}


@dataclass
class Office:
    """Three people of the centre, and what they do with the county's oil."""

    session: Session
    county: County
    township: Identity
    sector: Identity
    certifier: Identity

    @property
    def wish(self) -> Wish:
        return Wish((self.county.oil.product_id,), "收购 31 户脱贫户的橄榄", frozenset(ATTESTED))

    def applied(self) -> CertificationApplication:
        return commands.apply(
            self.session, self.county.clerk, self.county.producer_id, self.wish, START
        )

    def passes(self, application: CertificationApplication, rung: Rung) -> None:
        who = {
            Rung.TOWNSHIP: self.township,
            Rung.SECTOR: self.sector,
            Rung.COUNTY: self.certifier,
        }[rung]
        commands.pass_rung(self.session, who, (application.id, rung), SEEN[rung], START)

    def noticed(self) -> CertificationApplication:
        application = self.applied()
        for rung in SEEN:
            self.passes(application, rung)
        return application


@pytest.fixture
def office(session: Session, county: County) -> Office:
    centre_id = session.scalars(
        select(Membership.organisation_id).where(Membership.organisation_kind == "CENTRE")
    ).first()
    assert centre_id is not None
    session.get_one(Producer, county.producer_id).food_licence = "JY14203040012345"
    session.flush()
    certifiers = [
        person(session, f"{name}@test", ("CENTRE", centre_id, Role.CERTIFIER))
        for name in ("sector", "certifier")
    ]
    session.commit()
    return Office(session, county, county.operator, *certifiers)


def product_of(session: Session, county: County) -> Product:
    session.expire_all()
    return session.get_one(Product, county.oil.product_id)


def certificates(session: Session, county: County) -> list[Certification]:
    mine = Certification.product_id == county.oil.product_id
    return list(session.scalars(select(Certification).where(mine)))
