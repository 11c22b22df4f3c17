"""Posters and the page of links: for the host's own people, with everything a viewer needs."""

from io import BytesIO

import pytest
import segno
from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Product
from tests.county import START, County, person
from tests.documents.reading import fonts_of_pdf, pages_of_pdf
from tests.livestream.sessions import Held, add, code_of, hold_session
from tests.pages.conftest import Visit

HOME = "http://127.0.0.1:8000/l/"


@pytest.fixture
def held(session: Session, county: County) -> Held:
    found = hold_session(session, county, county.mushrooms, county.noodles)
    session.rollback()
    return found


@pytest.fixture
def code(session: Session, county: County, held: Held) -> str:
    found = code_of(session, held.links[county.mushrooms.product_id])
    session.rollback()
    return found


@pytest.fixture
def poster(county: County, held: Held) -> str:
    return f"/host/links/{held.links[county.mushrooms.product_id]}/poster"


def squares(picture: Image.Image, modules: int) -> list[list[bool]]:
    """The code in a picture, square by square: found by its first long line."""
    grey = picture.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    rows = [grey.crop((0, y, grey.width, y + 1)).tobytes() for y in range(grey.height)]
    # The corner marks begin with lines of seven squares: no stroke of a letter is as long.
    top = next(y for y, row in enumerate(rows) if b"\xff" * 100 in row)
    left = grey.crop((0, top, grey.width, top + 1)).getbbox()
    assert left is not None
    size = (left[2] - left[0]) // modules
    middle = [left[0] + size * place + size // 2 for place in range(modules)]
    return [
        [bool(grey.getpixel((x, top + size * row + size // 2))) for x in middle]
        for row in range(modules)
    ]


def test_the_picture_holds_the_code_of_the_short_address(
    visit: Visit, held: Held, poster: str, code: str
) -> None:
    answer = visit(held.host).client.get(f"{poster}.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    picture = Image.open(BytesIO(answer.data))
    assert picture.width >= 1080
    expected = segno.make(HOME + code, error="m", micro=False)
    matrix = [[bool(square) for square in row] for row in expected.matrix]
    assert squares(picture, len(matrix)) == matrix


def test_the_page_to_print_is_one_page_with_its_font_inside(
    visit: Visit, held: Held, poster: str
) -> None:
    visitor = visit(held.host)
    answer = visitor.client.get(f"{poster}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert pages_of_pdf(answer.data) == 1
    assert fonts_of_pdf(answer.data)
    assert answer.data == visitor.client.get(f"{poster}.pdf").data


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_a_name_as_long_as_names_may_be_still_fits(
    visit: Visit, session: Session, county: County, held: Held, poster: str, form: str
) -> None:
    session.execute(
        update(Product)
        .where(Product.id == county.mushrooms.product_id)
        .values(name="椴木香菇" * 15)
    )
    session.commit()
    content = visit(held.host).client.get(f"{poster}.{form}").data
    if form == "pdf":
        assert pages_of_pdf(content) == 1
    else:
        assert Image.open(BytesIO(content)).width == 1080


def test_the_page_of_links_names_everything(
    visit: Visit, session: Session, county: County, held: Held
) -> None:
    page = visit(held.host).see(f"/host/sessions/{held.session_id}/links")
    for goods in (county.mushrooms, county.noodles):
        assert HOME + code_of(session, held.links[goods.product_id]) in page
    for words in ("椴木香菇", "红薯粉条", "会沟村", "云彩山", "云霞说山货", "YUNXIA"):
        assert words in page
    assert page.count("data:image/svg+xml") == 2


def test_nobody_else_sees_posters_and_links(
    visit: Visit, session: Session, county: County, held: Held, poster: str
) -> None:
    other_id = add(session, "host", name="别家", code="BIEJIA", joined_at=START)
    other = person(session, "other@test", ("HOST", other_id, "HOST"))
    session.commit()
    for identity in (county.shopper, county.operator, county.clerk, other):
        visitor = visit(identity)
        for path in (f"{poster}.png", f"{poster}.pdf", f"/host/sessions/{held.session_id}/links"):
            visitor.see(path, 404)
    assert "/login" in visit(None).client.get(f"{poster}.png").location


@pytest.mark.parametrize(
    "path",
    [
        "/host/links/0/poster.png",
        "/host/links/4711/poster.pdf",
        "/host/links/-1/poster.pdf",
        "/host/links/99999999999999999999/poster.png",
        "/host/links/1/poster.gif",
        "/host/links/1.5/poster.png",
        "/host/sessions/4711/links",
        "/host/sessions/99999999999999999999/links",
    ],
)
def test_what_is_not_there_is_not_found(visit: Visit, held: Held, path: str) -> None:
    visit(held.host).see(path, 404)
