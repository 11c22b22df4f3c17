"""The blueprint that all public pages share, and the county they are about."""

from flask import Blueprint, request

from marketplace.core.errors import NotFound
from marketplace.geography.queries import has_county
from marketplace.geography.rules import COUNTY_DIGITS
from marketplace.units.queries import names_of_areas
from marketplace.web import session
from marketplace.web.areas import own_county

blueprint = Blueprint("storefront", __name__)


def county_code() -> str:
    """The county that is asked for in the address, else the deployment's own. Raises NotFound."""
    asked, own = request.args.get("county", ""), own_county()
    if asked in ("", own):
        return own
    digits = len(asked) == COUNTY_DIGITS and asked.isascii() and asked.isdigit()
    if not (digits and has_county(session(), asked)):
        raise NotFound
    return asked


def other_county() -> tuple[str, str] | None:
    """(code, name) of the county that is asked for, where it is not the deployment's own."""
    code = county_code()
    return None if code == own_county() else (code, names_of_areas(session()).get(code, code))
