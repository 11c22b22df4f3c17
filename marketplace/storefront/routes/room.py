"""The blueprint that all public pages share, and the county they are about."""

from flask import Blueprint, current_app

blueprint = Blueprint("storefront", __name__)


def county_code() -> str:
    code: str = current_app.config["SETTINGS"].county_code
    return code
