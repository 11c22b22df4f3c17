"""Writing a review, answering it, adding to it, and hiding it for a reason of law."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.db import Base, add_up, insert_into
from marketplace.core.errors import Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import Matter, tell_each, tell_readers
from marketplace.ordering.queries import OrderView, get_order
from marketplace.ordering.rules import require_reason
from marketplace.producers.rules import require_no_stake
from marketplace.reviews.models import Review, ReviewPhoto, ReviewStep, ReviewTotal, ReviewWord
from marketplace.reviews.rules import (
    GROUNDS,
    MOST_TEXT,
    NO_WORDS,
    NOT_IN_THE_ORDER,
    REVIEWED_IN,
    AlreadySaid,
    GivenReview,
    NotYetAccepted,
    ReviewExists,
    may_review,
    wrong_review,
)
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS
from marketplace.web.fields import NOT_AN_OPTION

TOTALS = Base.metadata.tables[ReviewTotal.__tablename__]


def write_review(
    session: Session, identity: Identity, order_id: int, given: GivenReview, now: datetime
) -> list[Review]:
    """Says something of a product of an order, or of each that nothing was said of yet.

    Raises NotFound, Forbidden, NotYetAccepted, InvalidInput, ReviewExists.
    """
    return write_once(session, identity, order_id, given, now)[0]


def write_once(
    session: Session, identity: Identity, order_id: int, given: GivenReview, now: datetime
) -> tuple[list[Review], bool]:
    """The reviews, and whether they are new: the same said again is the same."""
    order = get_order(session, identity, order_id)
    if not may_review(identity, order.unit_id, order.buyer_id):
        raise Forbidden
    if order.state not in REVIEWED_IN:
        raise NotYetAccepted
    errors = wrong_review(given)
    if errors:
        raise InvalidInput(*errors)
    products = _products_of(order, given)
    made = [
        _write(session, identity, order, replace(given, product_id=one), now) for one in products
    ]
    written = [review for review in made if review is not None]
    if written:
        _tell_clerks(session, order, written, now)
        return written, True
    return _said_before(session, order, given, products), False


def _products_of(order: OrderView, given: GivenReview) -> list[int]:
    products = list(_names_of(order))
    if given.product_id is None:
        return products
    if given.product_id not in products:
        raise invalid("product_id", NOT_IN_THE_ORDER)
    return [given.product_id]


def _names_of(order: OrderView) -> dict[int, str]:
    """The products of an order as they were called when it was placed."""
    return {line.product_id: line.product_name for line in order.lines}


def _said_before(
    session: Session, order: OrderView, given: GivenReview, products: Collection[int]
) -> list[Review]:
    """What stands already, where it says the same; anything else has to be a follow-up."""
    wanted = select(Review).where(Review.order_id == order.id, Review.product_id.in_(products))
    found = list(session.scalars(wanted.order_by(Review.id)))
    if any((one.rating, one.text) != (given.rating, given.text.strip()) for one in found):
        raise ReviewExists
    return found


def _write(
    session: Session, identity: Identity, order: OrderView, given: GivenReview, now: datetime
) -> Review | None:
    """One statement, so that two clicks write one; None where it was written already."""
    statement = insert_into(session, Review).values(
        order_id=order.id,
        product_id=given.product_id,
        producer_id=order.producer_id,
        product_name=_names_of(order)[given.product_id or 0],
        author_id=identity.person_id,
        is_of_unit=order.unit_id is not None,
        rating=given.rating,
        text=given.text.strip(),
        written_at=now,
        is_hidden=False,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["order_id", "product_id"])
    review_id = session.scalar(statement.returning(Review.id))
    if review_id is None:
        return None
    for photograph in given.photographs:
        upload_id = keep(session, identity, photograph, PHOTOGRAPHS, now)
        session.add(ReviewPhoto(review_id=review_id, upload_id=upload_id))
    review = session.get_one(Review, review_id)
    _count(session, review, 1)
    session.flush()
    return review


def _count(session: Session, review: Review, number: int) -> None:
    """Adds a review to the totals of its product and producer, or takes it from them."""
    rows = [
        {"kind": kind, "object_id": one, "number": number, "stars": number * review.rating}
        for kind, one in (("PRODUCT", review.product_id), ("PRODUCER", review.producer_id))
    ]
    if number > 0:
        add_up(session, TOTALS, rows, ("kind", "object_id"), ("number", "stars"))
        return
    # A row to be inserted has to be a sum that can stand, so taking away is an update.
    for row in sorted(rows, key=lambda one: str(one["kind"])):
        session.execute(
            TOTALS.update()
            .where(TOTALS.c.kind == row["kind"], TOTALS.c.object_id == row["object_id"])
            .values(number=TOTALS.c.number - 1, stars=TOTALS.c.stars - review.rating)
        )


def answer_review(
    session: Session, identity: Identity, review_id: int, said: str, now: datetime
) -> ReviewWord:
    """The producer answers, once."""
    review = _find(session, identity, review_id)
    if not identity.has_role(OrganisationKind.PRODUCER, review.producer_id):
        raise Forbidden
    word = _say(session, identity, review, ("ANSWER", said), now)
    number = get_order(session, identity, review.order_id).number
    tell_each(session, "review_answered", _matter_of(review, number), [review.author_id], now)
    return word


def follow_up(
    session: Session, identity: Identity, review_id: int, said: str, now: datetime
) -> ReviewWord:
    """The buyer's side adds to what it said, once."""
    review = _find(session, identity, review_id)
    order = get_order(session, identity, review.order_id)
    if not may_review(identity, order.unit_id, order.buyer_id):
        raise Forbidden
    return _say(session, identity, review, ("FOLLOW_UP", said), now)


def _find(session: Session, identity: Identity, review_id: int) -> Review:
    """For whoever may see its order."""
    review = session.get(Review, review_id)
    if review is None:
        raise NotFound
    get_order(session, identity, review.order_id)
    return review


def _say(
    session: Session, identity: Identity, review: Review, word: tuple[str, str], now: datetime
) -> ReviewWord:
    kind, said = word[0], word[1].strip()
    if not 0 < len(said) <= MOST_TEXT:
        raise invalid("said", NO_WORDS)
    statement = insert_into(session, ReviewWord).values(
        review_id=review.id, kind=kind, text=said, author_id=identity.person_id, written_at=now
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["review_id", "kind"]))
    mine = (ReviewWord.review_id == review.id, ReviewWord.kind == kind)
    stands = session.scalars(select(ReviewWord).where(*mine)).one()
    if stands.text != said:
        raise AlreadySaid
    return stands


def hide_review(
    session: Session, identity: Identity, review_id: int, why: tuple[str, str], now: datetime
) -> Review:
    """Shows it to nobody but the centre and its own people, for a reason of law; it stays."""
    ground, words = why
    review = _lock(session, identity, review_id)
    if review.is_hidden:
        return review
    if ground not in GROUNDS:
        raise invalid("ground", NOT_AN_OPTION)
    _turn(session, identity, review, ("HIDDEN", ground, require_reason(words)), now)
    return review


def show_review(
    session: Session, identity: Identity, review_id: int, words: str, now: datetime
) -> Review:
    """Shows it again, with the reason."""
    review = _lock(session, identity, review_id)
    if review.is_hidden:
        _turn(session, identity, review, ("SHOWN", "", require_reason(words)), now)
    return review


def _lock(session: Session, identity: Identity, review_id: int) -> Review:
    if not identity.is_in_centre():
        raise NotFound
    review = session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise NotFound
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    require_no_stake(identity, review.producer_id)
    return review


def _turn(
    session: Session,
    identity: Identity,
    review: Review,
    deed: tuple[str, str, str],
    now: datetime,
) -> None:
    kind, ground, words = deed
    review.is_hidden = kind == "HIDDEN"
    session.add(
        ReviewStep(
            review_id=review.id,
            kind=kind,
            ground=ground,
            words=words,
            actor_id=identity.person_id,
            at=now,
        )
    )
    _count(session, review, -1 if review.is_hidden else 1)
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"review.{kind.lower()}",
        object_kind="review",
        object_id=review.id,
        before=None,
        after={"ground": ground, "words": words},
    )


def _tell_clerks(session: Session, order: OrderView, reviews: list[Review], now: datetime) -> None:
    clerks = (OrganisationKind.PRODUCER, order.producer_id, ())
    tell_readers(session, "review_written", _matter_of(reviews[0], order.number), clerks, now)


def _matter_of(review: Review, number: str) -> Matter:
    address = f"/orders/{review.order_id}/reviews"
    return Matter("review", review.id, {"number": number}, address)
