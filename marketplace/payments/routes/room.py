"""The blueprint that all pages of payments share."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
