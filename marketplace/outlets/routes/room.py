"""The room that all pages of outlets lie in."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, Role
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.outlets.rules import may_report, sees_outlets
from marketplace.web import now
from marketplace.web.downloads import CSV, XLSX, download

blueprint = Blueprint("outlets", __name__)


def sees(identity: Identity) -> bool:
    """The centre and producers see outlets and what they themselves reported."""
    return sees_outlets(identity)


def reports_sales(identity: Identity) -> bool:
    """The centre's operators and producers, for goods of their own."""
    return may_report(identity)


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def operates(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def taken_away(rows: Sequence[Sequence[Any]], kind: str, name: str) -> ResponseReturnValue:
    """A table as CSV or xlsx."""
    if kind == "csv":
        return download(write_csv(rows), CSV, f"{name}.csv")
    if kind == "xlsx":
        return download(write_xlsx(rows, now()), XLSX, f"{name}.xlsx")
    raise NotFound
