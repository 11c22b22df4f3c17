"""Reviews as everyone, the two sides of an order, and the operations centre see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.masking import mask_name
from marketplace.core.paging import Page, PageRequest
from marketplace.core.personal import PersonalData, rows_of
from marketplace.ordering.queries import OrderView, get_order
from marketplace.reviews.models import Review, ReviewPhoto, ReviewStep, ReviewTotal, ReviewWord
from marketplace.reviews.rules import average_tenths, may_review
from marketplace.uploads.queries import KeptFile, get_upload

# For whoever looks over all reviews and joins them to the orders they are of.
REVIEWS_SEEN = select(
    Review.id, Review.order_id, Review.product_id, Review.author_id, Review.written_at
).subquery("reviews_seen")

SHOWN = 5
COLUMNS = {"PRODUCT": Review.product_id, "PRODUCER": Review.producer_id}


@dataclass(frozen=True)
class ReviewView:
    """A review with what was said to it. The name is masked wherever it is shown."""

    id: int
    order_id: int
    product_id: int
    producer_id: int
    product_name: str
    rating: int
    text: str
    written_at: datetime
    is_of_unit: bool
    is_hidden: bool
    who: str
    answer: str | None = None
    follow_up: str | None = None
    photographs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    """The newest reviews of a product or producer, and what all of them come to."""

    number: int
    stars: int
    items: Sequence[ReviewView]

    @property
    def tenths(self) -> int:
        return average_tenths(self.number, self.stars)


@dataclass(frozen=True)
class StepView:
    review_id: int
    kind: str
    ground: str
    words: str
    who: str
    at: datetime


@dataclass(frozen=True)
class OfOrder:
    """The reviews of an order, its products without one, and what this person may do."""

    order: OrderView
    reviews: Sequence[ReviewView]
    # (product, name) of what nothing was said of yet.
    open: Sequence[tuple[int, str]]
    may_write: bool
    may_answer: bool


def _with_everything(chosen: Select[Any]) -> Select[*tuple[Any, ...]]:
    """Reviews with names, words and photographs: a row for each word and photograph."""
    some = chosen.subquery("chosen")
    return (
        select(Review, PERSON_NAMES.c.name, ReviewWord.kind, ReviewWord.text, ReviewPhoto.upload_id)
        .join(some, some.c.id == Review.id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Review.author_id)
        .outerjoin(ReviewWord, ReviewWord.review_id == Review.id)
        .outerjoin(ReviewPhoto, ReviewPhoto.review_id == Review.id)
        .order_by(Review.id.desc(), ReviewPhoto.upload_id)
    )


def _views(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[ReviewView]:
    found: dict[int, tuple[Review, str, dict[str, str], dict[int, None]]] = {}
    for review, who, kind, said, upload_id, *_more in rows:
        _review, _who, words, photographs = found.setdefault(review.id, (review, who, {}, {}))
        if kind is not None:
            words[kind] = said
        if upload_id is not None:
            photographs[upload_id] = None
    return [_view(*parts) for parts in found.values()]


def _view(
    review: Review, who: str, words: dict[str, str], photographs: dict[int, None]
) -> ReviewView:
    return ReviewView(
        id=review.id,
        order_id=review.order_id,
        product_id=review.product_id,
        producer_id=review.producer_id,
        product_name=review.product_name,
        rating=review.rating,
        text=review.text,
        written_at=review.written_at,
        is_of_unit=review.is_of_unit,
        is_hidden=review.is_hidden,
        who=mask_name(who),
        answer=words.get("ANSWER"),
        follow_up=words.get("FOLLOW_UP"),
        photographs=tuple(photographs),
    )


def newest_of(session: Session, kind: str, object_id: int) -> Shown:
    """What a public page shows of a product or producer, in one statement."""
    about = (COLUMNS[kind] == object_id, Review.is_hidden.is_(False))
    newest = select(Review.id).where(*about).order_by(Review.id.desc()).limit(SHOWN)
    total = (ReviewTotal.kind == kind) & (ReviewTotal.object_id == object_id)
    rows = session.execute(
        _with_everything(newest)
        .add_columns(ReviewTotal.number, ReviewTotal.stars)
        .join(ReviewTotal, total)
    ).all()
    number, stars = (rows[0][5], rows[0][6]) if rows else (0, 0)
    return Shown(number, stars, _views(rows))


def list_of(session: Session, kind: str, object_id: int, page: PageRequest) -> Page[ReviewView]:
    """A page of everything that is shown of a product or producer, the newest first."""
    return _page(session, page, COLUMNS[kind] == object_id, Review.is_hidden.is_(False))


def list_all(
    session: Session, page: PageRequest, *, hidden: bool, area: str = ""
) -> Page[ReviewView]:
    """What is shown, or what is hidden, for the operations centre."""
    here = in_area("review", Review.id, area)
    return _page(session, page, Review.is_hidden.is_(hidden), *here)


def _page(session: Session, page: PageRequest, *about: ColumnElement[bool]) -> Page[ReviewView]:
    total = session.scalar(select(func.count()).select_from(Review).where(*about)) or 0
    chosen = select(Review.id).where(*about).order_by(Review.id.desc())
    rows = session.execute(_with_everything(chosen.limit(page.per_page).offset(page.offset)))
    return Page(_views(rows), page.page, page.per_page, total)


def of_order(session: Session, identity: Identity, order_id: int) -> OfOrder:
    """For whoever may see the order. Raises NotFound."""
    order = get_order(session, identity, order_id)
    reviews = _views(
        session.execute(_with_everything(select(Review.id).where(Review.order_id == order_id)))
    )
    said = {one.product_id for one in reviews}
    names = {line.product_id: line.product_name for line in order.lines}
    return OfOrder(
        order=order,
        reviews=reviews,
        open=[(product, name) for product, name in names.items() if product not in said],
        may_write=may_review(identity, order.unit_id, order.buyer_id),
        may_answer=identity.has_role(OrganisationKind.PRODUCER, order.producer_id),
    )


def steps_of(session: Session, review_ids: Sequence[int]) -> dict[int, list[StepView]]:
    """Why reviews were hidden or shown again."""
    rows = session.execute(
        select(ReviewStep, PERSON_NAMES.c.name)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == ReviewStep.actor_id)
        .where(ReviewStep.review_id.in_(review_ids))
        .order_by(ReviewStep.id)
    )
    found: dict[int, list[StepView]] = {one: [] for one in review_ids}
    for step, who in rows:
        found[step.review_id].append(
            StepView(step.review_id, step.kind, step.ground, step.words, who, step.at)
        )
    return found


def get_photograph(session: Session, identity: Identity | None, upload_id: int) -> KeptFile:
    """A photograph of a review that is shown; of a hidden one for the centre alone."""
    wanted = (
        select(Review.is_hidden)
        .join(ReviewPhoto, ReviewPhoto.review_id == Review.id)
        .where(ReviewPhoto.upload_id == upload_id)
    )
    hidden = session.scalar(wanted)
    if hidden is None or (hidden and not (identity and identity.is_in_centre())):
        raise NotFound
    return get_upload(session, upload_id)


Figures = dict[str, tuple[int, int]]


def totals_as_summed_and_kept(session: Session) -> tuple[Figures, Figures]:
    """(object → number and stars of what is shown, the same as kept): what proves the totals."""
    summed: Figures = {}
    for kind, column in COLUMNS.items():
        rows = session.execute(
            select(column, func.count(), func.sum(Review.rating))
            .where(Review.is_hidden.is_(False))
            .group_by(column)
        )
        summed.update({f"{kind.lower()}:{one}": (number, stars) for one, number, stars in rows})
    kept = session.execute(select(ReviewTotal).where(ReviewTotal.number > 0)).scalars()
    return summed, {f"{t.kind.lower()}:{t.object_id}": (t.number, t.stars) for t in kept}


def personal_data(session: Session, person_id: int) -> PersonalData:
    """What a person wrote of products, and added or answered later."""
    said = (Review.id, Review.order_id, Review.product_name, Review.rating, Review.text)
    word = (ReviewWord.review_id, ReviewWord.kind, ReviewWord.text, ReviewWord.written_at)
    return {
        "reviews": rows_of(
            session,
            select(*said, Review.written_at, Review.is_hidden)
            .where(Review.author_id == person_id)
            .order_by(Review.id),
        ),
        "review_words": rows_of(
            session,
            select(*word).where(ReviewWord.author_id == person_id).order_by(ReviewWord.id),
        ),
    }
