"""Tables of goods as producers hand them in."""

from collections.abc import Sequence
from typing import Any

from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.listing.rules.sheet import COLUMNS, HEADINGS, head
from tests.county import HUIGOU, START

GOOD = ["A-1", "新香菇", "香菇", "500克/袋", "64.00", "2", "20", HUIGOU, "", "好吃"]
OTHER = ["A-2", "新香菇", "香菇", "5斤", "300", "", "", HUIGOU, "", ""]


def row(**changes: str) -> list[str]:
    """The good row with some cells changed, by the headings' names in code."""
    cells = dict(zip(COLUMNS, GOOD, strict=True))
    return list({**cells, **changes}.values())


def csv(*rows: Sequence[str]) -> bytes:
    return write_csv([*head(), *rows])


def xlsx(*rows: Sequence[str]) -> bytes:
    return write_xlsx([*head(), *rows], START)


def numbered(*rows: Sequence[str]) -> list[list[str]]:
    """Rows as they are kept: each behind its number in the file."""
    assert all(len(one) == len(HEADINGS) for one in rows)
    return [[str(number), *one] for number, one in enumerate(rows, 3)]


def form_of(field: str, content: bytes, name: str) -> dict[str, Any]:
    """A form with one file, as a browser sends it: put together here, since the test client
    leaves a temporary file open for a large one."""
    border = "BORDER"
    head_of_part = (
        f"--{border}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head_of_part.encode() + content + f"\r\n--{border}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={border}"}
