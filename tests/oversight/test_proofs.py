"""What photographs, reviews and invoices tell, where they were handed in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplace.core.errors import InvalidInput
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.photos import keep_acceptance_photos
from marketplace.ordering.rules.invoices import GivenInvoice
from marketplace.oversight.rules.flags import Span
from marketplace.oversight.rules.kinds import Kind
from marketplace.producers.rules import make_uscc
from marketplace.reviews.commands import write_review
from marketplace.reviews.rules import GivenReview
from marketplace.uploads.rules import GivenFile
from tests.county import START
from tests.ordering.steps import accepted, delivered, placed
from tests.oversight.finding import NOVEMBER, TODAY, found

PHOTO = GivenFile("photographs", "到货.png", b"\x89PNG\r\n\x1a\n delivery")
ONE_DAY = timedelta(days=1)


def arrived(session, county, photo: GivenFile, now: datetime = START):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)), now)
    accepted(session, county, order, now)
    keep_acceptance_photos(session, county.approver, order.id, [photo], now)
    return order


def test_one_photograph_of_two_deliveries_is_found(session, county):
    first = arrived(session, county, PHOTO)
    arrived(session, county, replace(PHOTO, content=PHOTO.content + b" another"))
    assert found(session, Kind.SAME_PHOTO) == []
    second = arrived(session, county, PHOTO, START + ONE_DAY)
    (flag,) = found(session, Kind.SAME_PHOTO, Span(TODAY + ONE_DAY, TODAY + 2 * ONE_DAY))
    assert flag.subject == ("order", second.id)
    assert [one.id for one in flag.orders] == [first.id, second.id]
    assert found(session, Kind.SAME_PHOTO) == []
    assert found(session, Kind.SAME_PHOTO, NOVEMBER) == [flag]
    assert found(session, Kind.SAME_PHOTO, NOVEMBER, orders=3) == []


def test_photographs_come_with_the_acceptance_and_only_once(session, county):
    order = arrived(session, county, PHOTO)
    keep_acceptance_photos(session, county.approver, order.id, [PHOTO], START)
    (flag,) = [arrived(session, county, PHOTO)]
    assert [len(one.orders) for one in found(session, Kind.SAME_PHOTO)] == [2]
    many = [PHOTO] * 7
    with pytest.raises(InvalidInput):
        keep_acceptance_photos(session, county.approver, flag.id, many, START)


def test_a_review_within_a_minute_of_delivery_is_found(session, county):
    for seconds in (30, 90):
        _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
        accepted(session, county, order)
        at = START + timedelta(seconds=seconds)
        write_review(session, county.buyer, order.id, GivenReview(5), at)
    (flag,) = found(session, Kind.QUICK_REVIEW)
    assert flag.figures == {"seconds": 30}
    assert flag.people == [county.buyer.person_id]
    assert len(found(session, Kind.QUICK_REVIEW, seconds=90)) == 2


def test_an_invoice_of_somebody_else_is_found(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 9)))
    delivered(session, county, order)
    theirs, others = make_uscc("420304", 1), make_uscc("420304", 2)
    for place, seller in enumerate((theirs, others.lower(), "")):
        given = GivenInvoice(f"2642200000012345678{place}", 1_000, TODAY, seller_uscc=seller)
        ordering.register_invoice(session, county.clerk, order.id, given, START)
    (flag,) = found(session, Kind.OTHER_SELLER)
    assert (flag.figures["seller"], flag.figures["producer"]) == (others, theirs)
    assert found(session, Kind.OTHER_SELLER, least_fen=1_001) == []


def test_a_seller_that_is_none_is_refused_by_name(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 9)))
    delivered(session, county, order)
    given = GivenInvoice("26422000000123456780", 1_000, TODAY, seller_uscc="123")
    with pytest.raises(InvalidInput) as refused:
        ordering.register_invoice(session, county.clerk, order.id, given, START)
    assert [error.field for error in refused.value.errors] == ["seller_uscc"]
