"""Entering over HTTP: the applicant, the county, the public notice, papers looked at again."""

from marketplace.entering.routes import applying, desk, papers
from marketplace.entering.routes.room import blueprint

__all__ = ["applying", "blueprint", "desk", "papers"]
