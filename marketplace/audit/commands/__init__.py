"""Writing into the trail, and sealing what was written there and in the books."""

from marketplace.audit.commands.books import follow_seals, seal_books
from marketplace.audit.commands.trail import follow_chains, record, seal

__all__ = ["follow_chains", "follow_seals", "record", "seal", "seal_books"]
