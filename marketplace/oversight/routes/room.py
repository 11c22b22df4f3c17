"""The blueprint that all pages about signals hang on."""

from flask import Blueprint

blueprint = Blueprint("oversight", __name__)
