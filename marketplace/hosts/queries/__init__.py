"""Reads of hosts and agencies, their applications and their contracts."""

from marketplace.hosts.queries.people import (
    HOSTS,
    UNKNOWN_CODE,
    AgencyShare,
    agencies_of,
    agency_ids_called,
    agency_names,
    find_host_by_code,
    get_agency,
    get_host,
    hosts_of,
    ids_called,
    in_force,
    names_of,
    real_name_of,
    suspension_of,
)

__all__ = [
    "HOSTS",
    "UNKNOWN_CODE",
    "AgencyShare",
    "agencies_of",
    "agency_ids_called",
    "agency_names",
    "find_host_by_code",
    "get_agency",
    "get_host",
    "hosts_of",
    "ids_called",
    "in_force",
    "names_of",
    "real_name_of",
    "suspension_of",
]
