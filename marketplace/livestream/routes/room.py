"""The blueprint that short links share."""

from flask import Blueprint

blueprint = Blueprint("livestream", __name__)
