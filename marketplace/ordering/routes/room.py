"""The blueprint that all pages of ordering hang on."""

from flask import Blueprint

blueprint = Blueprint("ordering", __name__)
