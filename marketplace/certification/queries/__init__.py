"""Reads of recognitions."""

from marketplace.certification.queries.application import (
    ApplicationView,
    get_application,
    get_paper,
)
from marketplace.certification.queries.applications import (
    TABS,
    ApplicationRow,
    count_waiting,
    list_in_centre,
    list_of_producer,
    list_on_notice,
)
from marketplace.certification.queries.choices import list_choices
from marketplace.certification.queries.terms import get_terms

__all__ = [
    "TABS",
    "ApplicationRow",
    "ApplicationView",
    "count_waiting",
    "get_application",
    "get_paper",
    "get_terms",
    "list_choices",
    "list_in_centre",
    "list_of_producer",
    "list_on_notice",
]
