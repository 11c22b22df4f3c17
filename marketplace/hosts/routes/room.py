"""The blueprint that all pages of hosts and agencies share."""

from flask import Blueprint

blueprint = Blueprint("hosts", __name__)
