"""The blueprint that all pages of administration hang on, and the county they are about."""

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, current_app

from marketplace.accounts.commands import Grant
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, Standing
from marketplace.web import current_identity, session

blueprint = Blueprint("administration", __name__)


def my_county() -> str:
    """Where the person administers; those rooms lie above this one and the application knows."""
    return county_of(current_identity())


def county_of(identity: Identity) -> str:
    return cast(str, current_app.extensions["county_of"](session(), identity))


def require_within_county(role: Grant) -> None:
    """Raises NotFound where there is no such organisation, or it is another county's. Hosts,
    agencies and contractors belong to no county."""
    held = (role.kind, role.organisation_id)
    if not names_of_organisations([held])[held] or not _lies_here(*held):
        raise NotFound


def _lies_here(kind: str, organisation_id: int) -> bool:
    nobody = Identity(0, "", "", None, 0, (Standing(kind, organisation_id, ""),))
    return county_of(nobody) in ("", my_county())


def organisations_called(kind: str, name: str) -> list[int]:
    """Those of a kind in the person's county that are called so; hosts by their code as well,
    agencies by the number of their licence."""
    found = current_app.extensions["organisations_called"](session(), kind, name)
    return [one for one in found if _lies_here(kind, one)]


def names_of_organisations(held: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    named = current_app.extensions["organisation_names"](session(), sorted(set(held)))
    return cast(dict[tuple[str, int], str], named)
