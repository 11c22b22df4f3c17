"""A product from the producer's first words to the shelves, and off them again."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue import commands as catalogue
from marketplace.catalogue.commands.bulk import lock_products
from marketplace.catalogue.queries import OwnProduct, get_own
from marketplace.catalogue.rules import NewProduct, NewVariant
from marketplace.catalogue.rules.prices import PriceReason
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.listing.commands.record import Named, Step, note
from marketplace.listing.commands.skus import give_sku
from marketplace.listing.queries import get_own_product
from marketplace.listing.rules import (
    PackWish,
    ProductWish,
    WrongState,
    is_own,
    publishes,
)
from marketplace.producers.rules import require_no_stake

NO_PACK = N_("请至少填写一个规格。")


def draft(
    session: Session, identity: Identity, producer_id: int, wish: ProductWish, now: datetime
) -> int:
    """A new product that only its producer sees; its id. Raises InvalidInput by field."""
    if not is_own(identity, producer_id):
        raise NotFound
    if not wish.packs:
        raise invalid("pack-name-1", NO_PACK)
    new = NewProduct(
        producer_id=producer_id,
        category_code=wish.category_code,
        name=wish.name,
        village_code=wish.village_code,
        description=wish.description,
        workshop_id=wish.workshop_id,
        maker_id=wish.maker_id,
    )
    product = catalogue.create_product(session, new, now)
    named = Named(product.id, producer_id, product.name)
    for pack in wish.packs:
        add_pack(session, identity, named, pack, now)
    note(session, identity, named, Step("DRAFTED", after={"name": product.name}), now)
    return product.id


def add_pack(
    session: Session, identity: Identity, product: Named, pack: PackWish, now: datetime
) -> int:
    """One more pack, with its number where it has one; its id."""
    new = NewVariant(
        name=pack.name,
        price_fen=pack.price_fen,
        pack_grams=pack.pack_grams,
        minimum_quantity=pack.minimum_quantity,
        carton_quantity=pack.carton_quantity,
    )
    by = PriceReason(identity.person_id)
    variant = catalogue.add_variant(session, product.id, new, now, by=by)
    give_sku(session, product.producer_id, variant.id, pack.sku)
    return variant.id


def submit(session: Session, identity: Identity, product_id: int, now: datetime) -> None:
    """Hands a draft in; what waits already goes on waiting. Raises WrongState."""
    product = open_own(session, identity, product_id)
    if product.state == "SUBMITTED":
        return
    _require_state(product, "DRAFT", "WITHDRAWN")
    catalogue.submit(session, product_id, now)
    note(session, identity, named(product), Step("SUBMITTED"), now)


def take_back(session: Session, identity: Identity, product_id: int, now: datetime) -> None:
    """The producer wants to go on writing: what was handed in is a draft again."""
    product = open_own(session, identity, product_id)
    if product.state == "DRAFT":
        return
    _require_state(product, "SUBMITTED")
    catalogue.take_back(session, product_id, now)
    note(session, identity, named(product), Step("TAKEN_BACK"), now)


def publish(session: Session, identity: Identity, product_id: int, now: datetime) -> None:
    """The operations centre puts what was handed in on the shelves; a second time changes
    nothing. Raises NotFound, Forbidden or WrongState."""
    product = _reviewed(session, identity, product_id)
    if product.state == "PUBLISHED":
        return
    _require_state(product, "SUBMITTED")
    catalogue.publish(session, product_id, now)
    note(session, identity, named(product), Step("PUBLISHED"), now)


def return_product(
    session: Session, identity: Identity, product_id: int, reason: str, now: datetime
) -> None:
    """The operations centre gives a product back and says why. Raises as `publish` does."""
    product = _reviewed(session, identity, product_id)
    if product.state == "DRAFT":
        return
    _require_state(product, "SUBMITTED")
    catalogue.take_back(session, product_id, now)
    note(session, identity, named(product), Step("RETURNED", reason), now)


def withdraw(session: Session, identity: Identity, product_id: int, now: datetime) -> None:
    """The producer takes a product off the shelves; orders that are placed go on."""
    product = open_own(session, identity, product_id)
    if product.state == "WITHDRAWN":
        return
    _require_state(product, "PUBLISHED")
    catalogue.withdraw(session, product_id, now)
    note(session, identity, named(product), Step("WITHDRAWN"), now)


def open_own(session: Session, identity: Identity, product_id: int) -> OwnProduct:
    """A product of the person's own producer, held until this transaction ends. Raises NotFound."""
    get_own_product(session, identity, product_id)
    return _held(session, product_id)


def _held(session: Session, product_id: int) -> OwnProduct:
    """Read under the lock: the other side may have taken a step at the same instant."""
    lock_products(session, [product_id])
    return get_own(session, product_id)


def named(product: OwnProduct) -> Named:
    return Named(product.id, product.producer_id, product.name)


def _reviewed(session: Session, identity: Identity, product_id: int) -> OwnProduct:
    """A product for the centre to decide on, held until this transaction ends. What others see
    anyway they are forbidden."""
    product = get_own(session, product_id)
    if publishes(identity):
        require_no_stake(identity, product.producer_id)
        return _held(session, product_id)
    sees = product.state == "PUBLISHED" or is_own(identity, product.producer_id)
    raise Forbidden if sees or identity.is_in_centre() else NotFound


def _require_state(product: OwnProduct, *states: str) -> None:
    if product.state not in states:
        raise WrongState
