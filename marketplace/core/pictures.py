"""Photographs: drawn anew, so that nothing of the file that came in is kept but what it shows."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from marketplace.core.errors import N_, InvalidInput, invalid

if TYPE_CHECKING:
    from PIL.Image import Image

# Asked of the file's own beginning, before anything is unpacked: a small file can hold gigabytes
# of one colour. A phone's largest photographs have some fifty million pixels.
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 16_000
SHORTEST_SIDE = 80
FORMATS = ("JPEG", "PNG", "WEBP")
CARD, PAGE, FULL = (400, 300), (800, 600), (1600, 1600)
QUALITY = 80

NOT_A_PICTURE = N_("这个文件不是完整的照片,请重新拍摄或选择 JPG、PNG、WebP 照片。")
TOO_MANY_PIXELS = N_("照片的像素太多,请缩小到 6000 万像素以内再上传。")
TOO_SMALL = N_("照片太小了,每边至少 80 像素,请换一张清楚些的。")


@dataclass(frozen=True)
class Drawn:
    """A photograph in three sizes, as WebP without a word about who took it where."""

    width: int
    height: int
    card: bytes
    page: bytes
    full: bytes


def draw(field: str, content: bytes) -> Drawn:
    """A photograph, turned upright and drawn anew. Raises InvalidInput naming the field."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(), _whole_files_only():
            # Pillow warns of large pictures; ours are refused below.
            warnings.simplefilter("ignore")
            picture = Image.open(BytesIO(content), formats=FORMATS)
            _check_size(field, picture)
            # JPEG can be unpacked at an eighth of its size and still be larger than we need.
            picture.draft("RGB", (2 * FULL[0], 2 * FULL[1]))
            upright = _on_white(ImageOps.exif_transpose(picture))
            full = ImageOps.contain(upright, FULL) if max(upright.size) > FULL[0] else upright
            return Drawn(
                *full.size,
                card=_webp(ImageOps.fit(full, CARD)),
                page=_webp(ImageOps.contain(full, PAGE)),
                full=_webp(full),
            )
    except InvalidInput:
        raise
    except Image.DecompressionBombError as error:
        raise invalid(field, TOO_MANY_PIXELS) from error
    # What broken files make of a decoder: it says so in many ways.
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise invalid(field, NOT_A_PICTURE) from error


@contextmanager
def _whole_files_only() -> Iterator[None]:
    """WeasyPrint, where it is loaded, has Pillow fill up what is missing of a file."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _check_size(field: str, picture: "Image") -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise invalid(field, TOO_MANY_PIXELS)
    if min(width, height) < SHORTEST_SIDE:
        raise invalid(field, TOO_SMALL)


def _on_white(picture: "Image") -> "Image":
    """Without transparency, which a shop page would show in the colour of the night."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _webp(picture: "Image") -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
