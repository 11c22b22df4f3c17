"""A county that traded in every way, so that most books hold something."""

from sqlalchemy.orm import Session

from marketplace.catalogue.commands import open_outlet, send_to_outlet
from marketplace.catalogue.rules.keeping import NewOutlet, OutletMove
from marketplace.certification.commands import apply
from marketplace.certification.rules import ATTESTED, Wish
from tests.commission.road import sold_by_link
from tests.contracts.signing import placed as called_off
from tests.contracts.signing import signed
from tests.county import START, County
from tests.livestream.sessions import hold_session
from tests.ordering.steps import completed


def trade(session: Session, county: County) -> None:
    completed(session, county, county.wish((county.mushrooms, 20), (county.noodles, 7)))
    called_off(session, county, signed(session, county), 3)
    outlet = open_outlet(session, county.operator, NewOutlet("专柜", "CABINET", "区政府"), START)
    sent = OutletMove(county.noodles.batch_id, outlet.id, 2, "SENT")
    send_to_outlet(session, county.other_clerk, sent, START)
    wish = Wish((county.oil.product_id,), "收购", frozenset(ATTESTED))
    apply(session, county.clerk, county.producer_id, wish, START)
    sold_by_link(session, county, hold_session(session, county, county.oil), (county.oil, 1))
    session.commit()
