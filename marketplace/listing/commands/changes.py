"""Changing a product: a draft as one likes, a published one at once or after a review."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.catalogue import commands as catalogue
from marketplace.catalogue.queries import OwnProduct, get_own
from marketplace.catalogue.rules.prices import PriceReason
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity
from marketplace.listing.commands.products import add_pack, named, open_own
from marketplace.listing.commands.record import Step, note
from marketplace.listing.commands.skus import give_sku
from marketplace.listing.models import ChangeRequest
from marketplace.listing.queries import find_open_request, get_own_product, stands
from marketplace.listing.rules import (
    NOTHING,
    Changes,
    PackWish,
    ProductWish,
    RequestDecided,
    RequestWaiting,
    WrongState,
    changes_between,
    is_empty,
    is_own,
    parted,
    publishes,
)
from marketplace.producers.rules import require_no_stake


@dataclass(frozen=True)
class Revised:
    """What became of a change: whether something holds already, and what waits for a review."""

    changed: bool
    request_id: int | None


@dataclass(frozen=True)
class _Hand:
    """Who changes a product, and how the book of prices calls it."""

    identity: Identity
    by: PriceReason


def revise(
    session: Session,
    identity: Identity,
    product_id: int,
    wanted: ProductWish,
    now: datetime,
    *,
    reason: str = "",
) -> Revised:
    """Brings a product to what its producer wants.

    A draft changes at once. Of a published product what makes it dearer or another thing waits
    for the centre, and the old offer stays for sale. Raises WrongState while it is handed in,
    RequestWaiting while another request waits, NotFound for anybody else's packs.
    """
    product = open_own(session, identity, product_id)
    if product.state == "SUBMITTED":
        raise WrongState
    if not {pack.variant_id for pack in wanted.packs} <= {
        None,
        *(pack.variant_id for pack in product.packs),
    }:
        raise NotFound
    before = stands(session, product)
    changes = changes_between(before, wanted)
    numbered = _give_skus(session, product, before, wanted)
    if numbered:
        note(session, identity, named(product), Step("CHANGED", after={"skus": numbered}), now)
    if product.state == "PUBLISHED":
        at_once, reviewed = parted(changes)
    else:
        at_once, reviewed = changes, NOTHING
    revised = _carry_out(session, identity, product, (at_once, reviewed), (reason, now))
    return replace(revised, changed=revised.changed or bool(numbered))


def _carry_out(
    session: Session,
    identity: Identity,
    product: OwnProduct,
    sides: tuple[Changes, Changes],
    asked: tuple[str, datetime],
) -> Revised:
    at_once, reviewed = sides
    reason, now = asked
    if not is_empty(reviewed) and find_open_request(session, product.id):
        raise RequestWaiting
    if not is_empty(at_once):
        by = PriceReason(identity.person_id, "CHANGED", reason)
        _apply(session, _Hand(identity, by), product, at_once, now)
        note(session, identity, named(product), _step("CHANGED", reason, at_once), now)
    if is_empty(reviewed):
        return Revised(not is_empty(at_once), None)
    return Revised(not is_empty(at_once), _ask(session, identity, product, reviewed, asked))


def _ask(
    session: Session,
    identity: Identity,
    product: OwnProduct,
    changes: Changes,
    asked: tuple[str, datetime],
) -> int:
    reason, now = asked
    # What the centre would agree to must be possible: tried, and taken back.
    with session.begin_nested() as trial:
        _apply(session, _Hand(identity, PriceReason(identity.person_id)), product, changes, now)
        trial.rollback()
    request = ChangeRequest(
        product_id=product.id,
        open_for=product.id,
        state="WAITING",
        changes=changes,
        reason=reason,
        asked_by=identity.person_id,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    note(session, identity, named(product), _step("ASKED", reason, changes), now)
    return request.id


def withdraw_request(
    session: Session, identity: Identity, request_id: int, now: datetime
) -> ChangeRequest:
    """The producer thinks better of it. Raises RequestDecided where the centre was quicker."""
    request = _lock(session, request_id)
    product = get_own_product(session, identity, request.product_id)
    if request.state != "WITHDRAWN":
        _decide(session, identity, request, ("WITHDRAWN", ""), now)
        note(session, identity, named(product), Step("UNASKED"), now)
    return request


def agree(session: Session, identity: Identity, request_id: int, now: datetime) -> ChangeRequest:
    """The centre agrees: the changes hold from now on; a second time changes nothing."""
    request, product = _to_decide(session, identity, request_id)
    if request.state != "AGREED":
        _decide(session, identity, request, ("AGREED", ""), now)
        # The book names who asked for the price; the trail, who agreed.
        by = PriceReason(request.asked_by, "AGREED", request.reason)
        _apply(session, _Hand(identity, by), product, request.changes, now)
        note(session, identity, named(product), _step("AGREED", "", request.changes), now)
    return request


def refuse(
    session: Session, identity: Identity, request_id: int, answer: str, now: datetime
) -> ChangeRequest:
    """The centre does not agree, and says why; the old offer goes on."""
    request, product = _to_decide(session, identity, request_id)
    if request.state != "RETURNED":
        _decide(session, identity, request, ("RETURNED", answer), now)
        note(session, identity, named(product), Step("REFUSED", answer), now)
    return request


def _to_decide(
    session: Session, identity: Identity, request_id: int
) -> tuple[ChangeRequest, OwnProduct]:
    request = _lock(session, request_id)
    product = get_own(session, request.product_id)
    if not publishes(identity):
        sees = identity.is_in_centre() or is_own(identity, product.producer_id)
        raise Forbidden if sees else NotFound
    require_no_stake(identity, product.producer_id)
    return request, product


def _lock(session: Session, request_id: int) -> ChangeRequest:
    request = session.get(ChangeRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None:
        raise NotFound
    return request


def _decide(
    session: Session,
    identity: Identity,
    request: ChangeRequest,
    decided: tuple[str, str],
    now: datetime,
) -> None:
    if request.state != "WAITING":
        raise RequestDecided
    request.state, request.answer = decided
    request.open_for = None
    request.decided_by, request.decided_at = identity.person_id, now
    session.flush()


def _apply(
    session: Session, hand: _Hand, product: OwnProduct, changes: Changes, now: datetime
) -> None:
    for key, fields in changes["packs"].items():
        values = {name: new for name, (_old, new) in fields.items()}
        price_fen = values.pop("price_fen", None)
        if values:
            catalogue.revise_variant(session, int(key), values, now)
        if price_fen is not None:
            catalogue.change_price(session, int(key), price_fen, now, by=hand.by)
    for pack in changes["new_packs"]:
        add_pack(session, hand.identity, named(product), PackWish(**pack), now)
    words: dict[str, Any] = {name: new for name, (_old, new) in changes["product"].items()}
    if words:
        catalogue.revise_product(session, product.id, words, now)


def _give_skus(
    session: Session, product: OwnProduct, before: ProductWish, wanted: ProductWish
) -> dict[str, str]:
    """Gives packs their new numbers; those that changed, by the pack's id."""
    known = {pack.variant_id: pack.sku for pack in before.packs}
    changed: dict[str, str] = {}
    for pack in wanted.packs:
        if pack.variant_id is not None and pack.sku != known[pack.variant_id]:
            give_sku(session, product.producer_id, pack.variant_id, pack.sku)
            changed[str(pack.variant_id)] = pack.sku
    return changed


def _step(kind: str, reason: str, changes: Changes) -> Step:
    return Step(kind, reason, after=dict(changes))
