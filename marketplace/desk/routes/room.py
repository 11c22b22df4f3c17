"""The blueprint that all pages of the desk hang on."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
