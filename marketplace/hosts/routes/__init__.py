"""Pages of applicants, hosts, agencies and the county."""

from marketplace.hosts.routes import agency, applying, desk
from marketplace.hosts.routes.room import blueprint

__all__ = ["agency", "applying", "blueprint", "desk"]
