"""Archives of files with a manifest: the same files at the same instant make the same bytes."""

import hashlib
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from marketplace.core.clock import SHANGHAI

# What `sha256sum -c` reads: a program nobody here wrote checks the archive.
MANIFEST = "SHA256SUMS"


def pack_files(contents: Mapping[str, bytes], at: datetime) -> bytes:
    """Files by name and the manifest, in one archive of an instant."""
    sums = [f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents)]
    out = BytesIO()
    stamp = at.astimezone(SHANGHAI).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(_entry(name, stamp), contents[name])
        archive.writestr(_entry(MANIFEST, stamp), "".join(sums).encode())
    return out.getvalue()


def _entry(name: str, stamp: tuple[int, ...]) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = stamp
    entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
