"""Reads of listings: photographs, numbers, steps and requests."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.queries import OwnProduct, get_own
from marketplace.catalogue.queries.stock import SUBMITTED_IDS, count_submitted
from marketplace.core.areas import in_area
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.listing.models import ChangeRequest, ListingStep, ProductPhoto, VariantSku
from marketplace.listing.rules import PackWish, ProductWish, is_own
from marketplace.uploads.queries import get_upload

SIZES = ("card", "page", "full")


@dataclass(frozen=True)
class Photo:
    id: int
    mark: str
    width: int
    height: int


@dataclass(frozen=True)
class StepRow:
    kind: str
    at: datetime
    actor_name: str
    words: str


@dataclass(frozen=True)
class RequestRow:
    """A request for changes, with whom it came from."""

    id: int
    product_id: int
    state: str
    changes: Mapping[str, Any]
    reason: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    answer: str

    @property
    def fields(self) -> list[str]:
        """The names of what changes: `name`, `packs.17.price_fen`, `new_packs`."""
        packs = self.changes["packs"].items()
        within = [f"packs.{key}.{name}" for key, fields in packs for name in fields]
        new = ["new_packs"] if self.changes["new_packs"] else []
        return [*self.changes["product"], *within, *new]


def get_own_product(session: Session, identity: Identity, product_id: int) -> OwnProduct:
    """A product of a producer that the person works for. Raises NotFound."""
    product = get_own(session, product_id)
    if not is_own(identity, product.producer_id):
        raise NotFound
    return product


def photos_of(session: Session, product_id: int) -> Sequence[Photo]:
    """The photographs of a product in their order. One query."""
    rows = session.execute(
        select(ProductPhoto.id, ProductPhoto.mark, ProductPhoto.width, ProductPhoto.height)
        .where(ProductPhoto.product_id == product_id)
        .order_by(ProductPhoto.position, ProductPhoto.id)
    )
    return [Photo(*row) for row in rows]


def get_photo(session: Session, mark: str, size: str) -> bytes:
    """A photograph in one size, by the hash of its content. Raises NotFound."""
    if size not in SIZES or len(mark) != 64:
        raise NotFound
    column = getattr(ProductPhoto, f"{size}_id")
    upload_id = session.scalar(select(column).where(ProductPhoto.mark == mark).limit(1))
    if upload_id is None:
        raise NotFound
    return get_upload(session, upload_id).content


def skus_of(session: Session, variant_ids: Collection[int]) -> dict[int, str]:
    """The producer's own numbers of packs."""
    rows = session.execute(
        select(VariantSku.variant_id, VariantSku.sku).where(VariantSku.variant_id.in_(variant_ids))
    )
    return {row.variant_id: row.sku for row in rows}


def stands(session: Session, product: OwnProduct) -> ProductWish:
    """A product as it stands, in the words in which changes are asked for."""
    skus = skus_of(session, [pack.variant_id for pack in product.packs])
    return ProductWish(
        category_code=product.category_code,
        name=product.name,
        village_code=product.village_code,
        workshop_id=product.workshop_id,
        description=product.description,
        packs=tuple(
            PackWish(**vars(pack), sku=skus.get(pack.variant_id, "")) for pack in product.packs
        ),
    )


def steps_of(session: Session, product_id: int) -> Sequence[StepRow]:
    """What happened to a listing, the newest first."""
    rows = session.execute(
        select(ListingStep.kind, ListingStep.at, PERSON_NAMES.c.name, ListingStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == ListingStep.actor_id)
        .where(ListingStep.product_id == product_id)
        .order_by(ListingStep.id.desc())
        .limit(50)
    )
    return [StepRow(*row) for row in rows]


_REQUESTS = select(
    ChangeRequest.id,
    ChangeRequest.product_id,
    ChangeRequest.state,
    ChangeRequest.changes,
    ChangeRequest.reason,
    ChangeRequest.asked_at,
    PERSON_NAMES.c.name,
    ChangeRequest.decided_at,
    ChangeRequest.answer,
).join(PERSON_NAMES, PERSON_NAMES.c.id == ChangeRequest.asked_by)


def find_open_request(session: Session, product_id: int) -> RequestRow | None:
    """The request that waits for a review."""
    row = session.execute(_REQUESTS.where(ChangeRequest.open_for == product_id)).one_or_none()
    return RequestRow(*row) if row else None


def list_waiting(session: Session, page: PageRequest, *, area: str = "") -> Page[RequestRow]:
    """Requests that wait for the centre, the oldest first."""
    here = in_area("change_request", ChangeRequest.id, area)
    waiting = [ChangeRequest.state == "WAITING", *here]
    total = session.scalar(select(func.count()).select_from(ChangeRequest).where(*waiting)) or 0
    rows = session.execute(
        _REQUESTS.where(*waiting)
        .order_by(ChangeRequest.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    return Page([RequestRow(*row) for row in rows], page.page, page.per_page, total)


def queue_of_changes(session: Session, *, area: str = "") -> Queue:
    """Changes of published products that nobody has looked at."""
    here = in_area("change_request", ChangeRequest.id, area)
    return queue_of(session, ChangeRequest.asked_at, ChangeRequest.state == "WAITING", *here)


def queue_of_products(session: Session, *, area: str = "") -> Queue:
    """Products that were handed in and are not on the shelves, each since it was last handed in."""
    last = (
        select(func.max(ListingStep.at))
        .where(ListingStep.product_id.in_(SUBMITTED_IDS), ListingStep.kind == "SUBMITTED")
        .where(*in_area("product", ListingStep.product_id, area))
        .group_by(ListingStep.product_id)
        .subquery("last_handed_in")
    )
    oldest = session.scalar(select(func.min(last.c[0])))
    return Queue(count_submitted(session, area=area), day_of(oldest) if oldest else None)
