"""The blueprint that all pages of broadcast share."""

from flask import Blueprint

blueprint = Blueprint("broadcast", __name__)
