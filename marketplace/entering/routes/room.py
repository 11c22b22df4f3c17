"""The room that all routes of entering stand in."""

from flask import Blueprint

blueprint = Blueprint("entering", __name__)
