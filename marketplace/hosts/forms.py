"""What applicants, agencies, hosts and the county type."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from werkzeug.datastructures import FileStorage

from marketplace.hosts.rules.application import (
    HOST,
    KINDS,
    MOST_NAME,
    GivenApplication,
    normal_code,
)
from marketplace.hosts.rules.contracts import GivenContract
from marketplace.uploads.forms import read_file
from marketplace.web.fields import Fields

MOST_PERSON, MOST_NUMBER, MOST_PHONE, MOST_CODE = 40, 40, 20, 40


class Files(Protocol):
    """Files of a form by the name of their field."""

    def get(self, name: str) -> FileStorage | None: ...


def read_kind(values: Mapping[str, str]) -> str:
    """Which of the two forms is shown; what is none of them is the host's."""
    typed = values.get("kind", "").upper()
    return typed if typed in KINDS else HOST


def read_application(
    values: Mapping[str, str], files: Files, counties: Collection[str]
) -> GivenApplication:
    """Raises InvalidInput naming every field that is missing or nonsense."""
    fields = Fields(values)
    kind = fields.choice("kind", KINDS)
    of_host = kind == HOST
    given = GivenApplication(
        kind=kind,
        name=fields.text("name", MOST_NAME.get(kind, MOST_NAME[HOST])),
        real_name=fields.text("real_name", MOST_PERSON),
        identity=fields.text("identity", MOST_NUMBER),
        phone=fields.text("phone", MOST_PHONE),
        code=normal_code(fields.text("code", MOST_CODE, required=of_host)),
        uscc=fields.text("uscc", MOST_NUMBER, required=not of_host),
        photo=read_file("photo", files.get("photo")),
        agreement=values.get("agreement", ""),
        county_code=fields.choice("county", counties) if len(counties) > 1 else "",
    )
    fields.check()
    return given


def read_contract(values: Mapping[str, str]) -> GivenContract:
    fields = Fields(values)
    given = GivenContract(
        code=normal_code(fields.text("code", MOST_CODE)),
        share_ppm=fields.percent("share"),
        from_on=fields.day("from_on") or date.min,
        until_on=fields.day("until_on") or date.min,
    )
    fields.check()
    return given


def read_ending(values: Mapping[str, str]) -> tuple[date, str]:
    """From which day a contract is to end, and why."""
    fields = Fields(values)
    ends_on, reason = fields.day("ends_on"), fields.text("reason", 200)
    fields.check()
    return ends_on or date.min, reason


def read_words(values: Mapping[str, str], *, required: bool = True) -> str:
    """Why."""
    fields = Fields(values)
    words = fields.text("words", 500, required=required)
    fields.check()
    return words
