"""Which files are taken: known by what they hold, not by what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.errors import N_, invalid
from marketplace.core.pictures import draw

MOST_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 120
PHOTOGRAPHS = frozenset({"image/jpeg", "image/png", "image/webp"})
PAPERS = frozenset({"application/pdf", "application/xml", *PHOTOGRAPHS})
# How names of each kind end; the first, where a name says otherwise.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "application/xml": (".xml",),
}
# How files of each kind begin (XML: after an optional byte order mark).
_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/pdf": (b"%PDF-",),
    "application/xml": (b"<?xml", b"\xef\xbb\xbf<?xml"),
}


@dataclass(frozen=True)
class GivenFile:
    """A file as it came in, with the field it came in by: its name is only words."""

    field: str
    name: str
    content: bytes


def media_type_of(content: bytes) -> str | None:
    """What a file is, by its first bytes; None for what we do not take."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for media_type, beginnings in _BEGINNINGS.items():
        if content.startswith(beginnings):
            return media_type
    return None


def require_kind(file: GivenFile, allowed: frozenset[str]) -> str:
    """The file's kind. Raises InvalidInput where it is empty, too large or of another kind."""
    if not file.content:
        raise invalid(file.field, N_("这个文件是空的,请重新选择。"))
    if len(file.content) > MOST_BYTES:
        raise invalid(file.field, N_("文件不能超过 5 MB,请压缩后再传。"))
    kind = media_type_of(file.content)
    if kind not in allowed:
        if allowed <= PHOTOGRAPHS:
            raise invalid(file.field, N_("只能上传 JPG、PNG 或 WebP 照片。"))
        if "application/xml" not in allowed:
            raise invalid(file.field, N_("只能上传 PDF 或照片(JPG、PNG、WebP)。"))
        raise invalid(file.field, N_("只能上传 PDF、XML 或照片(JPG、PNG、WebP)。"))
    return kind


def redrawn(file: GivenFile) -> GivenFile:
    """A photograph drawn anew for everyone to see: without where and with what it was taken."""
    require_kind(file, PHOTOGRAPHS)
    stem = plain_name(file.name).rpartition(".")[0] or "photo"
    return GivenFile(file.field, f"{stem}.webp", draw(file.field, file.content).full)


def plain_name(name: str) -> str:
    """The last part of a name, without what no name should hold."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:LONGEST_NAME].strip() or "file"


def fitting_name(name: str, kind: str) -> str:
    """A plain name that ends as its content is: what is a photograph is never called .exe."""
    plain, endings = plain_name(name), _ENDINGS[kind]
    if plain.casefold().endswith(endings):
        return plain
    return f"{plain[: LONGEST_NAME - len(endings[0])]}{endings[0]}"
