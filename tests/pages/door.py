"""The shop's door for tests of what is credited to hosts: links are followed, goods bought."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.core.identity import Identity
from marketplace.livestream.models import LiveSession
from marketplace.ordering.models import Order, Purchase
from tests.commission.road import finished
from tests.county import CONSIGNEE, County, Goods
from tests.livestream.sessions import Held, code_of, hold_session
from tests.pages.conftest import Visit, Visitor

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)
PERSON = {
    "User-Agent": PHONE,
    "Accept": "text/html,application/xhtml+xml,image/webp,*/*;q=0.8",
    "Sec-Fetch-Dest": "document",
}
NOT_PEOPLE = {
    "prefetch": {"Sec-Purpose": "prefetch"},
    "prerender": {"Sec-Purpose": "prefetch;prerender"},
    "older prefetch": {"Purpose": "prefetch"},
    "preview": {"X-Purpose": "preview"},
    "picture": {"Sec-Fetch-Dest": "image"},
    "picture of an old browser": {"Accept": "image/webp,image/*;q=0.8"},
    "frame": {"Sec-Fetch-Dest": "iframe"},
    "script": {"Sec-Fetch-Dest": "empty"},
    "no name": {"User-Agent": ""},
    "blank name": {"User-Agent": " "},
    "endless name": {"User-Agent": "Mozilla/5.0 " + "x" * 500},
    **{
        agent: {"User-Agent": agent}
        for agent in (
            "curl/8.5.0",
            "Wget/1.21",
            "python-requests/2.32",
            "Go-http-client/1.1",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "Mozilla/5.0 HeadlessChrome/126.0",
            "okhttp/4.12",
            "Apache-HttpClient/4.5",
        )
    },
}


@dataclass
class Door:
    """The small shop with a session that offers mushrooms."""

    county: County
    session: Session
    visit: Visit
    held: Held
    link: str

    def follow(self, visitor: Visitor, **said: str) -> None:
        assert visitor.client.get(self.link, headers={**PERSON, **said}).status_code == 302

    def buy(self, visitor: Visitor, goods: Goods | None = None, **fields: Any) -> int:
        """Bought and placed for oneself; the purchase's id."""
        goods = goods or self.county.mushrooms
        visitor.send("/basket/lines", variant_id=goods.variant_id, quantity=1)
        answer = visitor.send("/checkout", **wish(goods, **fields))
        return int(answer.location.rpartition("/")[2])

    def outcome(self, purchase_id: int, buyer: Identity | None = None) -> tuple[str, int]:
        """What the purchase was claimed as (nothing where nothing points to a host), and what
        host and agency have once it is paid, sent and accepted."""
        session, county = self.session, replace(self.county, shopper=buyer or self.county.shopper)
        session.rollback()
        session.expunge_all()
        purchase = session.get_one(Purchase, purchase_id)
        orders = list(session.scalars(select(Order).where(Order.purchase_id == purchase_id)))
        finished(session, county, purchase, orders)
        session.commit()
        claim = session.scalars(select(CommissionClaim)).one_or_none()
        earned = func.coalesce(func.sum(CommissionEntry.host_fen + CommissionEntry.agency_fen), 0)
        return claim.outcome if claim else "", int(session.scalar(select(earned)) or 0)


def wish(goods: Goods, **changes: Any) -> dict[str, Any]:
    """The checkout of someone who buys one pack for themselves."""
    fields = {
        "nonce": "ABC123",
        "unit": "personal",
        "line": [str(goods.variant_id)],
        "consignee_name": CONSIGNEE.name,
        "consignee_phone": CONSIGNEE.phone,
        "consignee_address": CONSIGNEE.address,
        "reviewed_fen": str(goods.price_fen),
    }
    return {**fields, **changes}


def open_door(county: County, session: Session, visit: Visit) -> Door:
    held = hold_session(session, county, county.mushrooms)
    code = code_of(session, held.links[county.mushrooms.product_id])
    session.rollback()
    return Door(county, session, visit, held, f"/l/{code}")


def change(door: Door, **values: Any) -> None:
    """Another course of the session."""
    door.session.execute(
        update(LiveSession).where(LiveSession.id == door.held.session_id).values(**values)
    )
    door.session.commit()
