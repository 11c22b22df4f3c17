"""The figures of a board as they go over the wire."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.broadcast.rules.kept import Told

JSON = "application/json"
MAY_BE_KEPT = "public, max-age=1, s-maxage=1"


def as_told(figures: Mapping[str, Any], at: datetime) -> Told:
    """Figures with the instant they were compared with the books. The mark is that of the
    figures alone: as long as they stay, nobody is sent them again."""
    mark = hashlib.sha256(_text(figures)).hexdigest()[:20]
    body = _text({**figures, "as_of": at})
    return Told(body, mark, at, at)


def _text(figures: Mapping[str, Any]) -> bytes:
    plain = json.dumps(figures, ensure_ascii=False, separators=(",", ":"), default=_instant)
    return plain.encode()


def _instant(value: datetime) -> str:
    fine = "microseconds" if value.microsecond else "seconds"
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=fine)}Z"
