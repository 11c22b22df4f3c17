"""Who works for a host or an agency, and what admission and contracts must say."""

from marketplace.hosts.rules.people import (
    is_a_host,
    is_an_agency,
    works_for_agency,
    works_for_host,
)

__all__ = ["is_a_host", "is_an_agency", "works_for_agency", "works_for_host"]
