"""Pictures as phones, and as people who mean no good, hand them in."""

import struct
import zlib
from io import BytesIO

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def jpeg(width: int = 640, height: int = 480, *, turned: bool = False) -> bytes:
    """Red left, blue right; `turned` says that the camera was held on its side, and where."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(1000))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def open_picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))
