"""Photographs are drawn anew: upright, in three sizes, without a word about who took them."""

import pytest
from PIL import Image, ImageFile

from marketplace.core.errors import InvalidInput
from marketplace.core.pictures import NOT_A_PICTURE, TOO_MANY_PIXELS, TOO_SMALL, draw
from tests.listing.photographs import jpeg, open_picture, png_that_claims


def test_a_photograph_is_turned_upright_and_forgets_camera_and_place() -> None:
    drawn = draw("photos", jpeg(640, 480, turned=True))
    assert (drawn.width, drawn.height) == (480, 640)
    for content in (drawn.card, drawn.page, drawn.full):
        picture = open_picture(content)
        assert picture.format == "WEBP"
        assert not picture.getexif()
        assert b"SecretCamera" not in content


def test_each_size_keeps_within_its_bounds() -> None:
    drawn = draw("photos", jpeg(4000, 3000))
    assert open_picture(drawn.card).size == (400, 300)
    assert open_picture(drawn.page).size == (800, 600)
    assert open_picture(drawn.full).size == (1600, 1200)


def test_what_is_clear_becomes_white() -> None:
    from io import BytesIO

    out = BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    assert open_picture(draw("photos", out.getvalue()).card).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png_that_claims(50_000, 50_000), TOO_MANY_PIXELS),
        (png_that_claims(9_000, 9_000), TOO_MANY_PIXELS),
        (png_that_claims(1, 30_000), TOO_MANY_PIXELS),
        (png_that_claims(640, 480), NOT_A_PICTURE),
        (jpeg()[:900], NOT_A_PICTURE),
        (jpeg(60, 60), TOO_SMALL),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NOT_A_PICTURE),
        (b"<!doctype html><script>alert(1)</script>", NOT_A_PICTURE),
        (b"GIF89a/*\x00\x00*/=1;alert(1)//", NOT_A_PICTURE),
        (b"\xff\xd8\xff<script>alert(1)</script>", NOT_A_PICTURE),
        (b"\x89PNG\r\n\x1a\n", NOT_A_PICTURE),
    ],
)
def test_what_is_no_photograph_is_refused_before_it_is_unpacked(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        draw("photos", content)
    assert [(error.field, error.message) for error in refused.value.errors] == [("photos", words)]


def test_half_a_file_is_refused_whatever_else_this_process_prints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(InvalidInput):
        draw("photos", jpeg()[:900])
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_file_that_is_two_things_leaves_only_its_picture() -> None:
    drawn = draw("photos", jpeg() + b"<script>alert(1)</script>")
    assert b"script" not in drawn.full + drawn.page + drawn.card
