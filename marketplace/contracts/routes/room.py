"""The blueprint that the pages of contracts and inquiries hang on."""

from flask import Blueprint

blueprint = Blueprint("contracts", __name__)
